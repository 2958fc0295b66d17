"""From cells of text to a table: header, ids, columns of text, columns of numbers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from latentcore.arrays import Array
from latentcore.data.tables import checks, naming
from latentcore.data.tables.table import Table, TableError


@dataclass(frozen=True)
class Sheet:
    """Cells below the header with the header apart; knows each cell's place in the file."""

    header: tuple[str, ...]
    body: pd.DataFrame  # all text; its index and columns count the file's rows and columns from 0
    swapped: bool = False

    def row(self, i: int) -> str:
        """Name of the i-th sample's line in the file, as a spreadsheet shows it."""
        at = int(self.body.index[i])
        return f"column {checks.letters(at)}" if self.swapped else f"row {at + 1}"

    def column(self, j: int) -> str:
        """Name of the j-th column's line in the file, as a spreadsheet shows it."""
        at = int(self.body.columns[j])
        return f"row {at + 1}" if self.swapped else f"column {checks.letters(at)}"

    def without(self, columns: Sequence[int]) -> "Sheet":
        """The sheet without the columns at these positions."""
        stay = [j for j in range(len(self.header)) if j not in set(columns)]
        header = tuple(self.header[j] for j in stay)
        return Sheet(header, self.body.iloc[:, stay], self.swapped)


def table(cells: pd.DataFrame, *, label: str | None, swapped: bool, notes: list[str]) -> Table:
    """Cells, header first -> Table.  `notes` grows by what is decided here.  Raises TableError."""
    sheet = _headed(cells, swapped, notes)
    ids_at = _id_column(sheet)
    if not swapped:
        checks.refuse_taxa_in_rows(sheet, ids_at)
    checks.names_are_unique(sheet)
    ids = _ids(sheet, ids_at, notes)
    text_at, taxa_at = _sort(sheet, ids_at, label, notes)
    metadata = {sheet.header[j]: tuple(sheet.body.iloc[:, j].str.strip()) for j in text_at}
    values = _numbers(sheet, taxa_at, ids)
    taxa = [sheet.header[j] for j in taxa_at]
    return checks.finish(values, ids, taxa, metadata, notes)


def _headed(cells: pd.DataFrame, swapped: bool, notes: list[str]) -> Sheet:
    """Take the header off and drop blank rows and columns that have neither name nor cell."""
    filled = cells.apply(lambda column: column.str.strip() != "")
    cells = cells.loc[filled.any(axis=1)]
    if not len(cells):
        raise TableError(
            "Every cell is blank.",
            expected="Expected a header and one row for each sample.",
            do="Check that the file was saved completely.",
        )
    header = tuple(cells.iloc[0].str.strip())
    body = cells.iloc[1:]
    if not len(body):
        raise TableError(
            "There is a header and no sample below it.",
            expected="Expected one row for each sample under the header.",
            do="Check that the file was saved completely.",
        )
    checks.refuse_no_header(header)
    sheet = Sheet(header, body, swapped)
    empty = [j for j in range(len(header)) if not (body.iloc[:, j].str.strip() != "").any()]
    if empty:
        names = [header[j] for j in empty if header[j]]
        notes.append(
            f"{checks.counted(len(empty), 'empty column')} {checks.were(len(empty))} left out"
            + (f": {checks.listed(names)}." if names else ".")
        )
        sheet = sheet.without(empty)
    nameless = [j for j, name in enumerate(sheet.header) if not name and j]
    if nameless:
        new = [f"unnamed ({sheet.column(j)})" for j in nameless]
        notes.append(f"Columns without a name were named {checks.listed(new)}.")
        named = [n or f"unnamed ({sheet.column(j)})" for j, n in enumerate(sheet.header) if j]
        sheet = replace(sheet, header=(sheet.header[0], *named))
    return sheet


def _id_column(sheet: Sheet) -> int | None:
    """Position of the sample ids: a column named so, else a first column of different words."""
    unique = [j for j in range(len(sheet.header)) if sheet.body.iloc[:, j].is_unique]
    for j in unique:
        if naming.plain(sheet.header[j]) in {"sampleid", "samplename"}:
            return j
    if naming.is_id(sheet.header[0]) or not sheet.header[0]:
        return 0
    named = [j for j in unique if naming.is_id(sheet.header[j])]
    if named:
        return named[0]
    first = _as_numbers(sheet.body.iloc[:, 0])
    return 0 if 0 in unique and np.isnan(first).mean() > 0.5 else None


def _ids(sheet: Sheet, at: int | None, notes: list[str]) -> tuple[str, ...]:
    if at is None:
        notes.append("No column of sample ids was recognised: samples are named by their row.")
        return tuple(sheet.row(i) for i in range(len(sheet.body)))
    ids = tuple(sheet.body.iloc[:, at].str.strip())
    checks.ids_are_unique(sheet, at, ids)
    where = sheet.column(at) + (f", {checks.short(sheet.header[at])}" if sheet.header[at] else "")
    notes.append(f"Sample ids were read as text from {where}.")
    return ids


def _sort(
    sheet: Sheet, ids_at: int | None, label: str | None, notes: list[str]
) -> tuple[list[int], list[int]]:
    """Which columns are text about a sample, and which hold abundances."""
    if label is not None and label not in sheet.header:
        raise TableError(
            f"There is no column {checks.short(label)} to use as label.",
            where=f"The columns are {checks.listed(sheet.header)}.",
            expected="Expected the label to be a column of this file.",
            do="Choose another label.",
        )
    rest = [j for j in range(len(sheet.header)) if j != ids_at]
    number = {j: not np.isnan(_as_numbers(sheet.body.iloc[:40, j])).mean() > 0.5 for j in rest}
    for j in rest:  # the first 40 rows may mislead: look at all of them before calling it text
        if not number[j]:
            number[j] = not np.isnan(_as_numbers(sheet.body.iloc[:, j])).mean() > 0.5
    named = naming.taxon_share(sheet.header[j] for j in rest if number[j]) >= 0.8
    text, taxa, aside = [], [], []
    for j in rest:
        name = sheet.header[j]
        fact = naming.is_fact(name) or (named and not naming.looks_like_taxon(name))
        if name == label or not number[j]:
            text.append(j)
        elif fact:
            aside.append(name)
            text.append(j)
        else:
            taxa.append(j)
    if aside:
        notes.append(
            f"Columns of numbers that describe a sample rather than a taxon, by their names, "
            f"were set aside: {checks.listed(aside)}."
        )
    if not taxa:
        raise TableError(
            "No column of numbers was found.",
            where=f"The columns are {checks.listed(sheet.header)}.",
            expected="Expected one numeric column for each taxon.",
            do="Check the delimiter and the decimal sign, and that taxa are in columns.",
        )
    return text, taxa


def _as_numbers(column: pd.Series) -> Array:
    """Numbers (n,), NaN where a cell is not a finite number."""
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where(np.isfinite(numbers), numbers, np.nan)


def _numbers(sheet: Sheet, at: list[int], ids: tuple[str, ...]) -> Array:
    """Values (N, D), every one finite and not negative.  Raises TableError for the first not so."""
    values = np.column_stack([_as_numbers(sheet.body.iloc[:, j]) for j in at])
    wrong = np.argwhere(~(values >= 0))
    if len(wrong):
        i, j = (int(v) for v in wrong[0])
        raise checks.bad_cell(sheet, i, at[j], ids[i], others=len(wrong) - 1)
    return values
