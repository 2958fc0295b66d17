"""From cells of text to a table: header, ids, columns of text, columns of numbers."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from latentcore.arrays import Array, Indices
from latentcore.data.tables import checks, naming
from latentcore.data.tables.choices import Log
from latentcore.data.tables.finishing import finish, only
from latentcore.data.tables.grid import Cells, Grid
from latentcore.data.tables.table import Table, TableError
from latentcore.data.unreadable import counted, listed, short, were

AT_A_TIME = 100_000  # cells that are made numbers


@dataclass(frozen=True)
class Sheet:
    """Cells below the header with the header apart; knows each cell's place in the file."""

    header: tuple[str, ...]
    body: Cells  # N D
    rows: Indices  # N: lines of the file, counted from 0
    columns: Indices  # D
    swapped: bool = False

    def row(self, i: int) -> str:
        """Name of the i-th sample's line in the file, as a spreadsheet shows it."""
        at = int(self.rows[i])
        return f"column {checks.letters(at)}" if self.swapped else f"row {at + 1}"

    def column(self, j: int) -> str:
        """Name of the j-th column's line in the file, as a spreadsheet shows it."""
        at = int(self.columns[j])
        return f"row {at + 1}" if self.swapped else f"column {checks.letters(at)}"

    def at(self, j: int) -> tuple[str, ...]:
        """The cells of the j-th column."""
        return tuple(self.body[:, j])

    def unique(self, j: int) -> bool:
        """Whether no two cells of the j-th column are the same."""
        return len(set(self.body[:, j])) == len(self.body)

    def without(self, columns: Collection[int]) -> "Sheet":
        """The sheet without the columns at these positions."""
        out = set(columns)
        stay = [j for j in range(len(self.header)) if j not in out]
        header = tuple(self.header[j] for j in stay)
        return replace(self, header=header, body=self.body[:, stay], columns=self.columns[stay])


def table(
    grid: Grid, log: Log, *, swapped: bool = False, taxonomy: Mapping[str, str] | None = None
) -> Table:
    """A grid with samples in rows, or in columns if `swapped`, header first -> Table.

    `taxonomy` maps taxa to lineages that their names do not spell out.  Raises TableError.
    """
    if swapped:
        whole = Sheet((), grid.cells.T, grid.columns, grid.rows, swapped)
    else:
        whole = Sheet((), grid.cells, grid.rows, grid.columns)
    sheet = _headed(whole, log)
    numbers = as_numbers(sheet.body)  # N D
    ids_at = _id_column(sheet, numbers)
    checks.names_are_unique(sheet)
    ids = _ids(sheet, ids_at, log)
    number = are_numbers(numbers)
    checks.no_taxon_is_text(sheet, numbers, number, ids, log.choices.label)
    text_at, taxa_at = sort(sheet, number, ids_at, log)
    metadata = {sheet.header[j]: sheet.at(j) for j in text_at}
    values = _checked(sheet, numbers, taxa_at, ids)
    taxa = [sheet.header[j] for j in taxa_at]
    return finish(values, ids, taxa, metadata, log, taxonomy)


def _headed(whole: Sheet, log: Log) -> Sheet:
    """Take the header off and drop columns that have no cell; name those without a name."""
    header, body = tuple(whole.body[0]), whole.body[1:]
    if not len(body):
        raise TableError(
            "There is a header and no sample below it.",
            expected="Expected one row for each sample under the header.",
            do="Check that the file was saved completely.",
        )
    sheet = replace(whole, header=header, body=body, rows=whole.rows[1:])
    empty = np.flatnonzero((body == "").all(axis=0)).tolist()
    if empty:
        names = [header[j] for j in empty if header[j]]
        log.say(
            f"{counted(len(empty), 'empty column')} {were(len(empty))} left out"
            + (f": {listed(names)}." if names else ".")
        )
        sheet = sheet.without(empty)
    if not sheet.header:
        raise TableError(
            "There is a header and nothing below it.",
            expected="Expected one row for each sample under the header.",
            do="Check that the file was saved completely.",
        )
    stay = np.flatnonzero((sheet.body != "").any(axis=1))  # an empty row of a swapped table
    if len(stay) < len(sheet.body):  # a large table is not copied for nothing
        sheet = replace(sheet, body=sheet.body[stay], rows=sheet.rows[stay])
    nameless = [j for j, name in enumerate(sheet.header) if not name and j]
    if nameless:
        new = [f"unnamed ({sheet.column(j)})" for j in nameless]
        log.say(f"Columns without a name were named {listed(new)}.")
        named = [n or f"unnamed ({sheet.column(j)})" for j, n in enumerate(sheet.header) if j]
        sheet = replace(sheet, header=(sheet.header[0], *named))
    return sheet


