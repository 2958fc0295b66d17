"""What a comparison says, in sentences that claim no more than the folds show.

Whether a difference is more than noise is left to the corrected resampled t-test (see
`latentcore.evaluation.significance`).
"""

from collections.abc import Sequence
from dataclasses import replace

from latentcore.evaluation.candidates import OURS
from latentcore.evaluation.scores import AUC, LOG_LOSS, Metric
from latentcore.evaluation.significance import Difference
from latentcore.evaluation.summary import Summary, above_floor, adjusted, behind, lead, ranked

SHOWN = 4  # names in one sentence


def sentences(summaries: Sequence[Summary], samples: int, metric: Metric = AUC) -> tuple[str, ...]:
    """Who leads and who cannot be told apart, whether mixtures help, and what to beware of."""
    scored = ranked(summaries, metric)
    if not scored:
        return tuple(_failures(summaries))
    return (
        *_leaders(scored, samples, metric),
        *_truth(summaries, scored[0], metric),
        *_camps(scored, metric),
        *_components(scored, metric),
        *_against_logistic(scored, metric),
        *_same_columns(scored, metric),
        *_confidence(scored),
        *_failures(summaries),
    )


def _leaders(scored: Sequence[Summary], samples: int, metric: Metric) -> list[str]:
    """Who is ahead, and who cannot be told apart from it."""
    best, reached = scored[0], scored[0].of(metric)
    side = "highest" if metric.higher else "lowest"
    said = [
        f"{best.name} has the {side} mean {metric.name}, {reached.mean:.3f}"
        + (f" (standard deviation between folds {reached.sd:.3f})." if reached.n > 1 else ".")
    ]
    gaps = behind(scored, metric)
    near = [name for name, gap in gaps.items() if not gap.clear]
    if near and reached.n < 2:
        said.append("One fold says nothing about noise, so this is no ranking yet.")
    elif near:
        said.append(
            f"{_names(near)} {_verb(near, 'is', 'are')} behind it by no more than the noise of "
            f"{samples} samples (corrected resampled t-test on the same folds, 5\u00a0%, Holm): "
            "this is no ranking."
        )
    elif gaps:
        said.append("Its lead over every other model is more than noise.")
    if reached.n > 1 and not above_floor(best, metric).clear:
        said.append(
            "Even the best is within the noise of guessing by the class shares: these samples may "
            "say nothing about the label."
        )
    return said


def _truth(summaries: Sequence[Summary], best: Summary, metric: Metric) -> list[str]:
    """How far from the best possible, where that is known."""
    truth = next((s for s in summaries if s.candidate.family == "bayes" and s.scored), None)
    if truth is None:
        return []
    gap, reached = lead(truth, best, metric), truth.of(metric)
    near = "more than noise" if gap.clear else "within the noise"
    return [
        f"Someone who knows the mixture that the samples come from reaches {reached.mean:.3f} on "
        f"the same folds, {abs(gap.mean):.3f} {'better' if gap.mean >= 0 else 'worse'} than the "
        f"best model, {near}."
    ]


def _camps(scored: Sequence[Summary], metric: Metric) -> list[str]:
    """The best mixture beside the best of the others."""
    ours = next((s for s in scored if _is_ours(s)), None)
    other = next((s for s in scored if not _is_ours(s)), None)
    if ours is None or other is None:
        return []
    gap = _gap(ours, other, scored, metric)
    side = "ahead of" if gap.mean >= 0 else "behind"
    return [
        f"The best mixture ({ours.name}) is {abs(gap.mean):.3f} {side} the best of the others "
        f"({other.name}), {_noise(gap.clear)}."
    ]


def _components(scored: Sequence[Summary], metric: Metric) -> list[str]:
    """Whether more components helped, against one component and against noise."""
    said = []
    for series in sorted({s.candidate.series for s in scored} - {""}):
        ours = [s for s in scored if s.candidate.series == series]
        one = next((s for s in ours if s.candidate.components == 1), None)
        if one is None or len(ours) < 2:
            continue
        best = ours[0]
        if best is one:
            said.append(f"{series}: one component does best, so a mixture gains nothing here.")
        else:
            gain = _gap(best, one, scored, metric)
            said.append(
                f"{series}: K = {best.candidate.components} does best, {gain.mean:.3f} better "
                f"than K = 1, {_noise(gain.clear)}. The best of several K, chosen after seeing "
                "these scores, looks a little better than it is."
            )
    return said


