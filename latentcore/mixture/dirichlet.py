"""Dirichlet components for compositions: samples on the simplex, all parts positive.

log f(x) = log Gamma(A) - sum_j log Gamma(a_j) + sum_j (a_j - 1) log x_j, so phi(x) = [1, log x]
and the logarithm is taken once per fit.  The likelihood is unbounded (a = s x_i as s grows), so
the concentrations carry the prior exp(-ridge sum_j a_j).  It only lowers each mean logarithm by
ridge / n_k: a component on a single sample then stops at A of about (p - 1) / (2 ridge).
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from scipy.special import gammaln

from latentcore.arrays import Array, Indices
from latentcore.data.labelled import Labelled
from latentcore.mixture import concentration
from latentcore.mixture.component import ExponentialFamily
from latentcore.mixture.covariance.common import without
from latentcore.mixture.scratch import Empty


@dataclass(frozen=True)
class Dirichlets(ExponentialFamily):
    """K Dirichlets: concentration (K, p); ridge 0 is maximum likelihood."""

    concentration: Array
    ridge: float = 1e-2

    @classmethod
    def around(cls, centre: Array, data: Labelled, ridge: float = 1e-2) -> Self:
        """Equal components with the given means (K, p), as wide as the data ask for.

        `ridge` is relative: 1 over the total concentration of all data as one Dirichlet, so that
        it keeps its meaning for data that vary little.
        """
        if data.x.shape[1] < 2:
            raise ValueError("a composition has at least two parts; the data have one column")
        if not ridge >= 0:
            raise ValueError(f"a ridge is 0 or positive, got {ridge}")
        mean = data.mean
        spread = np.average((data.x - mean) ** 2, axis=0, weights=data.weight)
        room = (mean * (1 - mean)).sum()
        total = np.clip(room / max(spread.sum(), 1e-12 * room) - 1, 1.0, 1e6)
        inside = np.maximum(centre, 1e-3 / centre.shape[1])
        each = total * len(centre) * inside / inside.sum(1, keepdims=True)
        return cls(each, float(ridge / total))

    @property
    def centre(self) -> Array:
        """See Components: a / A."""
        centre: Array = self.concentration / self.concentration.sum(1, keepdims=True)
        return centre

    @property
    def n_parameters(self) -> int:
        """See Components."""
        return self.concentration.size

    @property
    def dimension(self) -> int:
        """See Components: parts sum to one."""
        return int(self.concentration.shape[1]) - 1

    def prepare(self, x: Array, first_row: int = 0) -> Array:
        """See Components: rows [1, log x].  Zeros are an error: the density is 0 there."""
        check_simplex(x, self.concentration.shape[1], first_row)
        rows = np.ones((x.shape[1] + 1, len(x)))
        np.log(x.T, out=rows[1:])
        return rows

    def features(self, block: Array, empty: Empty = np.empty) -> Array:  # noqa: ARG002
        """See Components: the prepared rows as they are."""
        return block

    def _natural(self) -> Array:
        a = self.concentration
        constant = gammaln(a.sum(1)) - gammaln(a).sum(1)
        return np.hstack([constant[:, None], a - 1])

    def maximise(self, statistics: Array) -> Self:
        """See Components: Newton from the current value to the maximum."""
        count = statistics[:, :1]
        target = (statistics[:, 1:] - self.ridge) / count
        return replace(self, concentration=concentration.fit(target, self.concentration))

    def log_prior(self) -> float:
        """See Components: -ridge sum a."""
        return float(-self.ridge * self.concentration.sum())

    def sample(self, z: Indices, rng: np.random.Generator) -> Array:
        """See Components."""
        return draw(self.concentration[z], rng)

    def take(self, index: Indices) -> Self:
        """See Components."""
        return replace(self, concentration=self.concentration[index])

    def moved(self, k: int, to: Array) -> Self:
        """See Components: same total concentration, new mean."""
        inside = np.maximum(to, 1e-3 / len(to))
        a = self.concentration.copy()
        a[k] = a[k].sum() * inside / inside.sum()
        return replace(self, concentration=a)

    def refreshed(self, k: int) -> Self:
        """See Components: the average total concentration."""
        total = without(self.concentration.sum(1), k)
        return replace(self, concentration=self.centre * total[:, None])

    def coordinates(self) -> Array:
        """See Components: log concentrations."""
        coordinates: Array = np.log(self.concentration).ravel()
        return coordinates

    def at(self, coordinates: Array) -> Self:
        """See Components."""
        a = np.exp(coordinates).reshape(self.concentration.shape)
        return replace(self, concentration=a)

    def embed(self, x: Array, weight: Array | None = None) -> Array:  # noqa: ARG002
        """See Components: square roots, in which distance is Hellinger's."""
        return np.sqrt(x)


def draw(a: Array, rng: np.random.Generator) -> Array:
    """One point of the simplex from the Dirichlet of each row of a: (N, p) -> (N, p).

    Gamma variables of small shape underflow, so their logarithms are drawn: for shape a,
    log G(a) = log G(a + 1) + log(U) / a [L. Devroye, Non-uniform random variate generation].
    """
    log_gamma = np.log(rng.standard_gamma(a + 1)) + np.log(rng.uniform(size=a.shape)) / a
    log_gamma -= log_gamma.max(1, keepdims=True)
    draws = np.maximum(np.exp(log_gamma), 1e-300)
    points: Array = draws / draws.sum(1, keepdims=True)
    return points


def check_simplex(x: Array, parts: int, first_row: int = 0) -> None:
    """Raise ValueError unless x (N, p) is positive and sums to one; rows count from `first_row`."""
    if x.shape[1] != parts:
        raise ValueError(f"x has {x.shape[1]} parts, the mixture {parts}")
    wrong = np.argwhere(x <= 0)
    if len(wrong):
        row, column = wrong[0]
        found = "zero" if x[row, column] == 0 else f"negative value {x[row, column]:.3g}"
        raise ValueError(
            f"x holds a {found} at row {first_row + row}, column {column} ({len(wrong)} in all); a "
            "Dirichlet density needs positive parts. Replace zeros by a small share first, merge "
            "rare parts, or model counts"
        )
    total = x.sum(1)
    off = np.flatnonzero(np.abs(total - 1) > 1e-6)
    if len(off):
        raise ValueError(
            f"row {first_row + off[0]} of x sums to {total[off[0]]:.6g}, not 1 ({len(off)} such "
            "rows); divide each row by its total first"
        )
