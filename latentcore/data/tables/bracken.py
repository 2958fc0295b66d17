"""Bracken: one row a taxon, one file a sample; or several of them combined.

name  taxonomy_id  taxonomy_lvl  kraken_assigned_reads ... new_est_reads  fraction_total_reads
name  taxonomy_id  taxonomy_lvl  A_num  A_frac  B_num  B_frac ...        combined
"""

from latentcore.data.tables import columns
from latentcore.data.tables.choices import Log
from latentcore.data.tables.grid import Grid
from latentcore.data.tables.kraken import CODES
from latentcore.data.tables.naming import plain
from latentcore.data.tables.table import Table, TableError
from latentcore.data.unreadable import counted, listed

READS = "newestreads"


def fits(grid: Grid) -> bool:
    """The names of the first three columns are fixed."""
    return [plain(name) for name in grid.header[:3]] == ["name", "taxonomyid", "taxonomylvl"]


def read(grid: Grid, log: Log) -> Table:
    """Cells -> Table of estimated reads.  Raises TableError."""
    codes = grid.column(2)
    taxonomy = {
        name: f"{code.lower()}__{name}"
        for name, code in zip(grid.column(0), codes, strict=True)
        if code in CODES
    }
    header = list(grid.header)
    for j, name in enumerate(header):
        header[j] = (grid.name or "sample") if plain(name) == READS else name.removesuffix("_num")
    stay = [j for j, name in enumerate(grid.header) if j and header[j] != name]
    if not stay:
        raise TableError(
            "The table of Bracken holds no reads.",
            where=f"Its columns are {listed(grid.header, 8)}.",
            expected="Expected new_est_reads, or a column for each sample that ends in _num.",
            do="Upload the file as Bracken wrote it.",
        )
    log.say(f"Estimated reads of Bracken, taxa in rows, {counted(len(stay), 'sample')}.")
    cells = grid.cells.copy()
    cells[0] = header
    named = Grid(cells, grid.rows, grid.columns, grid.indents, grid.comments, grid.name)
    rest = [j for j in range(1, len(header)) if j not in stay]
    return columns.table(named.without(rest), log, swapped=True, taxonomy=taxonomy)