def _against_logistic(scored: Sequence[Summary], metric: Metric) -> list[str]:
    """Every K of a series beside the best logistic regression: what the notes claim about it."""
    regression = next((s for s in scored if s.candidate.family == "logistic"), None)
    said = []
    for series in sorted({s.candidate.series for s in scored} - {""}):
        ours = [s for s in scored if s.candidate.series == series]
        if regression is None or len(ours) < 2:
            continue
        plain = adjusted({s.name: lead(s, regression, metric) for s in ours})
        gaps = {
            s.candidate.components or 0: plain[s.name]
            if scored[0] not in (s, regression)
            else _gap(s, regression, scored, metric)
            for s in ours
        }
        sides = {
            "better at": [k for k, gap in gaps.items() if gap.clear and gap.mean > 0],
            "worse at": [k for k, gap in gaps.items() if gap.clear and gap.mean < 0],
            "within the noise at": [k for k, gap in gaps.items() if not gap.clear],
        }
        parts = [f"{side} K = {_numbers(ks)}" for side, ks in sides.items() if ks]
        said.append(f"{series} beside {regression.name}: {'; '.join(parts)}.")
    return said


def _same_columns(scored: Sequence[Summary], metric: Metric) -> list[str]:
    """The mixtures see fewer taxa than the comparators: what that alone costs."""
    if not any(_is_ours(s) and s.candidate.top is not None for s in scored):
        return []
    said = (
        "The mixtures see the most abundant taxa and one part for the rest; the other models see "
        "every prevalent taxon"
    )
    ratios = [s for s in scored if s.name.startswith("Logistic regression, CLR")]
    every = next((s for s in ratios if s.candidate.top is None), None)
    top = next((s for s in ratios if s.candidate.top is not None), None)
    if every is None or top is None:
        return [f"{said}."]
    cost = lead(every, top, metric)
    verb = "costs" if cost.mean >= 0 else "gains"
    return [
        f"{said}. Compare them with the logistic regression on the top taxa, which sees the same "
        f"columns: that restriction alone {verb} it {abs(cost.mean):.3f} {metric.name}."
    ]


def _confidence(scored: Sequence[Summary]) -> list[str]:
    """Whose probabilities are worse than knowing only how frequent the classes are."""
    worse = [s for s in scored if s.of(LOG_LOSS).mean > s.floor(LOG_LOSS).mean]
    if not worse:
        return []
    who = "Every model" if len(worse) == len(scored) > 1 else _names([s.name for s in worse])
    verb = "gives" if who == "Every model" else _verb(worse, "gives", "give")
    cure = " A stronger penalty on the weights helps the mixtures." * any(map(_is_ours, worse))
    return [
        f"{who} {verb} probabilities worse than the class shares alone (log loss above "
        f"{worse[0].floor(LOG_LOSS).mean:.3f}): too sure.{cure}"
    ]


def _failures(summaries: Sequence[Summary]) -> list[str]:
    return [
        f"{s.name} failed in {len(s.failures)} of {len(s.folds)} folds: {s.failures[0].failure}"
        for s in summaries
        if s.failures
    ]


def _gap(one: Summary, other: Summary, scored: Sequence[Summary], metric: Metric) -> Difference:
    """How much better one is; where the leader takes part, judged as in the table of models."""
    leader, gaps = scored[0], behind(scored, metric)
    if one is leader and other is not leader:
        return gaps[other.name]
    gap = lead(one, other, metric)
    return replace(gap, p=gaps[one.name].p) if other is leader else gap


def _is_ours(summary: Summary) -> bool:
    return summary.candidate.family in OURS


def _noise(clear: bool) -> str:
    return "more than noise" if clear else "within the noise"


def _names(names: Sequence[str]) -> str:
    """A few names, or how many there are."""
    if len(names) > SHOWN:
        return f"{len(names)} other models"
    return names[0] if len(names) == 1 else f"{'; '.join(names[:-1])} and {names[-1]}"


def _verb(things: Sequence[object], one: str, several: str) -> str:
    return one if len(things) == 1 else several


def _numbers(ks: Sequence[int]) -> str:
    return ", ".join(map(str, sorted(ks)))
