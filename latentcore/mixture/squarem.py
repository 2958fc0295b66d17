"""SQUAREM: two EM iterations tell where the climb is heading, and a third of the way is skipped.

EM converges linearly, slowly where components overlap.  With theta1 = M(theta0), theta2 =
M(theta1), r = theta1 - theta0 and v = (theta2 - theta1) - r, one extrapolates

    theta' = theta0 - 2 a r + a^2 v,    a = -|r| / |v|  <= -1        (a = -1 gives theta2) [1]

in coordinates in which every point is valid: logarithms of weights, of variances (of the diagonal
of Cholesky factors) and of concentrations.  theta' is taken only if it is no worse than theta1;
else theta2 is.  The first sweep that theta2 would need is thus spent on theta', and a cycle costs
two sweeps where it succeeds, three where it does not.

[1] R. Varadhan, C. Roland, Simple and globally convergent methods for accelerating the
    convergence of any EM algorithm, Scand. J. Statist. 35, 2008 (scheme S3).
"""

from dataclasses import replace

import numpy as np

from latentcore.arrays import Array
from latentcore.mixture.climb import Climb
from latentcore.mixture.component import DegenerateComponent
from latentcore.mixture.mixture import Mixture
from latentcore.mixture.sweep import Sums

PLAIN = 20  # iterations before the first cycle: far from the end, EM is fast and r, v mislead
GROWTH = 4.0


class Squarem:
    """Cycles of two EM iterations and an extrapolation; remembers how long a step may be."""

    def __init__(self, climb: Climb) -> None:
        self._climb = climb
        self._longest = 1.0

    def cycle(self, mixture: Mixture, sums: Sums) -> tuple[Mixture, Sums, int]:
        """From a mixture and its sums to later ones, and how many sweeps that took."""
        first, first_sums = self._climb.iterate(mixture, sums)
        second = self._climb.m_step(first, first_sums)
        further, length = _extrapolated(mixture, first, second, self._longest)
        least = first_sums.log_likelihood + first.log_prior()
        found = self._evaluated(further)
        if found is not None and found.log_likelihood + further.log_prior() >= least:
            if length == self._longest:
                self._longest *= GROWTH
            return further, found, 2
        self._longest = max(1.0, length / GROWTH)
        return *self._climb.iterate(first, first_sums), 3

    def _evaluated(self, mixture: Mixture) -> Sums | None:
        """The sums at a point that EM itself did not choose; None where it is no mixture."""
        try:
            with np.errstate(all="ignore"):
                return self._climb.sums(mixture)
        except DegenerateComponent:
            return None


def _extrapolated(
    zero: Mixture, one: Mixture, two: Mixture, longest: float
) -> tuple[Mixture, float]:
    """theta' and its step length -a, between 1 and `longest`."""
    start, unit = _coordinates(zero), _units(one)
    r = _coordinates(one) - start
    v = _coordinates(two) - start - 2 * r
    size = np.linalg.norm(v / unit)
    length = float(np.clip(np.linalg.norm(r / unit) / size, 1, longest)) if size else 1.0
    with np.errstate(over="ignore"):
        return _at(one, start + 2 * length * r + length**2 * v), length


def _coordinates(mixture: Mixture) -> Array:
    heads = () if mixture.heads is None else (mixture.heads.coefficient.ravel(),)
    return np.concatenate([mixture.log_weight, mixture.components.coordinates(), *heads])


def _units(mixture: Mixture) -> Array:
    heads = () if mixture.heads is None else (np.ones(mixture.heads.coefficient.size),)
    return np.concatenate([np.ones(len(mixture)), mixture.components.units(), *heads])


def _at(like: Mixture, point: Array) -> Mixture:
    """The mixture of the same family with these coordinates."""
    k, heads = len(like), like.heads
    size = 0 if heads is None else heads.coefficient.size
    end = len(point) - size
    log_weight, middle, last = point[:k], point[k:end], point[end:]
    if heads is not None:
        heads = replace(heads, coefficient=last.reshape(heads.coefficient.shape))
    log_weight = log_weight - log_weight.max()
    log_weight -= np.log(np.exp(log_weight).sum())
    return Mixture(log_weight, like.components.at(middle), heads)
