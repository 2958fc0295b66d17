"""Axis-parallel ellipsoids: S_k = diag(sigma_k^2), each feature on its own."""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from latentcore.arrays import Array, Indices
from latentcore.mixture.covariance.common import central, log_positive, without
from latentcore.mixture.covariance.shape import Covariance


@dataclass(frozen=True)
class Diagonal(Covariance):
    """K x D variances (K, D)."""

    variance: Array
    name: ClassVar[str] = "diagonal"

    @staticmethod
    def size(d: int) -> int:
        """See Covariance."""
        return d

    @staticmethod
    def quadratic(x: Array, out: Array) -> None:
        """See Covariance: squares, (D, n) -> (D, n)."""
        np.square(x, out=out)

    @classmethod
    def of_variance(cls, variance: Array) -> Self:
        """See Covariance."""
        return cls(variance)

    @classmethod
    def estimate(cls, count: Array, mean: Array, second: Array, ridge: Array) -> Self:
        """See Covariance."""
        scatter = central(second, count[:, None] * mean**2)
        return cls((scatter + ridge) / count[:, None])

    @property
    def dense(self) -> Array:
        """See Covariance."""
        full: Array = self.variance[:, :, None] * np.eye(self.variance.shape[1])
        return full

    @property
    def n_parameters(self) -> int:
        """See Covariance."""
        return self.variance.size

    def log_det(self) -> Array:
        """See Covariance."""
        log_det: Array = log_positive(self.variance).sum(1)
        return log_det

    def precise(self, mean: Array) -> Array:
        """See Covariance."""
        return mean / self.variance

    def form(self) -> Array:
        """See Covariance."""
        return 1 / self.variance

    def precision_diagonal(self) -> Array:
        """See Covariance."""
        return 1 / self.variance

    def colour(self, noise: Array, z: Indices) -> Array:
        """See Covariance."""
        coloured: Array = noise * np.sqrt(self.variance[z])
        return coloured

    def coordinates(self) -> Array:
        """See Covariance: log variances."""
        coordinates: Array = np.log(self.variance).ravel()
        return coordinates

    def at(self, coordinates: Array) -> Self:
        """See Covariance."""
        return type(self)(np.exp(coordinates).reshape(self.variance.shape))

    def take(self, index: Indices) -> Self:
        """See Covariance."""
        return type(self)(self.variance[index])

    def refreshed(self, k: int) -> Self:
        """See Covariance."""
        return type(self)(without(self.variance, k))
