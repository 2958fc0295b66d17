"""Is a difference between two models more than noise?  The corrected resampled t-test.

Folds share most of their training samples, so their scores are not independent and a plain
t-test over J folds calls far too many differences real.  Nadeau and Bengio [1] widen the variance
by the ratio of test to training samples, also for repeated cross-validation [2]:

    t = mean(d) / sqrt((1 / J + n_test / n_train) var(d)),      J - 1 degrees of freedom

with d_j the difference of the two scores on fold j.  Where a leader is compared with several
models, Holm's method [3] keeps the chance of any false alarm at the level of one.

[1] C. Nadeau, Y. Bengio, Inference for the generalization error, Machine Learning 52, 2003.
[2] R. Bouckaert, E. Frank, Evaluating the replicability of significance tests for comparing
    learning algorithms, PAKDD 2004.
[3] S. Holm, A simple sequentially rejective multiple test procedure, 1979.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import t as student

from latentcore.arrays import Array

LEVEL = 0.05


@dataclass(frozen=True)
class Difference:
    """Mean difference over the folds, half the width of its 95 % interval, and its p-value.

    NaN for width and p-value where a single fold says nothing about noise.
    """

    mean: float
    half_width: float
    p: float

    @property
    def clear(self) -> bool:
        """Whether it is more than noise, at the level of 5 %."""
        return self.p < LEVEL


def compare(difference: ArrayLike, ratio: float) -> Difference:
    """The corrected t-test of differences (J,) over folds; `ratio` is n_test / n_train."""
    d: Array = np.asarray(difference, dtype=np.float64)
    j = len(d)
    mean = float(d.mean())
    if j < 2:
        return Difference(mean, float("nan"), float("nan"))
    error = float(np.sqrt((1 / j + ratio) * d.var(ddof=1)))
    if error <= 1e-12 * abs(mean):  # every fold says the same
        return Difference(mean, 0.0, 1.0 if mean == 0 else 0.0)
    half_width = error * float(student.ppf(1 - LEVEL / 2, j - 1))
    return Difference(mean, half_width, float(2 * student.sf(abs(mean) / error, j - 1)))


def holm(p: Sequence[float]) -> list[float]:
    """Holm-adjusted p-values, in the order given; NaN stays and takes no part."""
    known = [i for i in np.argsort(p) if not np.isnan(p[i])]
    adjusted, largest = list(p), 0.0
    for rank, i in enumerate(known):
        largest = max(largest, min(1.0, (len(known) - rank) * p[i]))
        adjusted[i] = largest
    return adjusted
