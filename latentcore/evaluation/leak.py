"""What a selection outside the fold does: taxa chosen with the test labels in sight.

Labels are permuted, anew in every repeat, so nothing can be learned and an honest AUC is one half
on average.  Every model is run twice on the same folds, behind the same selection: the best taxa
chosen among the training samples, and the best chosen once among all.  What the second gains is
leak.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from sklearn.pipeline import Pipeline

from latentcore.data.labelled import Labelled
from latentcore.data.preparation.selection import Selection
from latentcore.evaluation.candidates import Candidate
from latentcore.evaluation.scores import AUC
from latentcore.evaluation.summary import Summary

SELECTED = 30
INSIDE, OUTSIDE = "chosen inside", "chosen outside"


def leaking(candidates: Sequence[Candidate], seen: Selection) -> tuple[Candidate, ...]:
    """Every model twice: behind a selection of its own, and behind one that has been fitted."""
    given = Selection(given=tuple(seen.kept_.tolist()))
    return tuple(
        replace(
            candidate,
            name=f"{candidate.name}, {where}",
            model=Pipeline([("select", selection), *candidate.model.steps]),
            series="",
            top=None,
        )
        for candidate in candidates
        for where, selection in ((INSIDE, Selection(SELECTED)), (OUTSIDE, given))
    )


def trial(
    candidates: Sequence[Candidate], data: Labelled, seed: int, repeat: int
) -> tuple[dict[str, Pipeline], Labelled]:
    """Models and data of one repeat, for `each_repeat`."""
    shuffled = permuted(data, seed, repeat)
    return {c.name: c.model for c in leaking(candidates, best(shuffled))}, shuffled


def best(data: Labelled) -> Selection:
    """The selection that has seen all of these samples and their labels."""
    assert data.y is not None
    return Selection(SELECTED).fit(data.x, data.y)


def permuted(data: Labelled, seed: int, repeat: int) -> Labelled:
    """The same samples with their labels in random order."""
    assert data.y is not None
    y = np.random.default_rng([seed, repeat]).permutation(data.y)
    return Labelled(data.x, y, data.weight, data.classes)


def sentences(summaries: Sequence[Summary]) -> tuple[str, ...]:
    """What the leak is worth."""
    mean = {
        where: [s.of(AUC).mean for s in summaries if s.scored and s.name.endswith(where)]
        for where in (INSIDE, OUTSIDE)
    }
    if not all(mean.values()):
        return ()
    inside, outside = (float(np.mean(mean[where])) for where in (INSIDE, OUTSIDE))
    return (
        "The labels are permuted: there is nothing to learn, and an honest AUC is 0.5 on average.",
        f"With the {SELECTED} best taxa chosen inside every fold the mean AUC is {inside:.2f}; "
        f"with the {SELECTED} best chosen once, on all samples, it is {outside:.2f}.",
        f"The gap of {outside - inside:.2f} is leak: the test samples had a say in the choice of "
        "taxa. Whoever reports the second number reports noise.",
    )
