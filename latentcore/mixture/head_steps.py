"""How the heads move in an M-step that uses a named solver.

"newton" is EM's own way (see climb.py): one step from the sums of the sweep, halved when the next
sweep shows that it overshot.  "bound" takes the step of the curvature bound instead, which needs
no second look.  The others need all samples at once: the responsibilities are held fixed and a
few iterations run from the present heads, none of which lowers Q.  So EM still never falls.
"""

from collections.abc import Callable, Iterator
from itertools import islice

import numpy as np

from latentcore.data.chunked import Chunked, Samples
from latentcore.mixture.heads import Heads
from latentcore.mixture.mixture import Mixture
from latentcore.mixture.softmax import HeadSums
from latentcore.mixture.solvers import Iterate, Problem, named
from latentcore.mixture.threads import one_blas_thread

FEW = {"gd": 10, "sgd": 5, "cma-es": 20}
"""Iterations per M-step: enough to follow the responsibilities, which move too."""
PATIENCE = 20  # times as many where none of those few was better than the present heads

Improve = Callable[[Mixture, HeadSums], Heads]


def improver(solver: str, data: Samples, seed: int) -> Improve | None:
    """Better heads from a mixture and its sums on these data; None for "newton", EM's own way.

    Raises ValueError for a name that no solver has, and for a solver that needs all samples at
    once where they are read in parts.
    """
    iterates = named(solver)
    if solver not in FEW:
        return None if solver == "newton" else _by_sums
    if isinstance(data, Chunked):
        raise ValueError(
            f"the solver {solver!r} needs all samples at once, but these are read in parts. Use "
            '"newton" or "bound", which need sums only'
        )
    rng = np.random.default_rng(seed)

    def few(mixture: Mixture, _sums: HeadSums) -> Heads:
        assert mixture.heads is not None and data.y is not None
        tau = mixture.responsibilities(data.x, data.y)
        if data.weight is not None:
            tau = tau * data.weight[:, None]
        problem = Problem.of(mixture.heads, data.x, data.y, tau)
        with one_blas_thread():
            return _some(iterates(mixture.heads, problem, rng), FEW[solver]).heads

    return few


def _by_sums(mixture: Mixture, sums: HeadSums) -> Heads:
    """One step with the curvature bound, which the sums hold."""
    assert mixture.heads is not None
    return mixture.heads.maximise(sums)


def _some(run: Iterator[Iterate], few: int) -> Iterate:
    """The iterate after `few` iterations, or later if until then chance raised nothing."""
    start = found = next(run)
    for found in islice(run, PATIENCE * few):
        if found.number >= few and found.value > start.value:
            break
    return found
