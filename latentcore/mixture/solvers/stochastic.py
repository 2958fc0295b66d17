"""Stochastic gradient ascent: many cheap steps on mini-batches, and their average.

    theta <- theta + s_e N/b sum_(i in batch) g_i,   s_e = 1 / (E (1 + e / HALVED)) in epoch e
    average <- (1 - a_t) average + a_t theta,        a_t = (r + 1) / (t + r)

The first step is safe for the curvature that a batch of b may show by chance: E is the expected
smoothness of [1], between the curvature L of all samples (b = N) and N times that of the single
steepest sample (b = 1).  Steps shrink; the average forgets its beginnings polynomially [2], and
is what the method answers with.  Samples are drawn without replacement, in a new order each epoch.

[1] R. Gower et al., SGD: general analysis and improved rates, ICML 2019.
[2] O. Shamir and T. Zhang, Stochastic gradient descent for non-smooth optimization, ICML 2013.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import numpy as np

from latentcore.arrays import Array
from latentcore.mixture.heads import Heads
from latentcore.mixture.solvers.acceptance import kept, until_little_is_left
from latentcore.mixture.solvers.problem import Iterate, Problem

TOL = 5e-4  # nats
LEAST = 128  # epochs before the end is judged: the first averages are mostly noise
HALVED = 50  # epochs until the step is half the first one
FORGET = 3  # r above: the last quarter of the steps makes two thirds of the average


def iterates(
    heads: Heads, problem: Problem, rng: np.random.Generator, /, batch: int = 32
) -> Iterator[Iterate]:
    """An iterate per epoch until at most about TOL nats are left to gain."""
    if batch < 1:
        raise ValueError(f"a mini-batch holds at least one sample, got {batch}")
    return until_little_is_left(kept(_epochs(heads, problem, rng, batch)), TOL, LEAST)


def _epochs(
    heads: Heads, problem: Problem, rng: np.random.Generator, batch: int
) -> Iterator[Iterate]:
    first = 1 / np.maximum(_smoothness(heads, problem, batch), np.finfo(float).tiny)
    average, t = heads, 0
    for epoch in count():
        yield Iterate(epoch, average, problem.evaluate(average)[0], 2 * epoch + 1)
        step = first[:, None, None] / (1 + epoch / HALVED)
        order = rng.permutation(len(problem))
        for some in np.split(order, range(batch, len(order), batch)):
            gradient = _estimate(heads, problem, problem.rows(some))
            heads = replace(heads, coefficient=heads.coefficient + step * gradient)
            t += 1
            share = (FORGET + 1) / (t + FORGET)
            mean = average.coefficient + share * (heads.coefficient - average.coefficient)
            average = replace(heads, coefficient=mean)


def _estimate(heads: Heads, problem: Problem, part: Problem) -> Array:
    """An unbiased estimate of the gradient of Q from some of its samples: (K, C-1, D+1)."""
    _, p = heads.evaluate(part.design, part.y)
    gradient = heads.gradient_at(part.design, part.y, p, part.weight)
    return len(problem) / len(part) * gradient - heads.pull()


def _smoothness(heads: Heads, problem: Problem, batch: int) -> Array:
    """Expected smoothness of the gradient from a batch: (K,)."""
    n, b = len(problem), min(batch, len(problem))
    every = problem.steepest(heads, np.eye(len(problem.design)))
    if n == 1:
        return every
    largest = 0.25 if heads.classes == 2 else 0.5  # eigenvalue of 1/2 (I - 1 1^T / C)
    single = largest * (problem.weight * (problem.design**2).sum(0)).max(1)
    smoothness: Array = n * (b - 1) / (b * (n - 1)) * every + n * (n - b) / (b * (n - 1)) * single
    return smoothness
