"""Expectation-maximisation as an endless sequence of steps.

The fit, the film and the tests read the same sequence:

    best = last(until(em(start, data), Flat()))       # fit
    frames = list(islice(em(start, data), 30))        # film
    for a, b in pairwise(islice(em(start, data), 9))  # test: the objective never falls

E: responsibilities tau_ik = p(z_i=k | x_i, y_i) under the current value.
M: weights n_k / N and components in closed form or to convergence, heads by one Newton step.
A Newton step may overshoot; the next sweep notices, halves it, and at last replaces it by the
step of the curvature bound, which cannot.  So every iteration raises log-likelihood plus
log-prior, and costs one pass over the data.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from latentcore.arrays import Array
from latentcore.data.labelled import Labelled
from latentcore.mixture.component import DegenerateComponent
from latentcore.mixture.empty import EMPTY, drop, reseed
from latentcore.mixture.mixture import Mixture
from latentcore.mixture.sweep import Block, Sums, blocks, sweep

ROUNDING = 1e-11  # relative; sums over chunks are not exact


@dataclass(frozen=True)
class Step:
    """One iteration: a mixture and its score on the data.

    Responsibilities are left out on purpose: they are N x K and one `mixture.responsibilities`
    away, so a whole trace of steps stays small.  `count` is n_k (K,).  `events` says in words
    when a component was reseeded or dropped; only at such a step may the objective fall.
    `dropped` is the number, in the step before, of the component that this step lacks.
    """

    number: int
    mixture: Mixture
    log_likelihood: float
    log_prior: float
    count: Array
    events: tuple[str, ...] = ()
    dropped: int | None = None

    @property
    def objective(self) -> float:
        """What EM climbs, in nats."""
        return self.log_likelihood + self.log_prior


def em(start: Mixture, data: Labelled, empty: str = "reseed") -> Iterator[Step]:
    """Yield the start, then one step per iteration, without end.

    A component whose n_k falls below EMPTY samples is reseeded at the sample that the mixture
    explains worst (K times in all, then dropped), or dropped at once, as `empty` says: "reseed"
    or "drop".
    """
    if empty not in ("reseed", "drop"):
        raise ValueError(f'empty is "reseed" or "drop", got {empty!r}')
    if len(data) < len(start):
        raise ValueError(
            f"K = {len(start)} components need at least as many samples; there are {len(data)}. "
            "Lower K or add data"
        )
    chunks = blocks(start, data)
    sums = _finite(sweep(start, chunks))
    step = Step(0, start, sums.log_likelihood, start.log_prior(), sums.count)
    reseeds = len(start) if empty == "reseed" else 0
    while True:
        yield step
        vacant = np.flatnonzero(sums.count < EMPTY * sums.count.sum() / len(data))
        events: tuple[str, ...] = ()
        dropped = None
        if len(vacant) and len(step.mixture) > 1:
            k = int(vacant[0])
            if reseeds:
                reseeds -= 1
                mixture, event = reseed(step.mixture, k, sums, data)
            else:
                mixture, event = drop(step.mixture, k, sums)
                dropped = k
            events, sums = (event,), _finite(sweep(mixture, chunks))
        else:
            mixture, sums = _climb(step, sums, chunks)
        score = sums.log_likelihood, mixture.log_prior()
        step = Step(step.number + 1, mixture, *score, sums.count, events, dropped)


def _climb(step: Step, sums: Sums, chunks: list[Block]) -> tuple[Mixture, Sums]:
    """One M-step that does not lower the objective, and the sweep that shows it."""
    mixture = step.mixture
    base = Mixture(
        np.log(sums.count / sums.count.sum()),
        mixture.components.maximise(sums.components),
        mixture.heads,
    )
    if mixture.heads is None or sums.heads is None:
        return base, _finite(sweep(base, chunks))
    floor = step.objective - ROUNDING * abs(step.objective)
    for damping in (1.0, 0.5, 0.25):
        proposal = replace(base, heads=mixture.heads.maximise(sums.heads, damping))
        new = sweep(proposal, chunks)
        if new.log_likelihood + proposal.log_prior() >= floor:
            return proposal, new
    bound = sweep(mixture, chunks, bound=True)
    assert bound.heads is not None
    proposal = replace(base, heads=mixture.heads.maximise(bound.heads))
    return proposal, _finite(sweep(proposal, chunks))


def _finite(sums: Sums) -> Sums:
    """The sums, unless a number outgrew the computer's range."""
    if np.isfinite(sums.log_likelihood) and np.isfinite(sums.components).all():
        return sums
    raise DegenerateComponent(
        "the log-likelihood is no longer a finite number: a component has shrunk, or the data lie, "
        "beyond what the computer can represent. Rescale the features, use a larger ridge or "
        "fewer components"
    )
