"""Numbers with a comma where others write a point: 0,25.

Thousands look the same (1,234), so a table in which every comma could be one is left as it is.
"""

import re

from latentcore.data.tables.grid import Cells
from latentcore.data.unreadable import counted

SIGNS = ("point", "comma")
DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+(?:[eE][+-]?\d+)?")
THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+")


def written(cells: Cells) -> bool:
    """Whether numbers are written 0,25.  If all could be thousands (1,234), none is changed."""
    found = [cell for cell in cells.ravel() if is_comma(cell)]
    return not all(THOUSANDS.fullmatch(cell) for cell in found)


def is_comma(cell: str) -> bool:
    """Whether it is a number written 0,25."""
    return "," in cell and DECIMAL_COMMA.fullmatch(cell) is not None


def said(changed: int) -> str:
    """The sentence on cells that were changed."""
    return f"Decimal commas were read as points in {counted(changed, 'cell')}."


def to_points(cells: Cells) -> int:
    """Turn 0,25 into 0.25, but not in names; the number of cells where it was done."""
    changed = 0
    first = [i for i in (0, 1) if _half_commas(cells[0] if i == 0 else cells[:, 0])]
    for i in range(0 if 0 in first else 1, len(cells)):
        for j in range(0 if 1 in first else 1, cells.shape[1]):
            if is_comma(cells[i, j]):
                cells[i, j] = cells[i, j].replace(",", ".")
                changed += 1
    return changed


def _half_commas(line: Cells) -> bool:
    """Whether a first row or column holds numbers, and no names."""
    return sum(map(is_comma, line)) > 0.5 * len(line)
