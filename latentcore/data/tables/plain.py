"""A plain table: samples in rows or in columns, with a header or without one.

Covers what phyloseq writes (otu_table on either axis), spreadsheets, and MetAML's tables, where
rows of metadata stand above those of the taxa.
"""

from latentcore.data.tables import columns, taxonomy
from latentcore.data.tables.choices import Log
from latentcore.data.tables.grid import Grid
from latentcore.data.tables.orientation import rows_are_taxa, with_header
from latentcore.data.tables.table import Table


def read(grid: Grid, log: Log) -> Table:
    """Cells -> Table.  Raises TableError."""
    grid = with_header(grid, log)
    grid = taxonomy.with_names(grid, log)
    swapped = rows_are_taxa(grid.header, grid.column, log)
    lineages: dict[str, str] = {}
    if swapped:
        grid, lineages = taxonomy.cut_out(grid, log)
    return columns.table(grid, log, swapped=swapped, taxonomy=lineages)
