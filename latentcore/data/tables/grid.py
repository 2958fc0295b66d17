"""Cells of text as they stand in a file, and each one's place there.

Text and workbooks both become a grid; the layouts know no other shape.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from latentcore.arrays import Indices
from latentcore.data.tables.checks import is_number
from latentcore.data.tables.table import TableError

Cells = NDArray[np.object_]
"""Text (N, D), without blanks at either end of a cell."""
LONGEST = 200_000
MOST_CELLS = 50_000_000
TITLES = 20  # rows among which a header is looked for below titles


@dataclass(frozen=True)
class Grid:
    """Rows that are not blank, comments above them taken off.

    `rows` and `columns` are their numbers in the file from 0; `indents` how many spaces stand
    before the last cell of each row (Kraken's reports say with them what belongs to what);
    `name` is the file's name without its endings: the sample's, where a file holds only one.
    """

    cells: Cells  # N D
    rows: Indices  # N
    columns: Indices  # D
    indents: Indices  # N
    comments: tuple[str, ...] = ()
    name: str = ""

    @classmethod
    def of(
        cls, rows: list[list[str]], numbers: list[int], comments: tuple[str, ...], name: str
    ) -> "Grid":
        """Rows of text (as long as the longest, or shorter) with their numbers in the file.

        Raises TableError where nothing is in them or they are too many.
        """
        full = [i for i, row in enumerate(rows) if any(cell.strip() for cell in row)]
        if not full:
            raise TableError(
                "Every cell is blank.",
                expected="Expected a header and one row for each sample.",
                do="Check that the file was saved completely.",
            )
        width = max(len(rows[i]) for i in full)
        refuse_large(len(full), width)
        cells = np.full((len(full), width), "", dtype=object)
        indents = np.zeros(len(full), np.int64)
        for at, i in enumerate(full):
            row = rows[i]
            cells[at, : len(row)] = [cell.strip() for cell in row]
            indents[at] = len(row[-1]) - len(row[-1].lstrip(" "))
        where = np.array([numbers[i] for i in full])
        return cls(cells, where, np.arange(width), indents, comments, name)

    @property
    def header(self) -> tuple[str, ...]:
        """The first row."""
        return tuple(self.cells[0])

    def column(self, j: int) -> tuple[str, ...]:
        """The cells of a column below the first row."""
        return tuple(self.cells[1:, j])

    def without(self, columns: list[int]) -> "Grid":
        """The grid without some columns, by position."""
        stay = np.setdiff1d(np.arange(self.cells.shape[1]), columns)
        return replace(self, cells=self.cells[:, stay], columns=self.columns[stay])

    def only(self, rows: list[int]) -> "Grid":
        """Some rows, by position."""
        return replace(
            self, cells=self.cells[rows], rows=self.rows[rows], indents=self.indents[rows]
        )

    def under(self, header: list[str]) -> "Grid":
        """The grid with a header of one's own above it."""
        cells = np.vstack([np.array(header, dtype=object)[None], self.cells])
        return replace(
            self,
            cells=cells,
            rows=np.concatenate([[-1], self.rows]),
            indents=np.concatenate([[0], self.indents]),
        )


def titles(rows: list[list[str]]) -> int:
    """How many rows stand above the header: a title has one cell, a header three words or more."""
    full = [[cell for cell in map(str.strip, row) if cell] for row in rows]
    at = next((i for i, row in enumerate(full) if len(row) > 1), 0)
    above = [row for row in full[:at] if row]
    if not above or len(full[at]) < 3 or any(map(is_number, [*above[0], *full[at]])):
        return 0
    return at


def refuse_large(rows: int, columns: int) -> None:
    """Tables beyond what a page can hold in memory.  Raises TableError."""
    if max(rows, columns) > LONGEST + 1 or rows * columns > MOST_CELLS:
        raise TableError(
            f"The table is too large: it has {rows:,} rows and {columns:,} columns.",
            expected=f"Expected at most {LONGEST:,} of each and {MOST_CELLS:,} cells.",
            do="Leave out rare taxa, add them up by genus, or leave out samples.",
        )
