"""What a head uses: its weights as contrasts between taxa, in units that can be read.

A composition cannot gain of one taxon without losing of others, so the weights of a head are
defined up to a constant and shown with sum zero:

    log-ratios (Gaussian, Dirichlet-multinomial)   score = b + sum_j w_j log x_j,  sum_j w_j = 0:
                                                   a log-contrast [1]; w_j log 2 per doubling
    proportions (Dirichlet)                        score = b + sum_j w_j x_j,  sum_j w_j = 0:
                                                   w_j / 100 per percentage point

The score is the log-odds of a class against the first one.

[1] J. Aitchison, J. Bacon-Shone, Log contrast models for experiments with mixtures, 1984.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from latentcore.arrays import Array, Indices
from latentcore.data.preparation.composition import basis
from latentcore.evaluation.community.settings import Settings
from latentcore.mixture.mixture import Mixture


@dataclass(frozen=True)
class Unit:
    """What a taxon has to do for the score to change by the number shown."""

    factor: float
    name: str


DOUBLING = Unit(float(np.log(2)), "doubling")
POINT = Unit(0.01, "percentage point")


def unit(settings: Settings) -> Unit:
    """The unit of the contrasts of a family."""
    return POINT if settings.family == "dirichlet" else DOUBLING


def contrasts(settings: Settings, mixture: Mixture) -> Array:
    """Change of the log-odds against class 0 per unit of each part: (K, C-1, p), sums zero."""
    if mixture.heads is None:
        raise ValueError("this mixture has no heads, so there is nothing that they use")
    weight = mixture.heads.weight
    if settings.output == "ilr":
        weight = weight @ basis(weight.shape[2] + 1).T
    centred: Array = weight - weight.mean(axis=2, keepdims=True)
    return centred * unit(settings).factor


@dataclass(frozen=True)
class Spread:
    """Contrasts of a fit, and the middle 95 % of those of resampled tables: all (K, C-1, p)."""

    fitted: Array
    low: Array
    high: Array

    @property
    def clear(self) -> NDArray[np.bool_]:
        """Where resampling leaves the sign in no doubt."""
        return (self.low > 0) | (self.high < 0)


def spread(fitted: Array, resampled: list[Array]) -> Spread:
    """The spread over resampled tables (each (K, C-1, p), NaN where a component was lost)."""
    if not resampled:
        unknown = np.full_like(fitted, np.nan)
        return Spread(fitted, unknown, unknown)
    every = np.array(resampled)
    lost = np.isnan(every).all(axis=0)
    low, high = np.nanquantile(np.where(lost, 0.0, every), (0.025, 0.975), axis=0)
    return Spread(fitted, np.where(lost, np.nan, low), np.where(lost, np.nan, high))


def leading(spread: Spread, most: int) -> Indices:
    """Positions (n,) of the parts that the heads use most: by the largest contrast anywhere."""
    size = np.abs(spread.fitted).max(axis=(0, 1))
    order: Indices = np.argsort(-size, kind="stable")[:most]
    return order
