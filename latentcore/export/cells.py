"""CSV that a spreadsheet cannot mistake for formulas.

A cell that begins with = + - @, a tab or a line break is a formula, or the start of one, to some
spreadsheet [1].  Text that begins so gets an apostrophe in front, which spreadsheets read as
"this is text".  Numbers are written as numbers: -0.5 is no formula.

[1] OWASP, CSV injection.
"""

import csv
import io
from collections.abc import Iterable, Sequence

FORMULA = tuple("=+-@\t\r\n＝＋－＠")
Cell = str | int | float | None


def defused(text: str) -> str:
    """Text that no spreadsheet runs, blanks before a formula included.

    >>> defused("=1+1"), defused("Roseburia")
    ("'=1+1", 'Roseburia')
    """
    bare = text.lstrip(" \u00a0\u200b\ufeff")
    return f"'{text}" if text.startswith(FORMULA) or bare.startswith(FORMULA) else text


def written(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """A table as CSV: text defused, numbers to the last digit, None as nothing."""
    out = io.StringIO()
    writer = csv.writer(out)  # RFC 4180: with its line ends, either of them in a cell is quoted
    writer.writerow([defused(name) for name in header])
    for row in rows:
        writer.writerow([_cell(cell) for cell in row])
    return out.getvalue()


def _cell(cell: Cell) -> str:
    if cell is None or cell != cell:  # NaN is not itself
        return ""
    return defused(cell) if isinstance(cell, str) else repr(cell)
