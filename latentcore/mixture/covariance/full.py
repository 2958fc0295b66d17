"""Free ellipsoids: S_k = (sum tau (x - mu)(x - mu)^T + diag(ridge)) / n_k."""

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Self

import numpy as np

from latentcore.arrays import Array, Indices
from latentcore.mixture import packed
from latentcore.mixture.component import DegenerateComponent
from latentcore.mixture.covariance.common import without
from latentcore.mixture.covariance.shape import Covariance


@dataclass(frozen=True)
class Full(Covariance):
    """K symmetric positive definite matrices (K, D, D)."""

    matrix: Array
    name: ClassVar[str] = "full"

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
        return cls(np.asarray(variance[:, :, None] * np.eye(variance.shape[1]), dtype=np.float64))

    @classmethod
    def estimate(cls, count: Array, mean: Array, second: Array, ridge: Array) -> Self:
        """See Covariance."""
        n = count[:, None, None]
        scatter = packed.unpack(second) - n * mean[:, :, None] * mean[:, None, :]  # K D D
        return cls((scatter + np.diag(ridge)) / n)

    @cached_property
    def cholesky(self) -> Array:
        """Lower factors L with S = L L^T: (K, D, D).  Raises DegenerateComponent by name."""
        try:
            return np.linalg.cholesky(self.matrix).astype(np.float64)
        except np.linalg.LinAlgError:
            lowest = np.linalg.eigvalsh(self.matrix)[:, 0]
            k = int(lowest.argmin())
            raise DegenerateComponent(
                f"the covariance of component {k + 1} is singular (smallest eigenvalue "
                f"{lowest[k]:.3g}): its samples span fewer than {self.matrix.shape[1]} dimensions. "
                "Use a diagonal or spherical covariance, a larger ridge, or fewer components"
            ) from None

    @cached_property
    def precision(self) -> Array:
        """Inverses: (K, D, D)."""
        root = np.linalg.inv(self.cholesky)
        precision: Array = root.swapaxes(1, 2) @ root
        return precision

    @property
    def dense(self) -> Array:
        """See Covariance."""
        return self.matrix

    @property
    def n_parameters(self) -> int:
        """See Covariance."""
        k, d, _ = self.matrix.shape
        return int(k * packed.size(d))

    def log_det(self) -> Array:
        """See Covariance."""
        log_det: Array = 2 * np.log(np.diagonal(self.cholesky, axis1=1, axis2=2)).sum(1)
        return log_det

    def precise(self, mean: Array) -> Array:
        """See Covariance."""
        product: Array = np.einsum("kde,ke->kd", self.precision, mean)
        return product

    def form(self) -> Array:
        """See Covariance."""
        return packed.form(self.precision)

    def precision_diagonal(self) -> Array:
        """See Covariance."""
        return np.diagonal(self.precision, axis1=1, axis2=2)

    def colour(self, noise: Array, z: Indices) -> Array:
        """See Covariance."""
        coloured = np.empty_like(noise)
        for k, factor in enumerate(self.cholesky):
            coloured[z == k] = noise[z == k] @ factor.T
        return coloured

    def coordinates(self) -> Array:
        """See Covariance: Cholesky factors, their diagonal as logarithms."""
        i, j = np.tril_indices(self.matrix.shape[1])
        packed_rows = self.cholesky[:, i, j]  # K D(D+1)/2
        packed_rows[:, i == j] = np.log(packed_rows[:, i == j])
        return packed_rows.ravel()

    def at(self, coordinates: Array) -> Self:
        """See Covariance."""
        i, j = np.tril_indices(self.matrix.shape[1])
        rows = coordinates.reshape(len(self.matrix), -1)
        factor = np.zeros_like(self.matrix)
        factor[:, i, j] = np.where(i == j, np.exp(np.where(i == j, rows, 0)), rows)
        return type(self)(factor @ factor.swapaxes(1, 2))

    def take(self, index: Indices) -> Self:
        """See Covariance."""
        return type(self)(self.matrix[index])

    def refreshed(self, k: int) -> Self:
        """See Covariance."""
        return type(self)(without(self.matrix, k))
