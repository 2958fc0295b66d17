"""Probabilities of labels under linear scores, and the sums that EM and Newton's method need.

A design has rows [1, standardised x].  Of two classes, the samples of class 0 change sign in it,
since p(y=0 | x) = sigmoid(-score): every sample then is one of class 1, and one sigmoid tells the
probability of its own label.  With more classes, class 0 is the reference with score 0.
"""

from dataclasses import dataclass

import numpy as np

from latentcore.arrays import Array, Indices
from latentcore.mixture import packed
from latentcore.mixture.scratch import Empty, Scratch


@dataclass(frozen=True)
class HeadSums:
    """Gradient (K, C-1, D+1) and curvature (K, C-1, C-1, D+1, D+1) of the expected log p(y|x)."""

    gradient: Array
    curvature: Array

    def __add__(self, other: "HeadSums") -> "HeadSums":
        """Sums over two sets of samples."""
        return HeadSums(self.gradient + other.gradient, self.curvature + other.curvature)


def log_probability(score: Array, y: Indices) -> Array:
    """log p(y | x, k), to the last digit also where p is 0: (K, C-1, n), (n,) -> (K, n)."""
    if score.shape[1] == 1:
        u = score[:, 0]
        binary: Array = np.minimum(u, 0) - np.log1p(np.exp(-np.abs(u)))
        return binary
    top = np.maximum(score.max(1), 0)  # K n
    total = np.exp(score - top[:, None]).sum(1) + np.exp(-top)
    own = np.where(y == 0, 0.0, score[:, np.maximum(y - 1, 0), np.arange(len(y))])
    log_own: Array = own - top - np.log(total)
    return log_own


def probabilities(score: Array, y: Indices) -> tuple[Array, Array]:
    """p(y | x, k) (K, n) and p(y = c | x, k) for c > 0 (K, C-1, n), written over the scores.

    Of two classes both are the probability of the sample's own label.
    """
    p = score
    if p.shape[1] == 1:
        one: Array = p[:, 0]
        with np.errstate(over="ignore"):  # a score below -709 has probability 0
            np.exp(np.negative(p, out=p), out=p)
        np.divide(1, np.add(p, 1, out=p), out=p)
        return one, p
    top = np.maximum(p.max(1), 0)  # K n
    p -= top[:, None]
    np.exp(p, out=p)
    none = np.exp(-top)  # class 0
    total = p.sum(1) + none
    p /= total[:, None]
    none /= total
    return np.where(y == 0, none, p[:, np.maximum(y - 1, 0), np.arange(len(y))]), p


def residuals(y: Indices, p: Array, weight: Array, empty: Empty = np.empty) -> Array:
    """weight_k (1[y = c] - p_c), at p from `probabilities`: (n,), (K, C-1, n) -> (K, C-1, n)."""
    residual = np.negative(p, out=empty(p.shape, p.dtype))
    if p.shape[1] == 1:
        residual += 1
    else:
        for c in range(p.shape[1]):
            residual[:, c, y == c + 1] += 1
    residual *= weight[:, None]
    return residual


def gradient(design: Array, residual: Array) -> Array:
    """Gradient of the weighted log p(y|x): (D+1, n), (K, C-1, n) -> (K, C-1, D+1)."""
    k, others, n = residual.shape
    return packed.sums(residual.reshape(k * others, n), design).reshape(k, others, -1)


def derivatives(  # noqa: PLR0913 (four arrays of the sweep, which curvature, where to write)
    design: Array, y: Indices, p: Array, weight: Array, bound: bool, scratch: Scratch
) -> HeadSums:
    """Sums weighted by (K, n), at p (K, C-1, n) from `probabilities`."""
    k, others, n = p.shape
    residual = residuals(y, p, weight, scratch.named("residual"))
    pairs = [(c, d) for c in range(others) for d in range(c, others)]
    factors = scratch.named("factors")((len(pairs), k, n), p.dtype)
    for (c, d), factor in zip(pairs, factors, strict=True):
        if bound:
            np.multiply(weight, bohning(others + 1)[c, d], out=factor)
        elif others == 1:
            np.multiply(residual[:, 0], p[:, 0], out=factor)
        else:
            np.subtract(float(c == d), p[:, d], out=factor)
            factor *= p[:, c]
            factor *= weight
    shape = packed.size(len(design)), n
    phi = packed.products(design, scratch.named("products")(shape, design.dtype))
    second = packed.unpack(packed.sums(factors.reshape(-1, n), phi))  # pairs*K D+1 D+1
    curvature = np.empty((k, others, others, len(design), len(design)))
    for (c, d), block in zip(pairs, second.reshape(-1, k, *second.shape[1:]), strict=True):
        curvature[:, c, d] = curvature[:, d, c] = block
    return HeadSums(gradient(design, residual), curvature)


def bohning(classes: int) -> Array:
    """1/2 (I - 1 1^T / C) over the classes that are not the reference: 1/4 for two."""
    bound: Array = 0.5 * (np.eye(classes - 1) - 1 / classes)
    return bound
