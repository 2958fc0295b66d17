"""Curves of any length in a bounded number of rows: sums over stretches of steps, which add.

Step 1 is a row by itself; the steps after it are cut into stretches of `width` steps.

    width 1    | 1 | 2 | 3 | 4 | 5 | 6 | 7
    width 2    | 1 | 2   3 | 4   5 | 6   7         one row for two

A row holds, for every term, the sum of its values and at how many steps it was named.  When the
rows pass `ROWS`, the width doubles and neighbours are added.  So every point is the exact mean
over its stretch, the first step is kept as it was, the newest step ends the last stretch, and it
does not matter how the steps were cut into reports.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from latentcore.arrays import Array, Indices
from latentcore.training.events import Progress

ROWS = 1024
GRADIENT = "gradient"


@dataclass(frozen=True)
class Curves:
    """What was measured while a run trained.

    step: the last step of every stretch, (n,) ascending.
    values: the mean of every term over the stretch, (n,) each, nan where it was not named;
        "total" first, the norm of the gradient as "gradient".
    """

    step: Indices
    values: Mapping[str, Array]


@dataclass(frozen=True)
class Rows:
    """Stretches of steps: first (n,), last (n,), sums (n, T, 2) of values and of counts."""

    first: Indices
    last: Indices
    sums: Array

    def joined(self, width: int) -> "Rows":
        """The same, in stretches of `width` steps."""
        first, start = np.unique(stretch(self.first, width), return_index=True)
        end = np.append(start[1:], len(self.last)) - 1
        return Rows(first, self.last[end], np.add.reduceat(self.sums, start, axis=0))

    def followed(self, by: "Rows") -> "Rows":
        """These rows, then those."""
        first, last = np.append(self.first, by.first), np.append(self.last, by.last)
        return Rows(first, last, np.concatenate([self.sums, by.sums]))


def stretch(step: Indices, width: int) -> Indices:
    """The first step of the stretch that each step is in: (n,) -> (n,)."""
    return np.where(step <= 1, step, 2 + (step - 2) // width * width)


def widened(width: int, last: int) -> int:
    """The width at which `last` steps take at most ROWS rows."""
    while 1 + (last - 2) // width + 1 > ROWS:
        width *= 2
    return width


def named(terms: list[str], progress: Progress) -> list[str]:
    """The terms known so far, and after them those that are new."""
    return list(dict.fromkeys([*terms, *progress.trace, GRADIENT]))


def measured(progress: Progress, terms: list[str]) -> Rows:
    """Every step of a report as a row of its own."""
    trace = {**progress.trace, GRADIENT: progress.gradient}
    n = len(progress.gradient)
    values = np.stack([trace.get(name, np.full(n, np.nan)) for name in terms], axis=1)
    there = ~np.isnan(values)  # n T
    step = np.arange(progress.step - n + 1, progress.step + 1)
    return Rows(step, step, np.stack([np.where(there, values, 0.0), there], axis=2))


def read(rows: list[tuple[int, int, bytes]], terms: int) -> Rows:
    """Rows as the database holds them; a term that was new after a row has no counts there."""
    raw = b"".join(sums.ljust(16 * terms, b"\0") for _, _, sums in rows)
    places = np.array([row[:2] for row in rows], np.int64).reshape(-1, 2)
    return Rows(places[:, 0], places[:, 1], np.frombuffer(raw, "<f8").reshape(len(rows), terms, 2))


def written(rows: Rows) -> list[dict[str, int | bytes]]:
    """Rows as the database takes them."""
    raw = (sums.astype("<f8").tobytes() for sums in rows.sums)
    places = zip(rows.first.tolist(), rows.last.tolist(), raw, strict=True)
    return [{"first": first, "last": last, "sums": sums} for first, last, sums in places]


def means(rows: Rows, terms: list[str]) -> Curves:
    """The curves that the rows stand for."""
    with np.errstate(invalid="ignore"):
        mean = rows.sums[:, :, 0] / rows.sums[:, :, 1]  # n T; 0 / 0 is nan
    return Curves(rows.last, {name: mean[:, i].copy() for i, name in enumerate(terms)})
