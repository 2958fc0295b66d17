"""What a table must satisfy, and the sentences for what does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from latentcore.arrays import Array
from latentcore.data.tables import naming
from latentcore.data.tables.table import Kind, Table, TableError
from latentcore.data.unreadable import counted, listed, short, were

if TYPE_CHECKING:
    from latentcore.data.tables.columns import Sheet

SWAP = "Swap rows and columns (there is a switch for it), or transpose the file."


def letters(column: int) -> str:
    """Spreadsheet letters of a column counted from 0: 0 -> A, 26 -> AA."""
    name = ""
    while column >= 0:
        column, rest = divmod(column, 26)
        name, column = chr(65 + rest) + name, column - 1
    return name


def _number(text: str) -> bool:
    try:
        return "_" not in text and bool(np.isfinite(float(text)))  # Python reads 1_000
    except ValueError:
        return False


def refuse_no_header(header: tuple[str, ...]) -> None:
    """A first row of numbers is a sample, unless it counts taxa by different whole numbers."""
    numbers = [_number(name) for name in header]
    rest = [float(name) for name, n in zip(header[1:], numbers[1:], strict=True) if n]
    if len(rest) < 2 or len(rest) < 0.5 * (len(header) - 1):
        return
    codes = all(v == int(v) for v in rest) and len(set(rest)) == len(rest)
    named = not header[0] or naming.is_id(header[0]) or naming.names_taxa(header[0])
    if codes and named:
        return
    raise TableError(
        "The file has no header: its first row holds numbers.",
        where=f"Row 1 begins {', '.join(short(name, 20) for name in header[:4])}.",
        expected="Expected row 1 to name the columns: an id, the taxa, and a label.",
        do="Add such a row above the first sample.",
    )


def refuse_taxa_in_rows(sheet: Sheet, ids_at: int | None) -> None:
    """Names of taxa down the first column mean that samples are in columns."""
    first = sheet.at(0)
    share = naming.taxon_share(first)
    across = naming.taxon_share(sheet.header[1:])
    named = naming.names_taxa(sheet.header[0]) and sheet.unique(0)
    if not (share >= 0.5 or named) or across > share or ids_at not in (0, None):
        return
    raise TableError(
        "The rows look like taxa, not like samples.",
        where=f"The first column, {short(sheet.header[0])}, reads {listed(first, 3)}.",
        expected="Expected samples in rows and taxa in columns.",
        do=SWAP,
    )


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


def bad_cell(sheet: Sheet, i: int, j: int, sample: str, others: int) -> TableError:
    """The sentence for a cell that is blank, negative or not a number."""
    text = str(sheet.body[i, j])
    if not text:
        found, do = "is blank", "Write 0 where a taxon was not seen, and leave out lost samples."
    elif text.lower() in {"na", "nan", "n/a", "null", "none"}:
        found, do = f"holds {short(text)}", "Write 0 where a taxon was not seen."
    elif _number(text):
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


def finish(
    values: Array,
    ids: tuple[str, ...],
    taxa: list[str],
    metadata: dict[str, tuple[str, ...]],
    notes: list[str],
) -> Table:
    """Drop what holds nothing or would be counted twice, decide the kind, and make the table."""
    above = _counted_twice(values, taxa)
    if above:
        notes.append(
            f"Ranks are mixed and add up: {counted(len(above), 'taxon', 'taxa')} with others of "
            f"the table inside {were(len(above))} left out, so that nothing is counted twice "
            f"({listed([taxa[j] for j in above], 2)})."
        )
    stay = np.isin(np.arange(len(taxa)), above, invert=True)
    seen = stay & (values > 0).any(axis=0)
    if never := int((stay & ~seen).sum()):
        notes.append(f"{counted(never, 'taxon', 'taxa')} seen in no sample {were(never)} left out.")
    values, taxa = values[:, seen], [t for t, s in zip(taxa, seen, strict=True) if s]
    full: NDArray[np.bool_] = np.asarray((values > 0).any(axis=1))
    if not full.any():
        raise TableError(
            "Every abundance is zero.",
            expected="Expected counts or proportions.",
            do="Check that the right columns hold the taxa.",
        )
    if not full.all():
        lost = [name for name, f in zip(ids, full, strict=True) if not f]
        notes.append(
            f"{counted(len(lost), 'sample')} without any taxon {were(len(lost))} left out: "
            f"{listed(lost)}."
        )
    rows = np.flatnonzero(full)
    values = values[rows]
    return Table(
        np.ascontiguousarray(values),
        tuple(ids[i] for i in rows),
        tuple(taxa),
        _kind(values, notes),
        {name: tuple(column[i] for i in rows) for name, column in metadata.items()},
        tuple(notes),
    )


def _counted_twice(values: Array, taxa: list[str]) -> list[int]:
    """Positions of taxa whose abundance contains that of others in the table.

    Names tell who is above whom; that a genus column holds its species and not only the reads
    left at the genus shows in the numbers: it is then never less than any of them.
    """
    above = naming.ancestors(taxa)
    pairs = [(j, i) for j, below in above.items() for i in below]
    if not pairs:
        return []
    parent, child = np.array(pairs).T
    some = values[:200]  # enough to tell, and pairs can be many
    holds = (some[:, parent] >= some[:, child] * (1 - 1e-3)).all(axis=0)
    return sorted(above) if holds.mean() > 0.95 else []


def _kind(values: Array, notes: list[str]) -> Kind:
    """Counts are whole numbers whose totals vary; all else is read as proportions."""
    totals = values.sum(axis=1)
    if (values == np.floor(values)).all() and (np.ptp(totals) > 0 or totals[0] > 100):
        if values.max() <= 1:
            notes.append("All cells are 0 or 1: this is presence and absence, not abundance.")
        return "counts"
    whole = next((w for w in (1.0, 100.0, 1e6) if 0.5 * w < np.median(totals) <= 1.02 * w), None)
    if whole is None:
        notes.append("Totals are near none of 1, 100 or a million; they are closed to 1 anyway.")
    elif (low := int((totals < 0.9 * whole).sum())) > 0:
        notes.append(
            f"The total is under 90 % of {whole:g} in {counted(low, 'sample')} (least "
            f"{totals.min():.4g}): a part is missing from the table. All are closed to 1 anyway."
        )
    return "proportions"
