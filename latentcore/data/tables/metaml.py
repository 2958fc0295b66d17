"""MetAML (and DeepMicro): no header; rows of metadata, then clades in rows.

    dataset_name  Quin_gut_liver_cirrhosis  Quin_gut_liver_cirrhosis ...
    sampleID      HD-1                      HD-2
    disease       n                         cirrhosis
    k__Bacteria   99.1                      98.7

[1] Pasolli et al. 2016, Machine learning meta-analysis of large metagenomic datasets.
"""

from latentcore.data.tables import columns
from latentcore.data.tables.choices import Log
from latentcore.data.tables.grid import Grid
from latentcore.data.tables.naming import plain
from latentcore.data.tables.table import Table


def fits(grid: Grid) -> bool:
    """Metadata stand above the first clade, one of them the sample's id."""
    first = [str(name) for name in grid.cells[:, 0]]
    at = next((i for i, name in enumerate(first) if name.startswith("k__")), 0)
    return "sampleid" in {plain(name) for name in first[:at]}


def read(grid: Grid, log: Log) -> Table:
    """Cells -> Table, the rows of metadata as its metadata.  Raises TableError."""
    log.say("A table of MetAML: rows of metadata, then clades in rows.")
    return columns.table(grid, log, swapped=True)
