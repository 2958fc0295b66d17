"""How much hangs on what replaces a zero: likelihood and chosen K of Dirichlet mixtures, by delta.

    for each delta:  table -> recipe with this delta -> Dirichlet mixtures of 1..K -> l, BIC, ICL

A Dirichlet's density has no finite value at zero, so the replacement is part of the model, and the
smaller it is the more the likelihood is about which taxa are absent.  Nothing that was measured
differs between the fits, so what moves with delta was put in by the replacement [1].

[1] Martin-Fernandez et al. 2003, Dealing with zeros and missing values in compositional data sets.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from latentcore.arrays import Array
from latentcore.data.labelled import Labelled
from latentcore.data.preparation import Recipe
from latentcore.mixture.criteria import Criteria, criteria
from latentcore.mixture.fit import Schedule, fit_best
from latentcore.mixture.initial import Plan, dirichlet


@dataclass(frozen=True)
class Search:
    """What is tried: replacements (None: half the smallest share), K from 1 to components."""

    deltas: tuple[float | None, ...] = (1e-3, 1e-4, 1e-5, 1e-6, None)
    components: int = 4
    starts: int = 3
    seed: int = 0

    @property
    def places(self) -> tuple[tuple[float | None, int], ...]:
        """Every delta and K, in the order in which they are tried."""
        return tuple((d, k) for d in self.deltas for k in range(1, self.components + 1))


@dataclass(frozen=True)
class Tried:
    """A replacement and a K: what the criteria need, or the sentence that says why there is none.

    typical: the median of what replaced the zeros.
    """

    delta: float | None
    components: int
    typical: float = float("nan")
    criteria: Criteria | None = None
    failure: str = ""

    @property
    def per_sample(self) -> float:
        """Log-likelihood of a sample on average, nats."""
        assert self.criteria is not None
        return self.criteria.log_likelihood / self.criteria.samples


def tries(x: Array, recipe: Recipe, search: Search, done: Sequence[Tried] = ()) -> Iterator[Tried]:
    """Fit abundances x (N, D) with every replacement and K that is not done yet."""
    known = {(found.delta, found.components) for found in done}
    for delta, k in search.places:
        if (delta, k) in known:
            continue
        try:
            made = replace(recipe, delta=delta).transformer("simplex", recipe.top).fit(x)
            data = Labelled(made.transform(x))
            starts = Plan(dirichlet(), k).starts(data, search.starts, search.seed)
            best = fit_best(starts, data, Schedule(keep=False))
            yield Tried(delta, k, made.delta_, criteria(best.mixture, data))
        except ValueError as error:  # too many zeros for this delta, too few samples for this K
            yield Tried(delta, k, failure=str(error))


def chosen(found: Sequence[Tried], criterion: str = "bic") -> dict[float | None, int]:
    """Replacement -> the K with the lowest value of a criterion ("bic", "icl", "aic")."""
    best: dict[float | None, Tried] = {}
    for tried in found:
        value = getattr(tried.criteria, criterion, None)
        if value is None:
            continue
        lowest = best.get(tried.delta)
        if lowest is None or value < getattr(lowest.criteria, criterion):
            best[tried.delta] = tried
    return {delta: tried.components for delta, tried in best.items()}


def sentences(found: Sequence[Tried]) -> tuple[str, ...]:
    """How far likelihood and chosen K move, and what follows."""
    by_bic = chosen(found)
    at = {t.delta: t for t in found if t.criteria and by_bic.get(t.delta) == t.components}
    failed = [f"with {named(t.delta)}, K = {t.components}: {t.failure}" for t in found if t.failure]
    said = []
    if len(at) > 1:
        ends = sorted(at.values(), key=lambda t: t.per_sample)
        low, high = ends[0], ends[-1]
        said.append(
            f"The log-likelihood of a sample runs from {low.per_sample:,.1f} nats "
            f"({named(low.delta)}) to {high.per_sample:,.1f} ({named(high.delta)}), although no "
            "measured abundance changed: likelihoods with different replacements are not compared."
        )
        ks = sorted(set(by_bic.values()))
        tried = max(t.components for t in found if t.criteria)
        end = "; no larger K was tried" if ks[0] == tried > 1 else ""
        said.append(
            f"BIC chooses K = {ks[0]} with every replacement{end}."
            if len(ks) == 1
            else "BIC chooses "
            + ", ".join(f"K = {k} with {named(d)}" for d, k in by_bic.items())
            + ": the number of components depends on the replacement. Dirichlet-multinomial "
            "mixtures read counts with their zeros and do not ask for one."
        )
    return (*said, *(f"Not fitted {one}." for one in failed[:3]))


def named(delta: float | None) -> str:
    """A replacement in words."""
    return "half the smallest share" if delta is None else f"{delta:.0e}"
