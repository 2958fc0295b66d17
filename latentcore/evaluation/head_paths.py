"""The solvers of the heads side by side: the same E-step, the same start, the same Q.

A fit's responsibilities are held fixed, and every method solves heads that know nothing yet.  A
path is the gap to the optimum along iterations and time.  Two methods show what goes wrong:

    "notes"    theta <- theta + alpha * sum of the gradient, in raw units, without acceptance
    "gd raw"   the mean gradient with its safe step, still in raw units
"""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice

import numpy as np

from latentcore.arrays import Array
from latentcore.data.labelled import Labelled
from latentcore.mixture.heads import Heads
from latentcore.mixture.mixture import Mixture
from latentcore.mixture.solvers import SOLVERS, Iterate, Problem, Solver, gradient, solve
from latentcore.mixture.threads import one_blas_thread

ARRIVED = 1e-8  # nats per sample; a path ends where no more than this is left
SCORES, FEWEST, MOST = 4e6, 60, 600  # scores computed per path; least and most passes
SIZES = (1 / 16, 1 / 4, 1.0, 4.0)  # of the data, as multiples of what there is
FINE = 1e-6  # seconds; a clock that ticks more slowly cannot time an iteration
_CPU = time.get_clock_info("thread_time").resolution <= FINE  # not so on Windows
CLOCK = time.thread_time if _CPU else time.perf_counter


@dataclass(frozen=True)
class Path:
    """Gap to the optimum, nats per sample, and processor time spent, along iterations from 0.

    Gaps below ARRIVED are given as ARRIVED.
    """

    name: str
    gap: Array
    seconds: Array

    @property
    def arrived(self) -> bool:
        """Whether the optimum was reached."""
        return bool(self.gap[-1] <= ARRIVED)


@dataclass(frozen=True)
class Growth:
    """The notes' update on data of a size; where `reach`, alpha L, is below 2 its step is safe."""

    samples: float
    reach: float
    path: Path


@dataclass(frozen=True)
class Fixed:
    """One E-step held fixed: heads that know nothing, their problem, and its total weight."""

    heads: Heads
    problem: Problem
    samples: float

    @classmethod
    def of(cls, mixture: Mixture, data: Labelled) -> "Fixed | None":
        """The E-step of a mixture on its data; None where there are no heads or no labels."""
        if mixture.heads is None or data.y is None:
            return None
        tau = mixture.responsibilities(data.x, data.y)
        if data.weight is not None:
            tau = tau * data.weight[:, None]
        heads = replace(mixture.heads, coefficient=np.zeros_like(mixture.heads.coefficient))
        return cls(heads, Problem.of(heads, data.x, data.y, tau), float(tau.sum()))

    def times(self, factor: float) -> "Fixed":
        """The same samples, as if each had been seen `factor` times."""
        weight = factor * self.problem.weight
        return Fixed(self.heads, replace(self.problem, weight=weight), factor * self.samples)

    def in_units(self, factor: float) -> "Fixed":
        """The first feature in units so many times smaller; standardised, nothing changes."""
        units = np.ones(len(self.heads.scale))
        units[0] = factor
        heads = replace(
            self.heads, origin=units * self.heads.origin, scale=units * self.heads.scale
        )
        return replace(self, heads=heads)

    @property
    def passes(self) -> int:
        """How many passes over the data a path may take: fewer on more data."""
        scores = len(self.problem) * self.heads.coefficient[:, :, 0].size
        return int(np.clip(SCORES / scores, FEWEST, MOST))

    def best(self) -> float:
        """Q at the optimum, nats."""
        return float(self.problem.evaluate(solve(self.heads, self.problem))[0].sum())

    def notes(self, alpha: float) -> Iterator[Iterate]:
        """The update of the notes, without end."""
        step, frame = np.full(len(self.problem.weight), alpha), gradient.raw_frame(self.heads)
        return gradient.ascent(self.heads, self.problem, step, frame)


def paths(fixed: Fixed, alpha: float, seed: int = 0) -> Iterator[Path]:
    """One path a method, each as it is done, from the notes' update to Newton's method."""
    best = fixed.best()
    yield _path("notes", fixed.notes(alpha), fixed, best)
    raw: Solver = partial(gradient.iterates, raw=True)
    methods = {"gd raw": raw} | {n: SOLVERS[n] for n in ("gd", "sgd", "cma-es", "bound", "newton")}
    for name, solver in methods.items():
        run = solver(fixed.heads, fixed.problem, np.random.default_rng(seed))
        yield _path(name, run, fixed, best)


def growing(fixed: Fixed, alpha: float) -> Iterator[Growth]:
    """The notes' update with one alpha on more and more data of the same kind."""
    frame = gradient.raw_frame(fixed.heads)
    for factor in SIZES:
        more = fixed.times(factor)
        reach = alpha * more.problem.steepest(more.heads, frame).max()
        run = islice(more.notes(alpha), more.passes // 2)  # it shows early whether it rises
        path = _path("notes", run, more, more.best())
        yield Growth(more.samples, float(reach), path)


def _path(name: str, run: Iterable[Iterate], fixed: Fixed, best: float) -> Path:
    """Follow a run until it arrives, ends, or has had its share of passes over the data."""
    gap, seconds = [], []
    with one_blas_thread():
        for iterate, spent in _timed(run, fixed):
            gap.append(max((best - iterate.value) / fixed.samples, ARRIVED))
            seconds.append(spent)
            if gap[-1] == ARRIVED or iterate.passes > fixed.passes:
                break
    return Path(name, np.array(gap), np.array(seconds))


def _timed(run: Iterable[Iterate], fixed: Fixed) -> Iterator[tuple[Iterate, float]]:
    """Every iterate with the processor time spent on it and on those before.

    Processor time of this thread, because what else the machine does is not the method's.  The
    start counts as one evaluation for everyone: what else the first call does, such as loading a
    library, says nothing about a method.
    """
    spent, before = 0.0, 0.0
    for iterate in run:
        now = CLOCK()
        if iterate.number == 0:
            spent = min(_evaluation(fixed) for _ in range(3))
        else:
            spent += now - before
        yield iterate, spent
        before = CLOCK()


def _evaluation(fixed: Fixed) -> float:
    before = CLOCK()
    fixed.problem.evaluate(fixed.heads)
    return CLOCK() - before
