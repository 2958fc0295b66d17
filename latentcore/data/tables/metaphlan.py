"""MetaPhlAn: clades in rows, every rank of the tree in one table.

#mpa_v30_CHOCOPhlAn_201901
clade_name  NCBI_tax_id  sample1  sample2 ...                   merged
#clade_name  NCBI_tax_id  relative_abundance  additional_species    one sample
"""

import numpy as np

from latentcore.data.tables import columns
from latentcore.data.tables.choices import Log
from latentcore.data.tables.grid import Grid
from latentcore.data.tables.naming import plain
from latentcore.data.tables.table import Table

ASIDE = {"ncbitaxid", "cladetaxid", "taxid", "additionalspecies", "coverage",
         "estimatednumberofreadsfromtheclade"}  # fmt: skip


def fits(grid: Grid) -> bool:
    """Its comment, or its name for the first column."""
    said = any(comment.startswith("#mpa_") for comment in grid.comments)
    return said or plain(grid.header[0]) == "cladename"


def read(grid: Grid, log: Log) -> Table:
    """Cells -> Table.  Raises TableError."""
    log.say("A profile of MetaPhlAn, clades in rows.")
    grid = grid.without([j for j, n in enumerate(grid.header) if j and plain(n) in ASIDE])
    alone = [j for j, n in enumerate(grid.header) if plain(n) == "relativeabundance"]
    if alone and grid.name:
        cells = grid.cells.copy()
        cells[0, alone[0]] = grid.name
        log.say("The file holds one sample; it has the file's name.")
        grid = Grid(cells, grid.rows, grid.columns, grid.indents, grid.comments, grid.name)
    clades = np.array([name.upper() for name in grid.column(0)])
    if (clades == "UNCLASSIFIED").any() or (clades == "UNKNOWN").any():
        log.say("What belongs to no known clade stays in the table as a part of its own.")
    return columns.table(grid, log, swapped=True)
