"""CMA-ES: evolution with a normal distribution that learns the shape of Q [1, 2].

Draw candidates, rank them by Q, move mean and covariance towards the better half; no gradient
is used.  Each head is a problem of its own in (C-1)(D+1) dimensions.

The covariance has the square of that many entries, and learning it takes generations in
proportion to the dimension: about a hundred at 3 dimensions, 250 at 20, 1500 at 200, where one
head on a thousand samples takes seconds that Newton's method does in milliseconds.  It is for
moderate dimensions; beyond a few hundred use another solver.

[1] N. Hansen and A. Ostermeier, Completely derandomized self-adaptation in evolution strategies,
    Evol. Comput. 9, 2001.
[2] N. Hansen, Y. Akimoto and P. Baudis, CMA-ES/pycma, https://github.com/CMA-ES/pycma.
"""

import warnings
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Any

import numpy as np

from latentcore.arrays import Array
from latentcore.mixture.heads import Heads
from latentcore.mixture.solvers.acceptance import kept
from latentcore.mixture.solvers.problem import Iterate, Problem

TOL = 1e-6  # nats between the candidates of the last generations


def iterates(heads: Heads, problem: Problem, rng: np.random.Generator, /) -> Iterator[Iterate]:
    """An iterate per generation of all heads, until every head's evolution has settled."""
    return kept(_generations(heads, problem, rng))


def _generations(heads: Heads, problem: Problem, rng: np.random.Generator) -> Iterator[Iterate]:
    values, _ = problem.evaluate(heads)
    evolutions = _evolutions(heads, problem, rng)
    passes = 1.0
    for number in count():
        yield Iterate(number, heads, values, passes)
        running = [k for k, evolution in enumerate(evolutions) if not evolution.stop()]
        if not running:
            return
        crowd = [np.array(evolutions[k].ask()) for k in running]
        coefficient, values = heads.coefficient.copy(), np.full(len(values), -np.inf)
        judged = _judged(heads, problem, running, crowd)
        for k, candidates, value in zip(running, crowd, judged, strict=True):
            evolutions[k].tell(list(candidates), list(-value))
            best = value.argmax()
            coefficient[k] = candidates[best].reshape(coefficient[k].shape)
            values[k] = value[best]
        passes += len(crowd[0])
        heads = replace(heads, coefficient=coefficient)


def _judged(heads: Heads, problem: Problem, running: list[int], crowd: list[Array]) -> Array:
    """Q of every candidate of every running head, in one evaluation: (running, candidates)."""
    size = len(crowd[0])
    together = np.concatenate(crowd).reshape(-1, *heads.coefficient.shape[1:])
    repeated = replace(problem, weight=np.repeat(problem.weight[running], size, axis=0))
    values, _ = repeated.evaluate(replace(heads, coefficient=together))
    return values.reshape(len(running), size)


def _evolutions(heads: Heads, problem: Problem, rng: np.random.Generator) -> list[Any]:
    """One evolution a head, quiet, drawing from `rng` and not from NumPy's global state."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # no matplotlib: only its plots need it
        import cma

    options = {
        "verbose": -9,
        "verb_log": 0,
        "seed": np.nan,
        "randn": lambda *shape: rng.standard_normal(shape),
        "tolfun": TOL,
        "tolfunhist": TOL,
    }
    # a standardised coefficient is known to about 2 / sqrt(n_k) at best: the scale to search at
    scale = 2 / np.sqrt(np.maximum(problem.weight.sum(1), 1))
    return [
        cma.CMAEvolutionStrategy(coefficient.ravel(), float(s), options)
        for coefficient, s in zip(heads.coefficient, scale, strict=True)
    ]
