"""Newton's method, also called iteratively reweighted least squares [1].

    theta <- theta + s H^-1 gradient,   H = sum_i tau_i (diag p_i - p_i p_i^T) x~_i x~_i^T + ridge

A full step (s = 1) can overshoot where the curvature is small, so s is halved, head by head,
until Q does not fall.  Near the optimum the number of right digits doubles with every step.

[1] P. McCullagh and J. Nelder, Generalized Linear Models, 1989, section 2.5.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import numpy as np

from latentcore.mixture.heads import Heads
from latentcore.mixture.solvers.acceptance import chosen
from latentcore.mixture.solvers.problem import Iterate, Problem

ROUNDING = 1e-14  # relative; smaller gains drown in the sum over samples


def iterates(
    heads: Heads, problem: Problem, _rng: np.random.Generator | None = None, /
) -> Iterator[Iterate]:
    """Newton steps until the gain that a step promises is below rounding."""
    values, p = problem.evaluate(heads)
    passes = 1
    for number in count(1):
        yield Iterate(number - 1, heads, values, passes)
        sums = problem.sums(heads, p)
        move = heads.maximise(sums).coefficient - heads.coefficient
        slope = ((sums.gradient - heads.pull()) * move).sum((1, 2))  # K; twice the promised gain
        least = ROUNDING * np.abs(values)
        step = np.ones(len(slope))
        while True:
            new = replace(heads, coefficient=heads.coefficient + step[:, None, None] * move)
            new_values, new_p = problem.evaluate(new)
            passes += 1
            better = new_values >= values
            over = ~better & (step * slope > least)
            if not over.any():
                break
            step[over] /= 2
        heads = chosen(better, new, heads)
        values = np.where(better, new_values, values)
        p = np.where(better[:, None, None], new_p, p)
        if (slope <= least).all():
            yield Iterate(number, heads, values, passes)
            return
