"""From fold scores to a table of models: means, spreads, and what each lacks to the leader."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from latentcore.evaluation.candidates import Candidate
from latentcore.evaluation.crossvalidation import FoldScore, Predicted
from latentcore.evaluation.scores import Metric, Scores, Spread, spread
from latentcore.evaluation.significance import Difference, compare, holm

Name = TypeVar("Name", bound=Hashable)
FAMILIES = (
    "bayes",
    "forest",
    "boosting",
    "neighbours",
    "qda",
    "lda",
    "logistic",
    "gaussian",
    "dirichlet",
    "dirichlet-multinomial",
)


@dataclass(frozen=True)
class Summary:
    """One model over the folds scored so far."""

    candidate: Candidate
    folds: tuple[FoldScore, ...]

    @property
    def name(self) -> str:
        """Name of the model."""
        return self.candidate.name

    @property
    def scored(self) -> tuple[Scores, ...]:
        """Scores of the folds that did not fail."""
        return tuple(fold.scores for fold in self.folds if fold.scores is not None)

    @property
    def predicted(self) -> tuple[Predicted, ...]:
        """Predictions of the folds that did not fail."""
        return tuple(fold.predicted for fold in self.folds if fold.predicted is not None)

    @property
    def failures(self) -> tuple[FoldScore, ...]:
        """The folds without a score."""
        return tuple(fold for fold in self.folds if fold.scores is None)

    @property
    def classes(self) -> int:
        """How many classes were told apart."""
        return self.scored[0].classes

    @property
    def seconds(self) -> Spread:
        """Time to fit and to predict one fold, tuning included."""
        return spread(fold.seconds for fold in self.folds)

    def of(self, metric: Metric) -> Spread:
        """One score over the folds."""
        return spread(metric.of(s) for s in self.scored)

    def floor(self, metric: Metric) -> Spread:
        """What the class shares alone reach on the same folds."""
        return spread(metric.floor(s) for s in self.scored)


def summarise(candidates: Sequence[Candidate], scores: Iterable[FoldScore]) -> tuple[Summary, ...]:
    """Fold scores by model: comparators, then each series by K; models without any left out."""
    by_model: dict[str, list[FoldScore]] = {}
    for fold in scores:
        by_model.setdefault(fold.model, []).append(fold)
    shown = sorted(
        candidates, key=lambda c: (FAMILIES.index(c.family), c.series, c.components or 0)
    )
    return tuple(Summary(c, tuple(by_model[c.name])) for c in shown if c.name in by_model)


def ranked(summaries: Sequence[Summary], metric: Metric) -> list[Summary]:
    """Those with a score, the best mean first; the truth, where it is known, is no contestant."""
    scored = [s for s in summaries if s.scored and s.candidate.family != "bayes"]
    return sorted(scored, key=lambda s: s.of(metric).mean, reverse=metric.higher)


def lead(one: Summary, other: Summary, metric: Metric) -> Difference:
    """How much better one model is than another on the folds that both have, with its noise.

    Positive is better whichever way the score points.  NaN where no fold is shared.
    """
    a, b = (
        {(fold.repeat, fold.fold): fold for fold in s.folds if fold.scores is not None}
        for s in (one, other)
    )
    shared = sorted(a.keys() & b.keys())
    if not shared:
        return Difference(float("nan"), float("nan"), float("nan"))
    sign = 1 if metric.higher else -1
    gaps = [sign * (_value(a[at], metric) - _value(b[at], metric)) for at in shared]
    return compare(gaps, _overlap([a[at] for at in shared]))


def behind(summaries: Sequence[Summary], metric: Metric) -> dict[str, Difference]:
    """By model, how far it is behind the leader; p-values are Holm's over all these comparisons."""
    order = ranked(summaries, metric)
    return adjusted({s.name: lead(order[0], s, metric) for s in order[1:]})


def adjusted(gaps: Mapping[Name, Difference]) -> dict[Name, Difference]:
    """The same differences with Holm's p-values: any false alarm among them at the usual level."""
    p = holm([gap.p for gap in gaps.values()])
    return {name: replace(gap, p=q) for (name, gap), q in zip(gaps.items(), p, strict=True)}


def above_floor(summary: Summary, metric: Metric) -> Difference:
    """How much better a model is than knowing only the class shares, with its noise."""
    sign = 1 if metric.higher else -1
    folds = [fold for fold in summary.folds if fold.scores is not None]
    gaps = [sign * (metric.of(s) - metric.floor(s)) for s in summary.scored]
    return compare(gaps, _overlap(folds))


def _value(fold: FoldScore, metric: Metric) -> float:
    assert fold.scores is not None
    return metric.of(fold.scores)


def _overlap(folds: Sequence[FoldScore]) -> float:
    """Test samples over training samples, on average."""
    return spread(fold.tested / fold.trained for fold in folds).mean
