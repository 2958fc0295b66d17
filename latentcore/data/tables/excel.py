"""Excel workbooks (.xlsx): one sheet is a grid of cells like any text."""

from latentcore.data.tables import archive, decimals, sandbox
from latentcore.data.tables.choices import Log
from latentcore.data.tables.grid import TITLES, Grid, titles
from latentcore.data.unreadable import counted, listed, short

MOST_CELLS = 10_000_000


def fits(raw: bytes) -> bool:
    """A zip archive that holds a workbook.  Raises TableError for a damaged archive."""
    return "xl/workbook.xml" in archive.members(raw)


def read(raw: bytes, name: str, log: Log) -> Grid:
    """Bytes -> the cells of the sheet asked for, or of the first that is not empty.

    Raises TableError.
    """
    found = sandbox.extract("excel", raw, sheet=log.choices.sheet, cells=MOST_CELLS)
    about = sandbox.text_of(found["about"])
    sheet = log.decide("sheet", about["sheet"], about["sheets"])
    log.say(f"The sheet {short(sheet)} of an Excel workbook.")
    others = [other for other in about["sheets"] if other != sheet]
    if others:
        log.say(f"{counted(len(others), 'other sheet')} not read: {listed(others)}.")
    if about["dates"]:
        log.say(
            f"{counted(about['dates'], 'cell')} of the sheet "
            f"{'holds a date' if about['dates'] == 1 else 'hold dates'}. Excel turns some names "
            "into dates: check that none was meant to be a name."
        )
    rows = about["rows"]
    if titled := titles(rows[:TITLES]):
        left = [next(filter(None, row)) for row in rows[:titled] if any(row)]
        log.say(f"Above the header was left out: {listed(left)}.")
    grid = Grid.of(rows[titled:], about["numbers"][titled:], (), name)
    if log.choices.decimal == "comma" or any(decimals.unusual("\t".join(r), "") for r in rows):
        decimals.settle(grid.cells, "", log, log.say)
    return grid
