"""Gaussian components: log f(x) = -1/2 (D log 2 pi + log|S| + (x - mu)^T S^-1 (x - mu)).

Written as w . [1, x, second-order features], so that the densities of all components on a chunk
are one matrix product and their moments another.  Expanding the square costs digits when the
data sit far from zero, so samples are first moved by `origin`, which stays fixed during a fit.
"""

from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np

from latentcore.arrays import Array, Indices
from latentcore.data.labelled import Labelled
from latentcore.mixture.component import ExponentialFamily
from latentcore.mixture.covariance import SHAPES, Covariance
from latentcore.mixture.scratch import Empty

NO_ORIGIN = np.empty(0)


@dataclass(frozen=True)
class Gaussians(ExponentialFamily):
    """K Gaussians: mean (K, D), a covariance shape, ridge (D,) in squared units of x.

    See `covariance/shape.py` for the prior that the ridge stands for; 0 is maximum likelihood.
    """

    mean: Array
    covariance: Covariance
    ridge: Array
    origin: Array = field(default_factory=lambda: NO_ORIGIN)

    def __post_init__(self) -> None:
        """Check shapes and choose an origin."""
        d = self.mean.shape[1]
        object.__setattr__(self, "ridge", np.broadcast_to(np.asarray(self.ridge, float), (d,)))
        if self.origin.shape != (d,):
            object.__setattr__(self, "origin", self.mean.mean(0))
        shape = self.covariance.dense.shape if len(self.mean) * d * d < 10_000 else None
        if shape is not None and shape != (len(self.mean), d, d):
            raise ValueError(f"means {self.mean.shape} and covariances {shape} do not fit together")

    @classmethod
    def around(
        cls,
        centre: Array,
        data: Labelled,
        shape: str = "diagonal",
        ridge: float = 1e-3,
    ) -> Self:
        """Equal, wide components at the given centres (K, D), scaled to the data.

        `ridge` is relative to each feature's variance, so that the fit does not depend on units, or
        to that of its middle half if that is less, so that it does not depend on outliers.
        """
        if shape not in SHAPES:
            raise ValueError(f"a covariance is one of {sorted(SHAPES)}, got {shape!r}")
        if not ridge >= 0:
            raise ValueError(f"a ridge is 0 or positive, got {ridge}")
        spread = variance(data.x, data.weight)
        k, d = centre.shape
        each = np.tile(spread / max(k, 1) ** (2 / d), (k, 1))
        usual = np.minimum(spread, _robust(data, spread))
        exact = 1e-9 * np.square(data.x - data.mean).max(0)  # less would drown in rounding
        floor = np.maximum(ridge * usual, exact) if ridge else np.zeros(d)
        return cls(centre, SHAPES[shape].of_variance(each), floor, data.mean)

    @property
    def centre(self) -> Array:
        """See Components: the means."""
        return self.mean

    @property
    def n_parameters(self) -> int:
        """See Components."""
        return self.mean.size + self.covariance.n_parameters

    def prepare(self, x: Array, first_row: int = 0) -> Array:  # noqa: ARG002
        """See Components: x moved to the origin, features first."""
        if x.shape[1] != self.mean.shape[1]:
            raise ValueError(f"x has {x.shape[1]} features, the mixture {self.mean.shape[1]}")
        return np.subtract(x.T, self.origin[:, None], order="C")

    def features(self, block: Array, empty: Empty = np.empty) -> Array:
        """See Components: rows [1, x, second-order features]."""
        d, n = block.shape
        phi = empty((1 + d + self.covariance.size(d), n), block.dtype)
        phi[0] = 1
        phi[1 : d + 1] = block
        self.covariance.quadratic(block, phi[d + 1 :])
        return phi

    def _natural(self) -> Array:
        mean = self.mean - self.origin
        log_det = self.covariance.log_det()  # first, because it names a degenerate component
        linear = self.covariance.precise(mean)  # K D
        constant = -0.5 * (mean.shape[1] * np.log(2 * np.pi) + log_det + (mean * linear).sum(1))
        return np.hstack([constant[:, None], linear, -0.5 * self.covariance.form()])

    def maximise(self, statistics: Array) -> Self:
        """See Components: weighted mean and weighted scatter plus ridge, over n_k."""
        d = self.mean.shape[1]
        count, first, second = statistics[:, 0], statistics[:, 1 : d + 1], statistics[:, d + 1 :]
        mean = first / count[:, None]
        covariance = self.covariance.estimate(count, mean, second, self.ridge)
        return replace(self, mean=mean + self.origin, covariance=covariance)

    def log_prior(self) -> float:
        """See Components: -1/2 sum_kj ridge_j (S_k^-1)_jj."""
        return float(-0.5 * (self.covariance.precision_diagonal() @ self.ridge).sum())

    def sample(self, z: Indices, rng: np.random.Generator) -> Array:
        """See Components."""
        noise = rng.standard_normal((len(z), self.mean.shape[1]))
        return self.mean[z] + self.covariance.colour(noise, z)

    def take(self, index: Indices) -> Self:
        """See Components."""
        return replace(self, mean=self.mean[index], covariance=self.covariance.take(index))

    def moved(self, k: int, to: Array) -> Self:
        """See Components."""
        mean = self.mean.copy()
        mean[k] = to
        return replace(self, mean=mean)

    def refreshed(self, k: int) -> Self:
        """See Components."""
        return replace(self, covariance=self.covariance.refreshed(k))

    def coordinates(self) -> Array:
        """See Components: means, then the covariances'."""
        return np.concatenate([self.mean.ravel(), self.covariance.coordinates()])

    def at(self, coordinates: Array) -> Self:
        """See Components."""
        mean, rest = coordinates[: self.mean.size], coordinates[self.mean.size :]
        return replace(
            self, mean=mean.reshape(self.mean.shape), covariance=self.covariance.at(rest)
        )

    def units(self) -> Array:
        """See Components: a standard deviation for a mean."""
        deviation = self.covariance.precision_diagonal().ravel() ** -0.5
        rest = len(self.covariance.coordinates())
        return np.concatenate([deviation, np.ones(rest)])

    def embed(self, x: Array, weight: Array | None = None) -> Array:
        """See Components: features in units of their standard deviation."""
        embedded: Array = (x - np.average(x, axis=0, weights=weight)) / np.sqrt(variance(x, weight))
        return embedded