def _id_column(sheet: Sheet, numbers: Array) -> int | None:
    """Position of the sample ids: a column named so, else a first column of different words."""
    for j, name in enumerate(sheet.header):
        if naming.plain(name) in {"sampleid", "samplename"} and sheet.unique(j):
            return j
    if sheet.swapped or naming.is_id(sheet.header[0]) or not sheet.header[0]:
        return 0
    for j, name in enumerate(sheet.header):
        if naming.is_id(name) and sheet.unique(j):
            return j
    return 0 if sheet.unique(0) and np.isnan(numbers[:, 0]).mean() > 0.5 else None


def _ids(sheet: Sheet, at: int | None, log: Log) -> tuple[str, ...]:
    if at is None:
        log.say("No column of sample ids was recognised: samples are named by their row.")
        return tuple(sheet.row(i) for i in range(len(sheet.body)))
    ids = sheet.at(at)
    checks.ids_are_unique(sheet, at, ids)
    if sheet.columns[at] < 0:
        return ids  # a column that the reader named itself
    log.say(said_of_ids(sheet.column(at), sheet.header[at]))
    return ids


def said_of_ids(place: str, name: str) -> str:
    """The sentence on where the ids stand."""
    return f"Sample ids were read as text from {place}" + (f", {short(name)}." if name else ".")


def are_numbers(numbers: Array) -> NDArray[np.bool_]:
    """Which columns (N, D) -> (D,) hold numbers, NaN standing for a cell of text.

    The first 40 rows may mislead: text is text for the most part there and everywhere.
    """
    text = np.isnan(numbers)
    mostly: NDArray[np.bool_] = (text[:40].mean(axis=0) > 0.5) & (text.mean(axis=0) > 0.5)
    return ~mostly


def sort(
    sheet: Sheet, number: NDArray[np.bool_], ids_at: int | None, log: Log
) -> tuple[list[int], list[int]]:
    """Which columns are text about a sample, and which of those of numbers hold abundances."""
    label = log.choices.label
    if label is not None and label not in sheet.header:
        raise TableError(
            f"There is no column {short(label)} to use as label.",
            where=f"The columns are {listed(sheet.header)}.",
            expected="Expected the label to be a column of this file.",
            do="Choose another label.",
        )
    rest = [j for j in range(len(sheet.header)) if j != ids_at]
    numeric = [j for j in rest if number[j]]
    described = dict(zip(numeric, naming.facts([sheet.header[j] for j in numeric]), strict=True))
    facts, taxa, aside = [], [], []
    for j in rest:
        name = sheet.header[j]
        if name == label or not number[j]:
            facts.append(j)
        elif described[j]:
            aside.append(name)
            facts.append(j)
        else:
            taxa.append(j)
    if aside:
        log.say(
            f"Columns of numbers that describe a sample rather than a taxon, by their names, "
            f"were set aside: {listed(aside)}."
        )
    if not taxa:
        raise TableError(
            "No column of numbers was found.",
            where=f"The columns are {listed(sheet.header)}.",
            expected="Expected one numeric column for each taxon.",
            do="Check the delimiter and the decimal sign, and that taxa are in columns.",
        )
    return facts, taxa


def as_numbers(cells: Cells) -> Array:
    """Numbers (N, D), NaN where a cell is not a finite number.

    Some rows at a time: all at once would be held twice, and a call for each column takes a
    minute on 100,000 of them.
    """
    numbers = np.empty(cells.shape)
    step = max(1, AT_A_TIME // max(1, cells.shape[1]))
    for begin in range(0, len(cells), step):
        some = slice(begin, begin + step)
        found: NDArray[Any] = pd.to_numeric(cells[some].ravel(), errors="coerce")
        if found.dtype == object:  # pandas leaves all as it is where integers exceed 64 bits
            found = np.array([_as_number(cell) for cell in found])
        numbers[some] = found.reshape(numbers[some].shape)
        numbers[some][~np.isfinite(numbers[some])] = np.nan
    return numbers


def _as_number(text: str) -> float:
    try:
        return float("nan" if "_" in text else text)  # Python reads 1_000
    except ValueError:
        return np.nan


def _checked(sheet: Sheet, numbers: Array, at: list[int], ids: tuple[str, ...]) -> Array:
    """Values (N, D), every one finite and not negative.  Raises TableError for the first not so."""
    values = only(numbers, np.arange(len(numbers)), np.array(at, dtype=np.int64))
    wrong = np.argwhere(~(values >= 0))
    if len(wrong):
        i, j = (int(v) for v in wrong[0])
        if i == 0 and np.isnan(values[0]).mean() > 0.5 and not np.isnan(values[1:]).any():
            raise checks.second_header(sheet, at)
        raise checks.bad_cell(sheet, i, at[j], ids[i], others=len(wrong) - 1)
    return values
