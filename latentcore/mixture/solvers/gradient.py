"""Gradient ascent on Q: the notes' method, with the step that it needs.

    theta <- theta + s g / n_k,   g = sum_i tau_ik (y_i - p_i) x~_i - ridge theta,   0 < s < 2 / L
    L = 1/4 lambda_max(sum_i tau_ik x~_i x~_i^T) / n_k  for two classes

g / n_k is the mean gradient: with the sum, as the notes print it, a constant step that works for
a hundred samples is too long for a thousand.  A step below 2 / L never lowers Q [1], and the gap
shrinks by about 1 - 1 / kappa an iteration, kappa being the ratio of the largest to the smallest
curvature.  Standardised features bring it near 1; in raw units it is easily a thousand.

[1] Y. Nesterov, Lectures on Convex Optimization, 2018, section 2.1.5.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import numpy as np

from latentcore.arrays import Array
from latentcore.mixture.heads import Heads
from latentcore.mixture.solvers.acceptance import kept, until_little_is_left
from latentcore.mixture.solvers.problem import Iterate, Problem

TOL = 1e-7  # nats


def iterates(
    heads: Heads,
    problem: Problem,
    _rng: np.random.Generator | None = None,
    /,
    rate: float = 1.0,
    raw: bool = False,
) -> Iterator[Iterate]:
    """Steps of `rate` / L, in raw units if asked, until at most TOL nats are left to gain."""
    if not 0 < rate < 2:
        raise ValueError(
            f"a gradient step is `rate` / L; Q is sure not to fall for a rate between 0 and 2, "
            f"both excluded. Got {rate}"
        )
    frame = raw_frame(heads) if raw else np.eye(heads.coefficient.shape[2])
    step = rate / np.maximum(problem.steepest(heads, frame), np.finfo(float).tiny)
    return until_little_is_left(kept(ascent(heads, problem, step, frame)), TOL)


def ascent(heads: Heads, problem: Problem, step: Array, frame: Array) -> Iterator[Iterate]:
    """Bare steps on the sum gradient, `step` (K,), without end and without acceptance.

    In coordinates u with coefficients = `frame` u, u <- u + step * frame^T gradient.
    """
    metric = step[:, None, None] * (frame @ frame.T)
    values, p = problem.evaluate(heads)
    for number in count():
        yield Iterate(number, heads, values, number + 1)
        move = problem.gradient(heads, p) @ metric
        heads = replace(heads, coefficient=heads.coefficient + move)
        values, p = problem.evaluate(heads)


def raw_frame(heads: Heads) -> Array:
    """From intercept and weights in units of x to the standardised coefficients: (D+1, D+1)."""
    frame = np.diag(np.concatenate([[1.0], heads.scale]))
    frame[0, 1:] = heads.origin
    return frame
