"""How many components: criteria, cross-validated likelihood and the optima found, for every K.

    n starts, each run to its end   which optima there are, how often each is reached; the best
                                    one's BIC, ICL and AIC (see `latentcore.mixture.criteria`)
    V folds                         -log-likelihood of samples that the fit has not seen [1]

All are in nats per sample and lower is better: a criterion is divided by 2 N.  What is judged is
the density of (x, y) if the data have labels and of x if they have none.  EM finds the optimum
that its start leads to, so a K whose starts all end apart has probably not shown its best.

[1] P. Smyth, Model selection for probabilistic clustering using cross-validated likelihood, 2000.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.model_selection import KFold

from latentcore.arrays import Indices
from latentcore.data.labelled import Labelled
from latentcore.evaluation.significance import Difference, compare
from latentcore.mixture.component import DegenerateComponent
from latentcore.mixture.criteria import Criteria, criteria
from latentcore.mixture.fit import Fit, Schedule, fit, fit_best
from latentcore.mixture.initial import Plan

SAME = 1e-4  # nats per sample: ends closer than this to each other are one optimum
NAMES = {"BIC": "BIC", "ICL": "ICL", "CV": "cross-validation"}
"""The criteria that choose K, and how they are called in a sentence."""


@dataclass(frozen=True)
class Judging:
    """How much work goes into every K: starts to run to their end, folds, iterations, a seed."""

    starts: int = 10
    folds: int = 5
    limit: int = 1000
    seed: int = 0


@dataclass(frozen=True)
class Optimum:
    """A penalised log-likelihood, nats per sample, and how many of the starts ended there."""

    objective: float
    starts: int


@dataclass(frozen=True)
class Choice:
    """What is known about one K; or, without criteria, the sentence that says why nothing is.

    `held_out` holds the mean log-likelihood of the samples of each fold, nats (NaN where the fit
    to the others failed); `optima` come best first; `unfinished` starts were stopped at the limit
    of iterations and `lost` ones degenerated.
    """

    components: int
    criteria: Criteria | None = None
    optima: tuple[Optimum, ...] = ()
    held_out: tuple[float, ...] = ()
    unfinished: int = 0
    lost: int = 0
    failure: str = ""

    @property
    def values(self) -> dict[str, float]:
        """BIC, ICL, CV and AIC, nats per sample, lower is better; empty where there is no fit."""
        c = self.criteria
        if c is None:
            return {}
        each = {"BIC": c.bic, "ICL": c.icl, "AIC": c.aic}
        per_sample = {name: value / (2 * c.samples) for name, value in each.items()}
        return per_sample | {"CV": -float(np.mean(self.held_out))}


def choices(
    plan: Callable[[int], Plan], data: Labelled, components: Sequence[int], judging: Judging
) -> Iterator[Choice]:
    """Yield what is known about each K, in this order, as soon as it is known.

    `plan` says for a K what is fitted and from where.  A K gets the same answer whichever others
    are asked for beside it.
    """
    for k in components:
        try:
            yield _choice(plan(k), data, judging)
        except ValueError as error:  # too few samples for K, or every start degenerated
            yield Choice(k, failure=str(error))


def chosen(found: Sequence[Choice]) -> dict[str, int]:
    """The K with the lowest value of each criterion; those without any value are left out."""
    best = {}
    for name in NAMES:
        values = {c.components: c.values[name] for c in found if c.values}
        known = {k: value for k, value in values.items() if not np.isnan(value)}
        if known:
            best[name] = min(known, key=lambda k: (known[k], k))
    return best


def simpler(found: Sequence[Choice]) -> tuple[int, Difference] | None:
    """The smallest K that the held-out samples cannot tell from the best one, and its difference.

    None where the best is itself the smallest.  Folds are paired: every K has seen the same ones.
    """
    best = next((c for c in found if c.components == chosen(found).get("CV")), None)
    if best is None:
        return None
    folds = len(best.held_out)
    for other in sorted(found, key=lambda c: c.components):
        if other.components >= best.components or np.isnan(other.values.get("CV", np.nan)):
            continue
        gain = np.subtract(best.held_out, other.held_out)
        difference = compare(gain, 1 / (folds - 1))
        if not difference.clear:
            return other.components, difference
    return None


def folds(data: Labelled, judging: Judging) -> list[tuple[Indices, Indices]]:
    """Training and test rows of every fold: the same for every K, with and without labels."""
    cut = KFold(judging.folds, shuffle=True, random_state=judging.seed)
    return list(cut.split(data.x))


def _choice(plan: Plan, data: Labelled, judging: Judging) -> Choice:
    schedule = Schedule(limit=judging.limit, keep=False)
    fits: list[Fit] = []
    lost: DegenerateComponent | None = None
    for start in plan.starts(data, judging.starts, judging.seed):
        try:
            fits.append(fit(start, data, schedule))
        except DegenerateComponent as error:
            lost = error
    if not fits:
        assert lost is not None
        raise lost
    best = max(fits, key=lambda fit: fit.objective)
    judged = criteria(best.mixture, data)
    return Choice(
        plan.components,
        judged,
        distinct([fit.objective / judged.samples for fit in fits]),
        tuple(_held_out(plan, data, cut, judging) for cut in folds(data, judging)),
        unfinished=sum(not fit.converged for fit in fits),
        lost=judging.starts - len(fits),
    )


def distinct(objectives: Sequence[float]) -> tuple[Optimum, ...]:
    """Ends that lie within SAME of the best of their kind, counted together: best first."""
    optima: list[Optimum] = []
    for value in sorted(objectives, reverse=True):
        if optima and optima[-1].objective - value < SAME:
            optima[-1] = Optimum(optima[-1].objective, optima[-1].starts + 1)
        else:
            optima.append(Optimum(value, 1))
    return tuple(optima)


def _held_out(plan: Plan, data: Labelled, cut: tuple[Indices, Indices], judging: Judging) -> float:
    """Mean log-likelihood of the test samples under the fit to the others; NaN without a fit."""
    train, test = (data.rows(rows) for rows in cut)
    try:
        starts = plan.starts(train, judging.starts, judging.seed)
        mixture = fit_best(starts, train, Schedule(limit=judging.limit, keep=False)).mixture
    except ValueError:
        return float("nan")
    judged = criteria(mixture, test)
    return judged.log_likelihood / judged.samples
