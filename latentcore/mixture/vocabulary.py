"""The different cells of a table of counts: which value occurs in which part.

A row of counts x enters its Dirichlet-multinomial likelihood through the pairs (j, x_j) alone,
and in a table most pairs occur again and again; a zero contributes nothing.  So a weighted sum
over samples of any function of such pairs is a sum over the vocabulary of the pairs' total
weights, however many samples there are.  The total of a row is kept as one more part, number p.

A pair is held as the complex number j + i x_j: NumPy sorts and searches those by part, then by
value, exactly up to 2^53.
"""

from dataclasses import dataclass
from functools import cached_property, reduce

import numpy as np
from numpy.typing import NDArray

from latentcore.arrays import Array, Indices

Cells = NDArray[np.complex128]
AT_ONCE = 2**22  # counts of a table that are looked at together


@dataclass(frozen=True)
class Vocabulary:
    """Different cells in ascending order: (V,)."""

    cells: Cells

    @classmethod
    def of(cls, x: Array) -> "Vocabulary":
        """Every cell of the counts x (N, p) that is not zero, and every total."""
        rows = max(1, AT_ONCE // x.shape[1])
        parts = (cls(_different(_cells(x[i : i + rows])[1])) for i in range(0, len(x), rows))
        return reduce(lambda a, b: a | b, parts)

    def __or__(self, other: "Vocabulary") -> "Vocabulary":
        """What either knows."""
        return Vocabulary(_different(np.concatenate([self.cells, other.cells])))

    def __len__(self) -> int:
        """How many cells there are: V."""
        return len(self.cells)

    @cached_property
    def part(self) -> Indices:
        """The part of each cell, p for a total: (V,)."""
        return self.cells.real.astype(np.int64)

    @cached_property
    def value(self) -> Array:
        """The count in each cell: (V,)."""
        return np.ascontiguousarray(self.cells.imag)

    def codes(self, x: Array) -> Indices:
        """Numbers of the cells in each row, from 1, filled up by 0: (N, p) -> (N, L).

        A cell that is not in the vocabulary has the number -1.
        """
        row, cells = _cells(x)
        place = np.searchsorted(self.cells, cells)
        known = np.append(self.cells, np.nan)[place] == cells
        first = np.searchsorted(row, np.arange(len(x)))
        column = np.arange(len(row)) - first[row]
        codes = np.zeros((len(x), column.max(initial=0) + 1), dtype=np.int64)
        codes[row, column] = np.where(known, place + 1, -1)
        return codes


def _cells(x: Array) -> tuple[Indices, Cells]:
    """Row number and cell of each total and each count that is not zero, row by row."""
    every = np.column_stack([x, x.sum(1)])
    row, part = np.nonzero(every)
    return row, part + 1j * every[row, part]


def _different(cells: Cells) -> Cells:
    """Each cell once, in ascending order (NumPy's `unique` hashes, and is slow for these)."""
    ordered = np.sort(cells)
    return ordered[np.append(True, ordered[1:] != ordered[:-1])] if len(ordered) else ordered
