"""What a family of densities must offer to take part in EM.

A family holds K densities stacked on the first axis of every parameter.  EM asks three things
of it: log-densities (for the E-step), sums over samples weighted by responsibilities (they
**add**, so a chunk, a thread or a machine can each bring its share) and the parameters that
maximise the expected log-likelihood given those sums (the M-step).

Law: `maximise(statistics(x, w))` never lowers `sum(w * log_prob(x)) + log_prior()`.  EM climbs
because of this law alone; `tests/mixture/test_components.py` checks it for every family.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import fields
from functools import cached_property
from typing import Any, Self

import numpy as np

from latentcore.arrays import Array, Indices
from latentcore.mixture import packed
from latentcore.mixture.scratch import Empty

ROWS = 2**14

View = Callable[[Array], Array]


def itself(x: Array) -> Array:
    """Samples as they are."""
    return x


class DegenerateComponent(ValueError):
    """A component without a density: it names which one, why, and what helps."""


class Components(ABC):
    """K densities of one family on D features."""

    @property
    @abstractmethod
    def centre(self) -> Array:
        """Mean of each component: (K, D)."""

    @property
    @abstractmethod
    def width(self) -> int:
        """How many rows phi(x) has: F."""

    @property
    @abstractmethod
    def n_parameters(self) -> int:
        """How many numbers all K densities are free to choose."""

    @property
    def dimension(self) -> int:
        """How many coordinates of a sample are free: D, but p - 1 where p parts sum to one."""
        return int(self.centre.shape[1])

    @property
    def view(self) -> View:
        """What linear heads read of a sample in its place: (N, D) -> (N, D)."""
        return itself

    @abstractmethod
    def prepare(self, x: Array, first_row: int = 0) -> Array:
        """What a sweep reads of the data, computed once per fit: (N, D) -> (P, N).

        Raises ValueError naming the column and the row, counted from `first_row`, of a sample
        outside the family's support.
        """

    def knowing(self, parts: Iterable[Array]) -> Self:  # noqa: ARG002 (for those that need it)
        """Self, ready for sweeps over x (n, D), part by part; most need not look at the data."""
        return self

    @abstractmethod
    def features(self, block: Array, empty: Empty = np.empty) -> Array:
        """Rows of phi(x) for a block of prepared columns: (P, n) -> (F, n).

        `empty(shape, dtype)` gives memory to write in; a sweep hands out the same every time.
        """

    @abstractmethod
    def log_prob_at(self, phi: Array, empty: Empty = np.empty) -> Array:
        """Log density of each column under each component: (F, n) -> (K, n)."""

    @abstractmethod
    def statistics_at(self, phi: Array, weight: Array) -> Array:
        """Weighted sums over the columns: (F, n), (K, n) -> (K, S).  Column 0 is n_k."""

    @abstractmethod
    def maximise(self, statistics: Array) -> Self:
        """The components that maximise the expected log-likelihood plus the prior."""

    @abstractmethod
    def log_prior(self) -> float:
        """Log of the penalty that keeps the fit finite; 0 for maximum likelihood."""

    @abstractmethod
    def sample(self, z: Indices, rng: np.random.Generator) -> Array:
        """Draw one sample from component z_i for every i: (N,) -> (N, D)."""

    @abstractmethod
    def take(self, index: Indices) -> Self:
        """Only the given components, in that order (they may repeat)."""

    @abstractmethod
    def moved(self, k: int, to: Array) -> Self:
        """Component k with its centre at `to` (D,) and its shape unchanged."""

    @abstractmethod
    def refreshed(self, k: int) -> Self:
        """Component k with the average shape of the others and its own centre."""

    @abstractmethod
    def coordinates(self) -> Array:
        """All parameters as a vector of free numbers: any vector is a valid family (see `at`)."""

    @abstractmethod
    def at(self, coordinates: Array) -> Self:
        """The components with these coordinates."""

    def units(self) -> Array:
        """What counts as a change of one in each coordinate; by default 1, as of a logarithm."""
        return np.ones(len(self.coordinates()))

    @abstractmethod
    def embed(self, x: Array, weight: Array | None = None) -> Array:
        """Coordinates in which Euclidean distance suits the family: (N, D), (N,) -> (N, D)."""

    def __getstate__(self) -> dict[str, Any]:
        """The fields alone: what is computed from them need not be stored."""
        return {field.name: getattr(self, field.name) for field in fields(self)}  # type: ignore[arg-type]

    def __len__(self) -> int:
        """How many components there are: K."""
        return len(self.centre)

    def log_prob(self, x: Array) -> Array:
        """Log density of each sample under each component, nats: (N, D) -> (N, K)."""
        log_prob = np.empty((len(self), len(x)))
        for i in range(0, len(x), ROWS):  # phi of all samples at once may not fit into memory
            columns = self.prepare(x[i : i + ROWS], i)
            log_prob[:, i : i + ROWS] = self.log_prob_at(self.features(columns))
        return log_prob.T

    def statistics(self, x: Array, weight: Array) -> Array:
        """Sums over samples weighted by the columns of weight: (N, D), (N, K) -> (K, S)."""
        phi = self.features(self.prepare(x))
        return self.statistics_at(phi, np.ascontiguousarray(weight.T))


class ExponentialFamily(Components):
    """Densities log f_k(x) = w_k . phi(x), with phi(x) = [1, ...]: everything is two products."""

    @cached_property
    def natural(self) -> Array:
        """The rows w_k, normalising constant first: (K, F)."""
        return self._natural()

    @abstractmethod
    def _natural(self) -> Array: ...

    @property
    def width(self) -> int:
        """See Components."""
        return int(self.natural.shape[1])

    def log_prob_at(self, phi: Array, empty: Empty = np.empty) -> Array:
        """See Components."""
        shape = len(self), phi.shape[1]
        out: Array = np.matmul(
            self.natural.astype(phi.dtype, copy=False), phi, out=empty(shape, phi.dtype)
        )
        return out

    def statistics_at(self, phi: Array, weight: Array) -> Array:
        """See Components: here the sums of weight * phi(x)."""
        return packed.sums(weight, phi)
