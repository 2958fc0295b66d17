"""From starts to a fit: run EM until a rule says stop, from one start or from several.

Several starts are run for a few iterations each and only the best is polished: EM separates good
starts from bad ones early, and the last digits are where the time goes.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from math import isnan

from latentcore.data.chunked import Samples
from latentcore.data.mapping import Map, here, in_order
from latentcore.mixture.component import DegenerateComponent
from latentcore.mixture.em import Step, em
from latentcore.mixture.mixture import Mixture
from latentcore.mixture.stopping import Flat, RelativeQ, Rule, Settled, last, until


@dataclass(frozen=True)
class Schedule:
    """How long EM runs and what it does on the way.

    `stop` is "gain" (see `Flat`) or "Q" (the notes' rule, see `RelativeQ`), `tol` its tolerance
    (by default the rule's own), `limit` the largest number of iterations, `empty` what happens to
    a component without samples ("reseed" or "drop"), `short` after how many iterations several
    starts are compared, `keep` whether a fit keeps all its steps or only the last ones; `dtype`,
    `accelerate`, `solver` and `seed` are those of `em`.
    """

    stop: str = "gain"
    tol: float | None = None
    limit: int = 500
    empty: str = "reseed"
    short: int = 20
    keep: bool = True
    dtype: str = "float64"
    accelerate: bool = False
    solver: str = "newton"
    seed: int = 0

    def steps(self, start: Mixture, data: Samples) -> Iterator[Step]:
        """EM from a start, as the schedule says, without end."""
        return em(start, data, self.empty, self.dtype, self.accelerate, self.solver, self.seed)

    def rule(self, data: Samples) -> Rule:
        """The stopping rule for these data."""
        if self.stop == "gain":
            tol = 1e-6 if self.tol is None else self.tol
            return (Settled if self.accelerate else Flat)(data.total_weight, tol)
        if self.stop == "Q":
            return RelativeQ(data, 1e-5 if self.tol is None else self.tol)
        raise ValueError(f'stop is "gain" or "Q", got {self.stop!r}')


DEFAULT = Schedule()


@dataclass(frozen=True)
class Fit:
    """All steps from the start to the end, and why it ended.

    `starts` holds the penalised log-likelihood at which each start ended: the one that was polished
    (number `start`, from 1) at the end, the others when starts were compared, NaN where one
    degenerated.  `events` holds iteration and sentence for every component reseeded or dropped.
    """

    steps: tuple[Step, ...]
    converged: bool
    reason: str
    starts: tuple[float, ...] = ()
    start: int = 1
    events: tuple[tuple[int, str], ...] = ()

    @property
    def mixture(self) -> Mixture:
        """The fitted mixture."""
        return self.steps[-1].mixture

    @property
    def objective(self) -> float:
        """Its penalised log-likelihood, nats."""
        return self.steps[-1].objective


def fit(start: Mixture, data: Samples, schedule: Schedule = DEFAULT) -> Fit:
    """EM from one start until the schedule's rule is reached or its limit.

    Single precision only leads close to the end; the last steps are taken in double.
    """
    found = _run(start, data, schedule)
    if schedule.dtype == "float64":
        return found
    number = found.steps[-1].number
    rest = replace(schedule, dtype="float64", limit=max(1, schedule.limit - number))
    end = _run(found.mixture, data, rest)
    later = tuple(replace(step, number=step.number + number) for step in end.steps)
    return replace(end, steps=found.steps[:-1] + later, events=found.events + end.events)


def _run(start: Mixture, data: Samples, schedule: Schedule) -> Fit:
    rule, kept = schedule.rule(data), deque[Step](maxlen=None if schedule.keep else 4)
    events: list[tuple[int, str]] = []
    for step in until(schedule.steps(start, data), rule, schedule.limit):
        kept.append(step)
        events += [(step.number, event) for event in step.events]
    steps = tuple(kept)
    reason = rule.reached(deque(steps[-4:]))
    return Fit(
        steps,
        reason is not None,
        reason or f"was stopped at the limit of {schedule.limit} iterations",
        events=tuple(events),
    )


def fit_best(
    starts: Iterable[Mixture], data: Samples, schedule: Schedule = DEFAULT, map: Map = here
) -> Fit:
    """The best of several starts: a few iterations each, where `map` does it, then the best one.

    A start that degenerates, then or later, is passed over; if all do, the last error is raised.
    """
    reached, begun = [], list(starts)
    if len(begun) == 1:
        only = fit(begun[0], data, schedule)
        return replace(only, starts=(only.objective,))
    failure: Exception = ValueError("there is no start to fit from")
    for found in in_order(map(partial(_short, data, schedule), begun)):
        if isinstance(found, DegenerateComponent):
            failure = found
        reached.append(float("nan") if isinstance(found, DegenerateComponent) else found)
    usable = [i for i in range(len(begun)) if not isnan(reached[i])]
    best = max((reached[i] for i in usable), default=0.0)
    # values that differ by rounding are the same, and the first of the same is taken
    rounding = 1e-9 * (abs(best) + 1)
    for i in sorted(usable, key=lambda i: (round((best - reached[i]) / rounding), i)):
        try:
            best_fit = fit(begun[i], data, schedule)
        except DegenerateComponent as error:
            failure = error
            continue
        reached[i] = best_fit.objective
        return replace(best_fit, starts=tuple(reached), start=i + 1)
    raise failure


def _short(data: Samples, schedule: Schedule, start: Mixture) -> float | DegenerateComponent:
    """The objective that a start has reached when starts are compared, or why it has none."""
    short = min(schedule.short, schedule.limit)
    try:
        return last(islice(schedule.steps(start, data), short + 1)).objective
    except DegenerateComponent as error:
        return error
