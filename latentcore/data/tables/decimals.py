"""Numbers as people write them: 0,25 with a comma, 1 234 with thousands apart, 25 %.

    0,25 -> 0.25      1 234, 1'234 -> 1234      1.234,5 -> 1234.5      25 % -> 25

With a comma, thousands look like decimals (1,234): a table in which every comma could stand for
either is left as it is, unless one can be nothing else (1,234,567) or commas also part its cells.
"""

import re
from collections.abc import Callable, Iterable

from latentcore.data.tables.choices import Log
from latentcore.data.tables.grid import Cells
from latentcore.data.unreadable import counted

SIGNS = ("point", "comma")
DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+(?:[eE][+-]?\d+)?")
THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+")
CERTAIN = re.compile(r"[1-9]\d{0,2}(?:(?:,\d{3}){2,}|(?:,\d{3})+\.\d+)")
TURNED = re.compile(r"[1-9]\d{0,2}(?:(?:\.\d{3}){2,}|(?:\.\d{3})+,\d+)")
POINTED = re.compile(r"\d+\.\d+")
BLANK = "[ \u00a0\u2009\u202f'\u2019]"  # what else parts thousands
PARTS = {
    "blank": re.compile(rf"([1-9]\d{{0,2}}(?:{BLANK}\d{{3}})+)((?:[.,]\d+)?)"),
    ",": re.compile(r"([1-9]\d{0,2}(?:,\d{3})+)((?:\.\d+)?)"),
    ".": re.compile(r"([1-9]\d{0,2}(?:\.\d{3})+)((?:,\d+)?)"),
}
PERCENT = re.compile(r"(\d[\d.,]*)\s?%")
UNUSUAL = (re.compile("%"), re.compile(rf"{BLANK}\d\d\d(?!\d)"), re.compile(r"\.\d\d\d\."))


def unusual(text: str, delimiter: str) -> bool:
    """Whether cells of the text may be numbers that are not written plainly."""
    signs = (",", ".") if delimiter == ";" else ('"' if delimiter == "," else ",",)
    return any(sign in text for sign in signs) or any(pattern.search(text) for pattern in UNUSUAL)


def settle(cells: Cells, delimiter: str, log: Log, say: Callable[[str], None]) -> None:
    """Write all numbers plainly, in place, but not those in names; `say` how many changed.

    `delimiter` parts the cells of a text; "" where nothing does.
    """
    points = [cell for cell in cells.ravel() if "." in cell]
    apart = all(PARTS["."].fullmatch(cell) for cell in points if POINTED.fullmatch(cell))
    commas = written(cells) or (apart and _thousands(points, delimiter))
    sign = log.decide("decimal", "comma" if commas else "point", SIGNS)
    if changed := _without_percent(cells):
        say(f"Percent signs were left out in {counted(changed, 'cell')}.")
    parts = ["blank"]
    if sign == "comma":
        parts += ["."] * apart
    elif delimiter == "," or any(CERTAIN.fullmatch(cell) for cell in cells.ravel() if "," in cell):
        parts.append(",")
    changed = sum(
        _rewritten(cells, PARTS[part], lambda f: re.sub(r"\D", "", f[1]) + f[2]) for part in parts
    )
    if changed:
        say(f"Thousands were put together in {counted(changed, 'cell')}, 1 234 as 1234.")
    if sign == "comma":
        changed = _rewritten(cells, DECIMAL_COMMA, lambda found: found[0].replace(",", "."))
        if changed:
            say(said(changed))


def written(cells: Cells) -> bool:
    """Whether numbers are written 0,25.  If all could be thousands (1,234), none is changed."""
    found = (cell for cell in cells.ravel() if is_comma(cell))
    return not all(THOUSANDS.fullmatch(cell) for cell in found)


def _thousands(points: list[str], delimiter: str) -> bool:
    """Whether points part thousands, where they could: 1.234.567, or all of them after semicolons.

    Programs that part cells by semicolons do so because their comma is the decimal sign.
    """
    whole = sum(PARTS["."].fullmatch(cell) is not None for cell in points)
    sure = any(TURNED.fullmatch(cell) for cell in points)
    return sure or (delimiter == ";" and whole > 1)


def is_comma(cell: str) -> bool:
    """Whether it is a number written 0,25."""
    return "," in cell and DECIMAL_COMMA.fullmatch(cell) is not None


def said(changed: int) -> str:
    """The sentence on cells that were changed."""
    return f"Decimal commas were read as points in {counted(changed, 'cell')}."


def _rewritten(
    cells: Cells, pattern: re.Pattern[str], change: Callable[[re.Match[str]], str]
) -> int:
    """Change the cells that are of the pattern; the number of them.

    The first row and column hold names, unless most of them are such numbers too.
    """
    changed = 0
    top, left = (0 if _half(line, pattern) else 1 for line in (cells[0], cells[:, 0]))
    for i in range(top, len(cells)):
        for j in range(left, cells.shape[1]):
            if found := pattern.fullmatch(cells[i, j]):
                cells[i, j] = change(found)
                changed += 1
    return changed


def _half(line: Iterable[str], pattern: re.Pattern[str]) -> bool:
    """Whether a first row or column holds numbers, and no names."""
    fits = [pattern.fullmatch(cell) is not None for cell in line]
    return sum(fits) > 0.5 * len(fits)


def _without_percent(cells: Cells) -> int:
    """Take the sign off columns in which every number but 0 has one; how many cells that are."""
    changed = 0
    for column in cells[1:].T:
        at = [i for i, cell in enumerate(column) if cell.endswith("%")]
        if at and all(PERCENT.fullmatch(cell) or cell in {"", "0"} for cell in column):
            column[at] = [cell[:-1].rstrip() for cell in column[at]]
            changed += len(at)
    return changed
