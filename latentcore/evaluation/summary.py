"""From fold scores to a table of models, and to sentences that claim no more than it shows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from latentcore.evaluation.candidates import Candidate
from latentcore.evaluation.crossvalidation import FoldScore
from latentcore.evaluation.scores import Scores, Spread, spread

FAMILIES = ("forest", "logistic", "gaussian", "dirichlet")


@dataclass(frozen=True)
class Summary:
    """One model over the folds scored so far."""

    candidate: Candidate
    folds: tuple[FoldScore, ...]

    @property
    def scored(self) -> tuple[Scores, ...]:
        """Scores of the folds that did not fail."""
        return tuple(fold.scores for fold in self.folds if fold.scores is not None)

    @property
    def auc(self) -> Spread:
        """Area under the ROC curve."""
        return spread(s.auc for s in self.scored)

    @property
    def balanced_accuracy(self) -> Spread:
        """Mean share found over the classes."""
        return spread(s.balanced_accuracy for s in self.scored)

    @property
    def log_loss(self) -> Spread:
        """Mean -log p(y), nats."""
        return spread(s.log_loss for s in self.scored)

    @property
    def prior_log_loss(self) -> Spread:
        """Log loss of the class shares alone, nats."""
        return spread(s.prior_log_loss for s in self.scored)

    @property
    def failures(self) -> tuple[FoldScore, ...]:
        """The folds without a score."""
        return tuple(fold for fold in self.folds if fold.scores is None)

    @property
    def classes(self) -> int:
        """How many classes were told apart."""
        return self.scored[0].classes

    @property
    def seconds(self) -> float:
        """Mean time of a fold."""
        return spread(fold.seconds for fold in self.folds).mean


def summarise(candidates: Sequence[Candidate], scores: Iterable[FoldScore]) -> tuple[Summary, ...]:
    """Fold scores by model: comparators, then each family by K; models without any left out."""
    by_model: dict[str, list[FoldScore]] = {}
    for fold in scores:
        by_model.setdefault(fold.model, []).append(fold)
    shown = sorted(candidates, key=lambda c: (FAMILIES.index(c.family), c.components or 0))
    return tuple(Summary(c, tuple(by_model[c.name])) for c in shown if c.name in by_model)


def sentences(summaries: Sequence[Summary], samples: int) -> tuple[str, ...]:
    """What the comparison says, and what it does not, in plain sentences."""
    scored = sorted((s for s in summaries if s.scored), key=lambda s: -s.auc.mean)
    if not scored:
        return tuple(_failures(summaries))
    return (
        *_leaders(scored, samples),
        *_components(scored),
        *_same_columns(scored),
        *_confidence(scored),
        *_failures(summaries),
    )


def _leaders(scored: Sequence[Summary], samples: int) -> list[str]:
    """Who is ahead, and who cannot be told apart from it."""
    best = scored[0]
    said = [
        f"{best.candidate.name} has the highest mean AUC, {best.auc.mean:.3f}"
        + (f" (standard deviation between folds {best.auc.sd:.3f})." if best.auc.n > 1 else ".")
    ]
    near = [s for s in scored[1:] if best.auc.mean - s.auc.mean < best.auc.sd]
    if near:
        others = "1 other model" if len(near) == 1 else f"{len(near)} other models"
        said.append(
            f"{others} of {len(scored) - 1} {'lies' if len(near) == 1 else 'lie'} within one "
            f"standard deviation of it. With {samples} samples, differences smaller than the "
            "spread between folds are not a ranking."
        )
    if best.auc.mean - 0.5 < best.auc.sd:
        said.append(
            "Even the best is within one standard deviation of 0.5, which is guessing: this table "
            "may say nothing about the label."
        )
    return said


def _components(scored: Sequence[Summary]) -> list[str]:
    """Whether more components helped, against one component and against the spread."""
    said = []
    for family in ("dirichlet", "gaussian"):
        ours = [s for s in scored if s.candidate.family == family]
        one = next((s for s in ours if s.candidate.components == 1), None)
        if one is None or len(ours) < 2:
            continue
        best, name = ours[0], f"The {family.capitalize()} mixture"
        gain = best.auc.mean - one.auc.mean
        if best is one:
            said.append(f"{name} does best with one component: a mixture gains nothing here.")
        else:
            verdict = "more" if gain > max(one.auc.sd, best.auc.sd) else "less"
            said.append(
                f"{name} does best with K = {best.candidate.components}, {gain:.3f} above K = 1, "
                f"{verdict} than the spread between folds. The best of several K, chosen after "
                "seeing these scores, looks a little better than it is."
            )
    return said


def _same_columns(scored: Sequence[Summary]) -> list[str]:
    """The mixtures see fewer taxa than the comparators: what that alone costs."""
    logistic = [s for s in scored if s.candidate.family == "logistic"]
    all_taxa = next((s for s in logistic if s.candidate.top is None), None)
    top = next((s for s in logistic if s.candidate.top is not None), None)
    if all_taxa is None or top is None:
        return []
    cost = all_taxa.auc.mean - top.auc.mean
    verb = "costs" if cost >= 0 else "gains"
    return [
        "The mixtures see the most abundant taxa and one part for the rest; the forest and "
        "the first logistic regression see every prevalent taxon. Compare the mixtures with the "
        "logistic regression on the top taxa, which sees the same columns: that restriction alone "
        f"{verb} it {abs(cost):.3f} AUC."
    ]


def _confidence(scored: Sequence[Summary]) -> list[str]:
    """Whose probabilities are worse than knowing only how frequent the classes are."""
    worse = [s for s in scored if s.log_loss.mean > s.prior_log_loss.mean]
    if not worse:
        return []
    if len(worse) == len(scored):
        who = "Every model gives"
    elif len(worse) == 1:
        who = f"{worse[0].candidate.name} gives"
    else:
        who = f"{len(worse)} models give"
    return [
        f"{who} probabilities worse than the class frequencies alone "
        f"(log loss above {worse[0].prior_log_loss.mean:.3f}): they are too sure. "
        "A stronger penalty on the weights helps."
    ]


def _failures(summaries: Sequence[Summary]) -> list[str]:
    return [
        f"{s.candidate.name} failed in {len(s.failures)} of {len(s.folds)} folds: "
        f"{s.failures[0].failure}"
        for s in summaries
        if s.failures
    ]