def variance(x: Array, weight: Array | None = None) -> Array:
    """Variance of each feature (D,); a constant feature counts as varying like the average one.

    Samples may have weights (N,).  Raises ValueError where a feature varies by less, or by more,
    than numbers can be squared.
    """
    centred = x - np.average(x, axis=0, weights=weight)
    with np.errstate(over="ignore", under="ignore"):
        spread: Array = np.average(centred**2, axis=0, weights=weight)
    rounding = 1e-14 * np.abs(x).max(0)
    varies = np.ptp(x, axis=0) > 10 * rounding
    wrong = np.flatnonzero(varies & ~((spread > 1e-250) & (spread < 1e250)))
    if len(wrong):
        raise ValueError(
            f"feature {wrong[0]} varies by {np.ptp(x[:, wrong[0]]):.1e}, which cannot be squared "
            "within the computer's range. Rescale it first"
        )
    typical = spread[varies].mean() if varies.any() else 1.0
    return np.where(varies, spread, typical)


def _robust(data: Labelled, otherwise: Array) -> Array:
    """Variance of each feature (D,) judged by its quartiles, where these differ."""
    low, high = np.quantile(
        data.x, [0.25, 0.75], axis=0, method="inverted_cdf", weights=data.weight
    )
    deviation = (high - low) / 1.349  # of a normal distribution with these quartiles
    return np.where(deviation > 0, np.square(deviation), otherwise)
