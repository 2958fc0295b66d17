"""Text that QIIME, or biom convert, exports: a comment, then `#OTU ID` and taxa in rows."""

from latentcore.data.tables import columns, taxonomy
from latentcore.data.tables.choices import Log
from latentcore.data.tables.grid import Grid
from latentcore.data.tables.naming import plain
from latentcore.data.tables.orientation import rows_are_taxa
from latentcore.data.tables.table import Table

SAID = "A table as QIIME exports it, features in rows."


def fits(grid: Grid) -> bool:
    """A comment of biom's, or its name for the first column."""
    said = any("Constructed from biom file" in comment for comment in grid.comments)
    return said or plain(grid.header[0]) in {"otuid", "featureid"}


def read(grid: Grid, log: Log) -> Table:
    """Cells -> Table.  Raises TableError."""
    log.say(SAID)
    swapped = rows_are_taxa(grid.header, grid.column, log)
    lineages: dict[str, str] = {}
    if swapped:
        grid, lineages = taxonomy.cut_out(grid, log)
    return columns.table(grid, log, swapped=swapped, taxonomy=lineages)
