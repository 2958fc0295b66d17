"""ROC and calibration curves from the probabilities given to samples outside their own fit.

ROC: the share of a class found against the share of the others mistaken for it, as the threshold
falls.  Every fold has its own curve; they are averaged at equal false positive shares [1], not
pooled, because the probabilities of different fits need not be on one scale.

Calibration: of the samples given a probability near p, does a share p belong to the class?  Here
the folds are pooled, in groups of equal size, each with Wilson's interval [2].  Repeats give a
sample several probabilities but no second label, so they do not make the intervals narrower.

More than two classes: each against the rest, averaged (ROC) or pooled (calibration).

[1] T. Fawcett, An introduction to ROC analysis, Pattern Recognition Letters 27, 2006.
[2] E. Wilson, Probable inference, the law of succession, and statistical inference, 1927.
[3] M. Naeini, G. Cooper, M. Hauskrecht, Obtaining well calibrated probabilities using Bayesian
    binning, AAAI 2015.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm
from sklearn.metrics import roc_curve

from latentcore.arrays import Array
from latentcore.evaluation.crossvalidation import Predicted

GRID = np.linspace(0, 1, 101)
GROUPS = 10
LEAST = 100  # samples for a calibration curve; below, its intervals cover everything


@dataclass(frozen=True)
class Roc:
    """At false positive shares GRID: mean true positive share over folds and its deviation."""

    mean: Array
    sd: Array


@dataclass(frozen=True)
class Calibration:
    """Of each group: mean predicted probability, share observed, the interval of that share, size.

    `size` counts a sample once, however often it was asked.
    """

    predicted: Array
    observed: Array
    low: Array
    high: Array
    size: Array

    @property
    def error(self) -> float:
        """Expected calibration error [3]: mean distance of observed shares to predicted ones."""
        return float(np.average(np.abs(self.observed - self.predicted), weights=self.size))


def roc(folds: Sequence[Predicted]) -> Roc:
    """The mean ROC curve of folds in which every class has a member."""
    curves = np.array([_roc(fold) for fold in folds])
    sd = curves.std(axis=0, ddof=1) if len(curves) > 1 else np.full(len(GRID), np.nan)
    return Roc(curves.mean(axis=0), sd)


def calibration(folds: Sequence[Predicted], repeats: float = 1) -> Calibration:
    """Groups of equal size by predicted probability; `repeats` is how often a sample was asked."""
    pairs = [_hits(fold) for fold in folds]
    p, hit = (np.concatenate(side) for side in zip(*pairs, strict=True))
    order = np.argsort(p, kind="stable")
    groups = [g for g in np.array_split(order, GROUPS) if len(g)]
    size = np.array([len(g) for g in groups]) / repeats
    observed = np.array([hit[g].mean() for g in groups])
    low, high = wilson(observed, size)
    return Calibration(np.array([p[g].mean() for g in groups]), observed, low, high, size)


def wilson(share: Array, n: Array, level: float = 0.95) -> tuple[Array, Array]:
    """Interval of an observed share among n: (G,), (G,) -> lower and upper ends (G,)."""
    z = float(norm.ppf((1 + level) / 2))
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return np.maximum(middle - half, 0), np.minimum(middle + half, 1)


def _roc(fold: Predicted) -> Array:
    """One fold at GRID, averaged over the classes (class 1 alone of two)."""
    curves = []
    for c in _classes(fold):
        false, true, _ = roc_curve(fold.y == c, fold.probability[:, c], drop_intermediate=False)
        curve = np.interp(GRID, false, true)
        curve[0] = 0
        curves.append(curve)
    mean: Array = np.mean(curves, axis=0)
    return mean


def _hits(fold: Predicted) -> tuple[Array, Array]:
    """Probabilities and whether each came true, class 1 of two or every class."""
    classes = _classes(fold)
    p = np.concatenate([fold.probability[:, c] for c in classes]).astype(np.float64)
    return p, np.concatenate([fold.y == c for c in classes]).astype(np.float64)


def _classes(fold: Predicted) -> range:
    c = fold.probability.shape[1]
    return range(1, 2) if c == 2 else range(c)
