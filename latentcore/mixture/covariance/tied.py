"""One ellipsoid for all: S = sum_k (scatter_k + diag(ridge)) / N, boundaries between are lines.

Every component carries the prior of the ridge, so the shared matrix carries it K times.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Self

import numpy as np

from latentcore.arrays import Array, Indices
from latentcore.mixture import packed
from latentcore.mixture.component import DegenerateComponent
from latentcore.mixture.covariance.full import Full
from latentcore.mixture.covariance.shape import Covariance


@dataclass(frozen=True)
class Tied(Covariance):
    """One symmetric positive definite matrix (D, D), shared by k components."""

    matrix: Array
    k: int
    name: ClassVar[str] = "tied"

    @staticmethod
    def size(d: int) -> int:
        """See Covariance."""
        return packed.size(d)

    @staticmethod
    def quadratic(x: Array, out: Array) -> None:
        """See Covariance: products, (D, n) -> (D(D+1)/2, n)."""
        packed.products(x, out)

    @classmethod
    def of_variance(cls, variance: Array) -> Self:
        """See Covariance."""
        return cls(np.diag(variance.mean(0)), len(variance))

    @classmethod
    def estimate(cls, count: Array, mean: Array, second: Array, ridge: Array) -> Self:
        """See Covariance."""
        scatter = packed.unpack(second.sum(0)) - (count[:, None] * mean).T @ mean  # D D
        return cls((scatter + len(count) * np.diag(ridge)) / count.sum(), len(count))

    @cached_property
    def _single(self) -> Full:
        """The same matrix as a single free one."""
        return Full(self.matrix[None])

    @property
    def dense(self) -> Array:
        """See Covariance."""
        return np.broadcast_to(self.matrix, (self.k, *self.matrix.shape))

    @property
    def n_parameters(self) -> int:
        """See Covariance."""
        return packed.size(len(self.matrix))

    def log_det(self) -> Array:
        """See Covariance."""
        try:
            return np.repeat(self._single.log_det(), self.k)
        except DegenerateComponent as error:
            raise DegenerateComponent(
                "the covariance that all components share is singular: their samples lie in fewer "
                f"than {len(self.matrix)} dimensions. Use a diagonal or spherical covariance, a "
                "larger ridge, or fewer components"
            ) from error

    def precise(self, mean: Array) -> Array:
        """See Covariance."""
        precise: Array = mean @ self._single.precision[0]
        return precise

    def form(self) -> Array:
        """See Covariance."""
        return np.repeat(self._single.form(), self.k, axis=0)

    def precision_diagonal(self) -> Array:
        """See Covariance."""
        return np.repeat(self._single.precision_diagonal(), self.k, axis=0)

    def colour(self, noise: Array, z: Indices) -> Array:
        """See Covariance."""
        return self._single.colour(noise, np.zeros_like(z))

    def coordinates(self) -> Array:
        """See Covariance."""
        return self._single.coordinates()

    def at(self, coordinates: Array) -> Self:
        """See Covariance."""
        return type(self)(self._single.at(coordinates).matrix[0], self.k)

    def take(self, index: Indices) -> Self:
        """See Covariance."""
        return type(self)(self.matrix, len(index))

    def refreshed(self, k: int) -> Self:  # noqa: ARG002 (the shape of the others is its own)
        """See Covariance."""
        return self
