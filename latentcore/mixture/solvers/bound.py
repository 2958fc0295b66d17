"""The majoriser of Bohning and Lindsay: Newton's step with a curvature that never changes [1].

    theta <- theta + B^-1 gradient,   B = sum_i tau_i 1/2 (I - 1 1^T / C) x~_i x~_i^T + ridge

B is at least the curvature, wherever the heads are, so the quadratic with curvature B lies below
Q and touches it: its maximum cannot be lower.  No step size, no halving; linear convergence.

[1] D. Bohning and B. Lindsay, Monotonicity of quadratic-approximation algorithms, Ann. Inst.
    Stat. Math. 40, 1988.
"""

from collections.abc import Iterator
from itertools import count

import numpy as np

from latentcore.mixture.heads import Heads
from latentcore.mixture.softmax import HeadSums
from latentcore.mixture.solvers.acceptance import kept, until_little_is_left
from latentcore.mixture.solvers.problem import Iterate, Problem

TOL = 1e-9  # nats


def iterates(
    heads: Heads, problem: Problem, _rng: np.random.Generator | None = None, /
) -> Iterator[Iterate]:
    """Bound steps until at most TOL nats are left to gain."""
    return until_little_is_left(kept(_steps(heads, problem)), TOL)


def _steps(heads: Heads, problem: Problem) -> Iterator[Iterate]:
    values, p = problem.evaluate(heads)
    curvature = problem.sums(heads, p, bound=True).curvature
    for number in count():
        yield Iterate(number, heads, values, number + 1)
        gradient = problem.gradient(heads, p) + heads.pull()  # `maximise` brings in the prior
        heads = heads.maximise(HeadSums(gradient, curvature))
        values, p = problem.evaluate(heads)
