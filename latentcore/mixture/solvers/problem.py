"""What a solver climbs: the heads' share of Q at fixed responsibilities.

    Q_k(theta_k) = sum_i tau_ik log p_k(y_i | x_i) + log prior(theta_k)

One concave problem per head; they share only the data, so each head is judged by its own Q.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol, Self

import numpy as np

from latentcore.arrays import Array, Indices
from latentcore.mixture.heads import Heads
from latentcore.mixture.softmax import HeadSums


@dataclass(frozen=True)
class Problem:
    """A design with labels (D+1, N), see `Heads.design`, labels (N,), responsibilities (K, N)."""

    design: Array
    y: Indices
    weight: Array

    @classmethod
    def of(cls, heads: Heads, x: Array, y: Indices, weight: Array) -> Self:
        """From samples (N, D), labels (N,) and responsibilities times sample weights (N, K)."""
        expected = len(x), len(heads.coefficient)
        if weight.shape != expected:
            raise ValueError(
                f"{expected[1]} heads on {expected[0]} samples need weights of shape {expected}, "
                f"one column a head; got {weight.shape}"
            )
        return cls(heads.design(x, y), y, np.ascontiguousarray(weight.T))

    def __len__(self) -> int:
        """How many samples there are: N."""
        return len(self.y)

    def evaluate(self, heads: Heads) -> tuple[Array, Array]:
        """Q of every head (K,), nats, and the probabilities (K, C-1, N) at which sums are taken."""
        log_own, p = heads.evaluate_log(self.design, self.y)
        return (self.weight * log_own).sum(1) + heads.log_priors(), p

    def gradient(self, heads: Heads, p: Array) -> Array:
        """Gradient of Q at probabilities p from `evaluate`: (K, C-1, D+1)."""
        return heads.gradient_at(self.design, self.y, p, self.weight) - heads.pull()

    def sums(self, heads: Heads, p: Array, bound: bool = False) -> HeadSums:
        """What `heads.maximise` needs, with the curvature or its bound."""
        return heads.statistics_at(self.design, self.y, p, self.weight, bound)

    def steepest(self, heads: Heads, frame: Array) -> Array:
        """L: no curvature of Q, at whatever coefficients, is above this: (K,).

        `frame` (D+1, D+1) maps the coordinates in which steps are taken to the coefficients.  In
        the standardised ones it is the identity and, for two classes,
        L = 1/4 lambda_max(sum_i tau_ik x~_i x~_i^T) but for the ridge.
        """
        k, others, p = heads.coefficient.shape
        curvature = self.sums(heads, self.evaluate(heads)[1], bound=True).curvature  # K C C D D
        prior = heads.precision().reshape(others, p, others, p).swapaxes(1, 2)
        inside = frame.T @ (curvature + prior) @ frame
        size = others * p
        values = np.linalg.eigvalsh(inside.swapaxes(2, 3).reshape(k, size, size))
        return np.asarray(values[:, -1], dtype=np.float64)

    def rows(self, index: Indices) -> Self:
        """Only the given samples."""
        return replace(
            self, design=self.design[:, index], y=self.y[index], weight=self.weight[:, index]
        )


@dataclass(frozen=True)
class Iterate:
    """Heads after `number` iterations, their Q (K,), nats, and the passes over the data so far."""

    number: int
    heads: Heads
    values: Array
    passes: float

    @property
    def value(self) -> float:
        """Q of all heads, nats."""
        return float(self.values.sum())


class Solver(Protocol):
    """A method: it yields the heads it was given, then better ones, until it can do no more.

    Law: no head of an iterate has a lower Q than the same head of the iterate before.
    """

    def __call__(
        self, heads: Heads, problem: Problem, rng: np.random.Generator, /
    ) -> Iterator[Iterate]:
        """The iterates; methods that use chance draw it from `rng`."""
        ...
