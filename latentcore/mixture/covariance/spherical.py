"""Spheres: S_k = sigma_k^2 I, updated by sigma_k^2 = (sum tau |x - mu|^2 + sum ridge) / (D n_k)."""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from latentcore.arrays import Array, Indices
from latentcore.mixture.covariance.common import central, log_positive, without
from latentcore.mixture.covariance.shape import Covariance


@dataclass(frozen=True)
class Spherical(Covariance):
    """K variances (K,) in D dimensions."""

    variance: Array
    d: int
    name: ClassVar[str] = "spherical"

    @staticmethod
    def size(d: int) -> int:  # noqa: ARG004 (the same for any D)
        """See Covariance."""
        return 1

    @staticmethod
    def quadratic(x: Array, out: Array) -> None:
        """See Covariance: |x|^2, (D, n) -> (1, n)."""
        np.einsum("dn,dn->n", x, x, out=out[0])

    @classmethod
    def of_variance(cls, variance: Array) -> Self:
        """See Covariance."""
        return cls(variance.mean(1), variance.shape[1])

    @classmethod
    def estimate(cls, count: Array, mean: Array, second: Array, ridge: Array) -> Self:
        """See Covariance."""
        scatter = central(second[:, 0], count * (mean**2).sum(1))
        d = mean.shape[1]
        return cls((scatter + ridge.sum()) / (d * count), d)

    @property
    def dense(self) -> Array:
        """See Covariance."""
        full: Array = self.variance[:, None, None] * np.eye(self.d)
        return full

    @property
    def n_parameters(self) -> int:
        """See Covariance."""
        return len(self.variance)

    def log_det(self) -> Array:
        """See Covariance."""
        log_det: Array = self.d * log_positive(self.variance)
        return log_det

    def precise(self, mean: Array) -> Array:
        """See Covariance."""
        return mean / self.variance[:, None]

    def form(self) -> Array:
        """See Covariance."""
        return 1 / self.variance[:, None]

    def precision_diagonal(self) -> Array:
        """See Covariance."""
        return np.repeat(1 / self.variance[:, None], self.d, axis=1)

    def colour(self, noise: Array, z: Indices) -> Array:
        """See Covariance."""
        coloured: Array = noise * np.sqrt(self.variance[z])[:, None]
        return coloured

    def coordinates(self) -> Array:
        """See Covariance: log variances."""
        coordinates: Array = np.log(self.variance)
        return coordinates

    def at(self, coordinates: Array) -> Self:
        """See Covariance."""
        return type(self)(np.exp(coordinates), self.d)

    def take(self, index: Indices) -> Self:
        """See Covariance."""
        return type(self)(self.variance[index], self.d)

    def refreshed(self, k: int) -> Self:
        """See Covariance."""
        return type(self)(without(self.variance, k), self.d)
