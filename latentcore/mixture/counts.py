"""Tables of counts: what one is, what its first moments say, what a linear model reads of it."""

import numpy as np

from latentcore.arrays import Array
from latentcore.data.labelled import Labelled
from latentcore.data.preparation.composition import clr

LARGEST = 2.0**53  # beyond, whole numbers are no longer told apart


def check_counts(x: Array, parts: int, first_row: int = 0, empty: bool = True) -> None:
    """Raise ValueError unless x (N, p) holds counts; rows count from `first_row`.

    A sample without a single count has likelihood 1 under any concentrations; unless `empty` such
    a row is refused, because it is rarely meant.
    """
    if x.shape[1] != parts:
        raise ValueError(f"x has {x.shape[1]} parts, the mixture {parts}")
    wrong = np.argwhere((x < 0) | (x != np.floor(x)))
    if len(wrong):
        row, column = wrong[0]
        value = x[row, column]
        found, cure = f"a negative value {value:.6g}", "undo any log-ratio or centring first"
        if value > 0:
            found = f"{value:.6g}, not a whole number,"
            cure = "give the counts themselves, not shares of a total, or use a Dirichlet mixture"
        raise ValueError(
            f"x holds {found} at row {first_row + row}, column {column} ({len(wrong)} such values "
            f"in all); counts are 0, 1, 2, ...: {cure}"
        )
    total = x.sum(1)
    bare = np.flatnonzero(total == 0)
    if len(bare) and not empty:
        raise ValueError(
            f"row {first_row + bare[0]} of x has a total of 0 ({len(bare)} such rows); a sample "
            "without a single count says nothing about its composition: leave it out"
        )
    if (total > LARGEST).any():
        raise ValueError(
            f"row {first_row + total.argmax()} of x has a total of {total.max():.3g}, more than "
            "the computer counts one by one (9e15); use a larger unit"
        )


def pooled(data: Labelled) -> Array:
    """Shares of all counts together: (p,)."""
    mean = data.mean
    share: Array = mean / mean.sum()
    return share


def concentrated(data: Labelled) -> float:
    """Sum of concentrations of all data as one Dirichlet-multinomial, by moments.

    The squared distance of shares to their mean is (1 + A / n) / (1 + A) of the largest possible.
    """
    mean = pooled(data)
    room = (mean * (1 - mean)).sum()
    if room == 0:
        return 1.0
    data = data.rows(np.flatnonzero(data.x.any(1)))
    total = data.x.sum(1)
    distance = ((data.x / total[:, None] - mean) ** 2).sum(1)
    found = np.average(distance, weights=data.weight) / room
    single = np.average(1 / total, weights=data.weight)
    return float(np.clip((1 - found) / max(found - single, 1e-9), 1.0, 1e4))


def log_ratios(x: Array) -> Array:
    """Centred log-ratios of counts and a half: (N, p) -> (N, p), rows sum to zero.

    Raw counts grow with the depth of a sample, and a linear score on them asks for differences of
    abundance; in log-ratios depth cancels, up to the half that stands in for a zero.
    """
    return clr(x + 0.5)
