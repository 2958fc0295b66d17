"""What a table must satisfy, and the sentences for what does not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from latentcore.arrays import Array
from latentcore.data.tables import naming
from latentcore.data.tables.table import TableError
from latentcore.data.unreadable import counted, listed, short

if TYPE_CHECKING:
    from latentcore.data.tables.columns import Sheet


NUMBERISH = re.compile(
    r"[<>~≤≥]?\s*[+-]?\d[\d.,;\s'’]*%?|[-–.?]|n\.?/?[ad]\.?|nan|null|none|<?l[oq]d|bdl|tr(?:ace)?",
    re.I,
)
"""What stands where a number of a taxon should be, read as one or not."""


def letters(column: int) -> str:
    """Spreadsheet letters of a column counted from 0: 0 -> A, 26 -> AA."""
    name = ""
    while column >= 0:
        column, rest = divmod(column, 26)
        name, column = chr(65 + rest) + name, column - 1
    return name


def is_number(text: str) -> bool:
    """Whether a cell holds a finite number, as everybody writes one."""
    try:
        return "_" not in text and bool(np.isfinite(float(text)))  # Python reads 1_000
    except ValueError:
        return False


def names_are_unique(sheet: Sheet) -> None:
    """No two columns have the same name."""
    seen: dict[str, int] = {}
    for j, name in enumerate(sheet.header):
        if name in seen:
            first, second = sheet.column(seen[name]), sheet.column(j)
            raise TableError(
                f"Two columns are named {short(name)}.",
                where=f"They are {first} and {second}.",
                expected="Expected every taxon and every label to have a name of its own.",
                do="Rename one, or add the two up if they are the same taxon.",
            )
        seen[name] = j


def ids_are_unique(sheet: Sheet, at: int, ids: tuple[str, ...]) -> None:
    """Every sample has an id, and no two have the same."""
    seen: dict[str, int] = {}
    for i, name in enumerate(ids):
        if not name:
            raise TableError(
                f"The sample in {sheet.row(i)} has no id.",
                where=f"Its cell in {sheet.column(at)}, {short(sheet.header[at])}, is blank.",
                expected="Expected every sample to have an id.",
                do="Fill the id in, or delete the row.",
            )
        if name in seen:
            raise TableError(
                f"Two samples have the id {short(name)}.",
                where=f"They are in {sheet.row(seen[name])} and {sheet.row(i)}.",
                expected="Expected every sample to have an id of its own.",
                do="Rename one, or delete it if it is a copy.",
            )
        seen[name] = i


def no_taxon_is_text(
    sheet: Sheet,
    numbers: Array,
    number: NDArray[np.bool_],
    ids: tuple[str, ...],
    label: str | None,
) -> None:
    """Refuse what would be metadata only because a taxon's numbers cannot be read."""
    for j in np.flatnonzero(~number).tolist():
        if sheet.header[j] == label or not naming.is_surely_taxon(sheet.header[j]):
            continue
        if all(NUMBERISH.fullmatch(cell) for cell in sheet.at(j) if cell):
            wrong = np.flatnonzero(np.isnan(numbers[:, j]))
            raise bad_cell(sheet, int(wrong[0]), j, ids[wrong[0]], others=len(wrong) - 1)


def second_header(sheet: Sheet, at: list[int]) -> TableError:
    """The sentence for words where the first sample's numbers should be."""
    return TableError(
        f"There seems to be a second header: {sheet.row(0)} holds words where numbers should be.",
        where=f"It reads {listed(sheet.body[0, at].tolist())}.",
        expected="Expected one header, with the names of the taxa, and a sample in each other row.",
        do="Delete the header that is not needed.",
    )


def bad_cell(sheet: Sheet, i: int, j: int, sample: str, others: int) -> TableError:
    """The sentence for a cell that is blank, negative or not a number."""
    text = str(sheet.body[i, j])
    if not text:
        found, do = "is blank", "Write 0 where a taxon was not seen, and leave out lost samples."
    elif text.lower() in {"na", "nan", "n/a", "null", "none"}:
        found, do = f"holds {short(text)}", "Write 0 where a taxon was not seen."
    elif is_number(text):
        found = f"holds the negative number {short(text)}"
        do = "Upload counts or proportions, not logarithms or centred values."
    else:
        found = f"holds {short(text)}, which is not a finite number"
        do = "Write plain numbers: 1234 or 0.25, without units, signs or thousands separators."
    more = f"{counted(others, 'more cell')} cannot be read either." if others else ""
    label = sheet.header[j]
    return TableError(
        f"The cell in {sheet.row(i)} (sample {short(sample)}), {sheet.column(j)} "
        f"({short(label)}) {found}.",
        where=more,
        expected="Expected a count or a proportion, zero or more.",
        do=f"{do} If {short(label)} is not a taxon, delete the column or write words in it.",
    )
