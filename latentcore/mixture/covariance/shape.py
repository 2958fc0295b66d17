"""What a covariance shape offers the Gaussian family.

The second-order part of phi(x) is as small as the shape allows: |x|^2 for a sphere, D squares
for a diagonal, D(D+1)/2 products for a full matrix.

`ridge` (D,) is the prior exp(-1/2 sum_j ridge_j (S^-1)_jj) on every component.  It is the
likelihood of one extra direction of scatter, so the M-step stays in closed form, S_k =
(scatter_k + diag(ridge)) / n_k, the penalised objective rises exactly, and a component that
claims a single sample keeps a finite density (Bishop 2006, section 9.2.1).
"""

from abc import ABC, abstractmethod
from dataclasses import fields
from typing import Any, ClassVar, Self

from latentcore.arrays import Array, Indices


class Covariance(ABC):
    """K covariances of one shape in D dimensions."""

    name: ClassVar[str]

    def __getstate__(self) -> dict[str, Any]:
        """The fields alone: what is computed from them need not be stored."""
        return {field.name: getattr(self, field.name) for field in fields(self)}  # type: ignore[arg-type]

    @staticmethod
    @abstractmethod
    def size(d: int) -> int:
        """How many second-order features D features have: Q."""

    @staticmethod
    @abstractmethod
    def quadratic(x: Array, out: Array) -> None:
        """Write second-order features: (D, n) -> (Q, n)."""

    @classmethod
    @abstractmethod
    def of_variance(cls, variance: Array) -> Self:
        """The shape closest to axis-parallel variances (K, D)."""

    @classmethod
    @abstractmethod
    def estimate(cls, count: Array, mean: Array, second: Array, ridge: Array) -> Self:
        """M-step from n_k (K,), means (K, D) and sums of second-order features (K, Q)."""

    @property
    @abstractmethod
    def dense(self) -> Array:
        """As full matrices: (K, D, D)."""

    @property
    @abstractmethod
    def n_parameters(self) -> int:
        """Free numbers in all K covariances."""

    @abstractmethod
    def log_det(self) -> Array:
        """Log-determinants: (K,)."""

    @abstractmethod
    def precise(self, mean: Array) -> Array:
        """Precision times mean: (K, D) -> (K, D)."""

    @abstractmethod
    def form(self) -> Array:
        """Rows q with q . quadratic(x) = x^T precision x: (K, Q)."""

    @abstractmethod
    def precision_diagonal(self) -> Array:
        """Diagonals of the precisions: (K, D)."""

    @abstractmethod
    def colour(self, noise: Array, z: Indices) -> Array:
        """Standard normal noise (N, D) given the covariance of component z_i."""

    @abstractmethod
    def coordinates(self) -> Array:
        """All covariances as a vector of free numbers: logarithms of what has to be positive."""

    @abstractmethod
    def at(self, coordinates: Array) -> Self:
        """The covariances with these coordinates."""

    @abstractmethod
    def take(self, index: Indices) -> Self:
        """Only the given components, in that order."""

    @abstractmethod
    def refreshed(self, k: int) -> Self:
        """Component k replaced by the average of the others."""
