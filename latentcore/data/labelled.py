"""Samples with optional class labels and weights: the only shape of data the mixtures read."""

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass

import numpy as np

from latentcore.arrays import Array, Indices


@dataclass(frozen=True)
class Labelled:
    """Samples x (N, D) with, optionally, class indices y (N,) and weights (N,).

    `y` counts classes from 0; `classes` names them (by default "0", "1", ...) and says how many
    there are, so that a fold in which one class is missing still knows it.  An integer weight
    means the same as that many copies of the row.  Raises ValueError naming the row and column
    of the first value that is not finite.
    """

    x: Array
    y: Indices | None = None
    weight: Array | None = None
    classes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check shapes and values once, so that no model has to."""
        object.__setattr__(self, "x", _samples(self.x))
        if self.y is not None:
            object.__setattr__(self, "y", _labels(self.y, len(self.x)))
            if not self.classes:
                names = tuple(str(c) for c in range(int(self.y.max(initial=1)) + 1))
                object.__setattr__(self, "classes", names)
            if self.y.max(initial=0) >= len(self.classes):
                raise ValueError(
                    f"y holds class {self.y.max()}, but only {len(self.classes)} classes are named"
                )
        if self.weight is not None:
            object.__setattr__(self, "weight", _weights(self.weight, len(self.x)))

    def __len__(self) -> int:
        """How many samples there are: N."""
        return len(self.x)

    @property
    def mean(self) -> Array:
        """Weighted mean of each feature: (D,)."""
        mean: Array = np.average(self.x, axis=0, weights=self.weight)
        return mean

    @property
    def weights(self) -> Array:
        """The weights (N,), 1 where none were given."""
        return np.ones(len(self.x)) if self.weight is None else self.weight

    @property
    def total_weight(self) -> float:
        """Sum of the weights: N where none were given."""
        return float(len(self.x) if self.weight is None else self.weight.sum())

    def parts(self) -> Iterator[tuple[int, "Labelled"]]:
        """All samples as one part, with the row number of the first (see `Chunked`)."""
        yield 0, self

    def row(self, i: int) -> Array:
        """Sample number i: (D,)."""
        row: Array = self.x[i]
        return row

    def slice(self, start: int, stop: int) -> "Labelled":
        """Consecutive samples as views, without looking at the values again."""
        cut = copy(self)
        for name in ("x", "y", "weight"):
            whole = getattr(self, name)
            object.__setattr__(cut, name, None if whole is None else whole[start:stop])
        return cut

    def counted(self) -> "Labelled":
        """The samples of positive weight: a row of weight 0 is no row."""
        if self.weight is None or self.weight.all():
            return self
        return self.rows(np.flatnonzero(self.weight))

    def some(self, n: int, rng: np.random.Generator) -> "Labelled":
        """n samples drawn without replacement (all if there are fewer), in their order."""
        return self.rows(np.sort(rng.choice(len(self), min(n, len(self)), replace=False)))

    def rows(self, index: Indices) -> "Labelled":
        """The samples at the given row numbers (n,), in that order."""
        return Labelled(
            self.x[index],
            None if self.y is None else self.y[index],
            None if self.weight is None else self.weight[index],
            self.classes,
        )


def _samples(x: Array) -> Array:
    x = np.asarray(x, dtype=np.float64)
    if x.ndim != 2:
        raise ValueError(f"x must have shape (N, D), got {x.shape}")
    if len(x) == 0 or x.shape[1] == 0:
        raise ValueError(f"x must have at least one sample and one feature, got shape {x.shape}")
    with np.errstate(over="ignore", invalid="ignore"):
        total = x.sum()
    if not np.isfinite(total):  # one pass; the exact place is looked for only on trouble
        wrong = np.argwhere(~np.isfinite(x))
        if len(wrong):
            row, column = wrong[0]
            raise ValueError(
                f"x holds {x[row, column]} at row {row}, column {column} ({len(wrong)} such values "
                "in all); remove these rows or fill the values in before fitting"
            )
    return x


def _labels(y: Indices, n: int) -> Indices:
    y = np.asarray(y)
    if y.shape != (n,):
        raise ValueError(f"y must have shape ({n},), one label per row of x, got {y.shape}")
    if y.dtype.kind not in "biuf":
        raise ValueError(
            f"y holds {str(y[0])!r}; labels are class numbers 0, 1, 2, ..., which `classes` names"
        )
    whole = y.astype(np.int64)
    wrong = np.flatnonzero((whole != y) | (whole < 0))
    if len(wrong):
        raise ValueError(
            f"y holds {y[wrong[0]]!r} at row {wrong[0]}; labels are class numbers 0, 1, 2, ..."
        )
    return whole


def _weights(weight: Array, n: int) -> Array:
    weight = np.asarray(weight, dtype=np.float64)
    if weight.shape != (n,):
        raise ValueError(f"weight must have shape ({n},), one per row of x, got {weight.shape}")
    wrong = np.flatnonzero(~(np.isfinite(weight) & (weight >= 0)))
    if len(wrong):
        raise ValueError(
            f"weight holds {weight[wrong[0]]} at row {wrong[0]}; "
            "weights are finite and not negative"
        )
    if not weight.any():
        raise ValueError("every weight is zero, so there is nothing to fit")
    return weight
