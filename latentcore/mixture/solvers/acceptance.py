"""Acceptance and the end, for methods that promise neither themselves.

Acceptance compares the true Q at fixed responsibilities, head by head, and keeps the best.

The end: where the gap to the optimum shrinks at least as fast as 1/t, what is left after t
iterations is at most what the second half of them brought, so a run is over when that is small.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from latentcore.mixture.heads import Heads
from latentcore.mixture.solvers.problem import Iterate


def chosen(better: NDArray[np.bool_], new: Heads, old: Heads) -> Heads:
    """The new heads where `better` (K,) says so, else the old ones."""
    coefficient = np.where(better[:, None, None], new.coefficient, old.coefficient)
    return replace(old, coefficient=coefficient)


def kept(proposals: Iterable[Iterate]) -> Iterator[Iterate]:
    """Every head of every iterate the best so far."""
    best: Iterate | None = None
    for proposal in proposals:
        if best is not None:
            better = proposal.values >= best.values
            proposal = replace(
                proposal,
                heads=chosen(better, proposal.heads, best.heads),
                values=np.where(better, proposal.values, best.values),
            )
        best = proposal
        yield best


def until_little_is_left(
    iterates: Iterable[Iterate], tol: float, least: int = 2
) -> Iterator[Iterate]:
    """End, after `least` iterations or more, when the second half brought `tol` nats or less."""
    values = []
    for iterate in iterates:
        yield iterate
        values.append(iterate.value)
        if iterate.number >= least and values[-1] - values[iterate.number // 2] <= tol:
            return
