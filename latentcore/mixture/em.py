"""Expectation-maximisation as an endless sequence of steps.

The fit, the film and the tests read the same sequence:

    best = last(until(em(start, data), Flat()))       # fit
    frames = list(islice(em(start, data), 30))        # film
    for a, b in pairwise(islice(em(start, data), 9))  # test: the objective never falls

E: responsibilities tau_ik = p(z_i=k | x_i, y_i) under the current value.  M: see `climb`.  Every
iteration raises log-likelihood plus log-prior, and costs one pass over the data.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import DTypeLike

from latentcore.arrays import Array
from latentcore.data.chunked import Samples
from latentcore.mixture.climb import Climb
from latentcore.mixture.empty import EMPTY, drop, reseed
from latentcore.mixture.mixture import Mixture
from latentcore.mixture.squarem import PLAIN, Squarem


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


def em(  # noqa: PLR0913 (a fit's settings; `Schedule` holds them together)
    start: Mixture,
    data: Samples,
    empty: str = "reseed",
    dtype: DTypeLike = np.float64,
    accelerate: bool = False,
    solver: str = "newton",
    seed: int = 0,
) -> Iterator[Step]:
    """Yield the start, then one step per iteration, without end.

    A component whose n_k falls below EMPTY samples is reseeded at the sample that the mixture
    explains worst (K times in all, then dropped), or dropped at once, as `empty` says: "reseed"
    or "drop".  `dtype` float32 computes densities in single precision (see `sweep.prepared`).
    With `accelerate`, steps after the first few are cycles of SQUAREM: fewer passes in all, and
    `number` counts passes.  `solver` names how the heads move (see `SOLVERS`), `seed` is the
    chance of those that use it.
    """
    if empty not in ("reseed", "drop"):
        raise ValueError(f'empty is "reseed" or "drop", got {empty!r}')
    if len(data) < len(start):
        raise ValueError(
            f"K = {len(start)} components need at least as many samples; there are {len(data)}. "
            "Lower K or add data"
        )
    start = start.knowing(data)
    climb = Climb(start, data, dtype, solver, seed)
    squarem = Squarem(climb) if accelerate else None
    sums, sweeps = climb.sums(start), 1
    step = Step(0, start, sums.log_likelihood, start.log_prior(), sums.count)
    reseeds = len(start) if empty == "reseed" else 0
    while True:
        yield step
        vacant = np.flatnonzero(sums.count < EMPTY * sums.count.sum() / len(data))
        events: tuple[str, ...] = ()
        dropped, sweeps = None, 1
        if len(vacant) and len(step.mixture) > 1:
            k = int(vacant[0])
            if reseeds:
                reseeds -= 1
                mixture, event = reseed(step.mixture, k, sums, data)
            else:
                mixture, event = drop(step.mixture, k, sums)
                dropped = k
            events, sums = (event,), climb.sums(mixture)
        elif squarem is not None and step.number >= PLAIN:
            mixture, sums, sweeps = squarem.cycle(step.mixture, sums)
        else:
            mixture, sums = climb.iterate(step.mixture, sums)
        score = sums.log_likelihood, mixture.log_prior()
        step = Step(step.number + sweeps, mixture, *score, sums.count, events, dropped)
