"""Methods that fit the heads at fixed responsibilities, chosen by name; one file a method.

    heads = solve(heads, Problem.of(heads, x, y, weight), "newton")    # to the end
    for iterate in SOLVERS["gd"](heads, problem, rng): ...             # step by step

Newton is the default and the one to use.  The others are here to be watched beside it: the
bound, which EM falls back on, and gradient, stochastic and evolutionary ascent, which the notes
name.  All climb the same concave Q and, given time, reach the same optimum.
"""

from collections import deque
from itertools import islice

import numpy as np

from latentcore.mixture.heads import Heads
from latentcore.mixture.solvers import bound, cma_es, gradient, newton, stochastic
from latentcore.mixture.solvers.problem import Iterate, Problem, Solver
from latentcore.mixture.threads import one_blas_thread

__all__ = ["SOLVERS", "Iterate", "Problem", "Solver", "named", "solve"]

SOLVERS: dict[str, Solver] = {
    "newton": newton.iterates,
    "bound": bound.iterates,
    "gd": gradient.iterates,
    "sgd": stochastic.iterates,
    "cma-es": cma_es.iterates,
}


def solve(
    heads: Heads, problem: Problem, solver: str = "newton", seed: int = 0, limit: int = 10_000
) -> Heads:
    """The heads at the end of a solver's run, or after `limit` iterations.  Never lower in Q."""
    run = named(solver)(heads, problem, np.random.default_rng(seed))
    with one_blas_thread():  # the products are small: threads would wait for each other
        return deque(islice(run, limit + 1), maxlen=1)[0].heads


def named(solver: str) -> Solver:
    """The method of that name.  Raises ValueError listing those there are."""
    if solver not in SOLVERS:
        raise ValueError(f"a solver is one of {', '.join(SOLVERS)}; got {solver!r}")
    return SOLVERS[solver]
