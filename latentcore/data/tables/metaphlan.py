"""MetaPhlAn: clades in rows, every rank of the tree in one table.

#mpa_v30_CHOCOPhlAn_201901
clade_name  NCBI_tax_id  sample1  sample2 ...                   merged
#clade_name  NCBI_tax_id  relative_abundance  additional_species    one sample

#SampleID    Metaphlan2_Analysis                                    one sample of version 2
ID           sample1              sample2 ...                       merged, the line above below it
"""

import re

import numpy as np

from latentcore.data.tables import columns
from latentcore.data.tables.choices import Log
from latentcore.data.tables.grid import Grid
from latentcore.data.tables.naming import plain
from latentcore.data.tables.table import Table

ANALYSIS = re.compile(r"Metaphlan\d*_Analysis", re.I)
ASIDE = {"ncbitaxid", "cladetaxid", "taxid", "additionalspecies", "coverage",
         "estimatednumberofreadsfromtheclade"}  # fmt: skip


def fits(grid: Grid) -> bool:
    """Its comment, or its name for the first column."""
    said = any(comment.startswith("#mpa_") for comment in grid.comments)
    return said or plain(grid.header[0]) == "cladename" or bool(_analysed(grid))


def _analysed(grid: Grid) -> list[int]:
    """The first row or the second, where it is the header of version 2."""
    return [
        i
        for i, row in enumerate(grid.cells[:2])
        if len(row) > 1 and all(ANALYSIS.fullmatch(cell) for cell in row[1:])
    ]


def read(grid: Grid, log: Log) -> Table:
    """Cells -> Table.  Raises TableError."""
    log.say("A profile of MetaPhlAn, clades in rows.")
    grid = grid.without([j for j, n in enumerate(grid.header) if j and plain(n) in ASIDE])
    if 1 in _analysed(grid):
        grid = grid.only([0, *range(2, len(grid.cells))])
    alone = [j for j, n in enumerate(grid.header) if plain(n) == "relativeabundance"]
    if _analysed(grid) and grid.cells.shape[1] == 2:
        alone = [1]
    if alone and grid.name:
        cells = grid.cells.copy()
        cells[0, alone[0]] = grid.name
        log.say("The file holds one sample; it has the file's name.")
        grid = Grid(cells, grid.rows, grid.columns, grid.indents, grid.comments, grid.name)
    clades = np.array([name.upper() for name in grid.column(0)])
    if (clades == "UNCLASSIFIED").any() or (clades == "UNKNOWN").any():
        log.say("What belongs to no known clade stays in the table as a part of its own.")
    return columns.table(grid, log, swapped=True)
