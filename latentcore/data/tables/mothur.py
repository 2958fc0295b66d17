"""mothur's .shared: one row for a sample at each label (the distance at which OTUs were cut).

label  Group  numOtus  Otu001  Otu002 ...
Representative_Sequence  total  sample1  sample2 ...      .count_table, a row for each sequence
"""

from latentcore.data.tables import columns
from latentcore.data.tables.choices import Log
from latentcore.data.tables.grid import Grid
from latentcore.data.tables.naming import plain
from latentcore.data.tables.table import Table
from latentcore.data.unreadable import counted, short, were

USUAL = "0.03"
COUNTED = ["representativesequence", "total"]
NUMBERS = (["numotus"], ["numasvs"], ["numphylos"])


def fits(grid: Grid) -> bool:
    """The names of the first three columns are fixed, but for what is counted."""
    first = [plain(name) for name in grid.header[:3]]
    return (first[:2] == ["label", "group"] and first[2:] in NUMBERS) or first[:2] == COUNTED


def read(grid: Grid, log: Log) -> Table:
    """Cells -> Table of the rows of one label.  Raises TableError."""
    if plain(grid.header[1]) == COUNTED[1]:
        log.say("A .count_table of mothur, sequences in rows; their totals were left out.")
        return columns.table(grid.without([1]), log, swapped=True)
    labels = grid.column(0)
    levels = list(dict.fromkeys(labels))
    if levels:
        level = log.decide("level", USUAL if USUAL in levels else levels[0], levels)
        at = [0, *(i + 1 for i, label in enumerate(labels) if label == level)]
        log.say(f"A .shared file of mothur, read at the label {short(level)}.")
        if left := len(labels) - len(at) + 1:
            log.say(f"{counted(left, 'row')} of other labels {were(left)} left out.")
        grid = grid.only(at)
    return columns.table(grid.without([0, 2]), log)
