"""Repeated stratified cross-validation as a sequence of fold scores.

Whoever consumes the sequence shows progress, stops early, or comes back for the rest: a fold is
the same whenever it is asked for, because repeat r of seed s always cuts the samples alike, and
every model sees the same cuts.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from time import perf_counter
from typing import Any
from warnings import catch_warnings, simplefilter

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import has_fit_parameter

from latentcore.arrays import Array, Indices
from latentcore.data.labelled import Labelled
from latentcore.data.mapping import Map, here, in_order
from latentcore.evaluation.scores import Scores, score
from latentcore.mixture.threads import one_blas_thread

Place = tuple[str, int, int]
"""Model, repeat, fold."""

Fold = tuple[Place, Indices, Indices]
"""Where it is, its training rows, its test rows."""


@dataclass(frozen=True)
class Predicted:
    """Classes y (n,) of the test samples and their predicted probabilities (n, C).

    Neither row numbers nor names are kept, and single precision is enough for a curve.
    """

    y: NDArray[np.int32]
    probability: NDArray[np.float32]


@dataclass(frozen=True)
class FoldScore:
    """One model on one fold: its scores, or the sentence that says why it has none.

    `seconds` is the time of fit and prediction; `trained` and `tested` are numbers of samples.
    """

    model: str
    repeat: int
    fold: int
    scores: Scores | None
    failure: str = ""
    seconds: float = 0.0
    trained: int = 1
    tested: int = 1
    predicted: Predicted | None = field(default=None, compare=False, repr=False)

    @property
    def place(self) -> Place:
        """What identifies it within a run."""
        return self.model, self.repeat, self.fold


def cross_validate(  # noqa: PLR0913 (the design of a comparison has this many parts)
    models: Mapping[str, Any],
    data: Labelled,
    folds: int,
    repeats: int,
    seed: int,
    groups: Indices | None = None,
    *,
    done: Collection[Place] = (),
    map: Map = here,
) -> Iterator[FoldScore]:
    """Yield a score for every repeat, model and fold, in this order, as soon as it is known.

    `models` maps a name to an unfitted scikit-learn classifier; data holds x (N, D) and y (N,).
    `groups` (N,) keeps samples of one group (subject, family) in one fold.  `done` is skipped;
    `map` does the folds, here or elsewhere.
    Raises ValueError before the first fold when a class has fewer members, or fewer groups with
    a member, than there are folds.  A model that fails yields its sentence in place of a score.
    """
    if data.y is None:
        raise ValueError("there are no labels to predict; give data.y")
    check_folds(data.y, data.classes, folds, groups)
    left = _folds(models, data.y, (folds, repeats, seed), groups, frozenset(done))
    return in_order(map(partial(_scored_fold, models, data, groups), left))


def each_repeat(  # noqa: PLR0913 (the design of a comparison has this many parts)
    trial: Callable[[int], tuple[Mapping[str, Any], Labelled]],
    folds: int,
    repeats: int,
    seed: int,
    groups: Indices | None = None,
    *,
    done: Collection[Place] = (),
    map: Map = here,
) -> Iterator[FoldScore]:
    """As `cross_validate`, with models and data of its own for every repeat (0, 1, ...).

    For what a single data set cannot show: samples drawn anew, or labels permuted anew.
    """
    for repeat in range(repeats):
        models, data = trial(repeat)
        known = {(name, 0, fold) for name, at, fold in done if at == repeat}
        own = int(np.random.SeedSequence([seed, repeat]).generate_state(1)[0])
        for found in cross_validate(models, data, folds, 1, own, groups, done=known, map=map):
            yield replace(found, repeat=repeat)


def _folds(
    models: Iterable[str],
    y: Indices,
    plan: tuple[int, int, int],
    groups: Indices | None,
    done: Collection[Place],
) -> Iterator[Fold]:
    folds, repeats, seed = plan
    for repeat in range(repeats):
        cuts = split(y, folds, seed, repeat, groups)
        for name in models:
            for fold, (train, test) in enumerate(cuts):
                if (name, repeat, fold) not in done:
                    yield (name, repeat, fold), train, test


def _scored_fold(
    models: Mapping[str, Any], data: Labelled, groups: Indices | None, fold: Fold
) -> FoldScore:
    place, train, test = fold
    begun = perf_counter()
    with one_blas_thread():  # matrices this small are slower on several
        found = _probability(models[place[0]], data, train, test, groups)
    seconds = perf_counter() - begun
    scores, failure, predicted = _scored(data, train, test, found)
    return FoldScore(*place, scores, failure, seconds, len(train), len(test), predicted)


def split(
    y: Indices, folds: int, seed: int, repeat: int, groups: Indices | None = None
) -> list[tuple[Indices, Indices]]:
    """Training and test rows of every fold of one repeat."""
    state = int(np.random.SeedSequence([seed, repeat]).generate_state(1)[0])
    kind = StratifiedKFold if groups is None else StratifiedGroupKFold
    cut = kind(folds, shuffle=True, random_state=state)
    return list(cut.split(np.zeros((len(y), 1)), y, groups))


def check_folds(
    y: Indices, classes: tuple[str, ...], folds: int, groups: Indices | None = None
) -> None:
    """Raise ValueError, naming the class, where these folds cannot hold every class."""
    if folds < 2:
        raise ValueError(
            f"{folds} folds; at least 2 are needed, to train on one and test on another"
        )
    present = Counter(y.tolist())
    if len(present) < 2:
        raise ValueError("all samples are of one class; at least two classes are needed")
    what = "members" if groups is None else "groups"
    for c, name in enumerate(classes):
        here = y == c
        n = int(here.sum()) if groups is None else len(set(np.asarray(groups)[here].tolist()))
        if n < folds:
            cure = "merge it with another class, leave it out, or add samples of it"
            raise ValueError(
                f"class {name!r} has {n} {what}, fewer than the {folds} folds: every fold needs "
                f"one. Use at most {n} folds, or {cure}"
                if n > 1
                else f"class {name!r} has {n} {what}; {cure}"
            )


def _probability(
    model: Any,  # noqa: ANN401 (any scikit-learn classifier)
    data: Labelled,
    train: Indices,
    test: Indices,
    groups: Indices | None,
) -> Array | str:
    """Fit on the training rows alone; probabilities (n, C) of the test rows, or what failed."""
    assert data.y is not None
    try:
        # A convergence warning is not news in every fold.  catch_warnings swaps the filters of the
        # whole process, and overlapping sessions may restore them in the wrong order (until
        # Python 3.14 makes it local); what can be lost then is a filter of warnings, not a score.
        with catch_warnings():
            simplefilter("ignore")
            copy = clone(model)
            known_groups = _groups_for(copy, None if groups is None else groups[train])
            fitted = copy.fit(data.x[train], data.y[train], **known_groups)
            known = fitted.predict_proba(data.x[test])  # n, classes seen in training
        probability: Array = np.zeros((len(test), len(data.classes)))
        probability[:, fitted.classes_] = known
        return probability
    except Exception as error:  # any model may fail in its own way, and the others go on
        return _sentence(error)


def _scored(
    data: Labelled, train: Indices, test: Indices, found: Array | str
) -> tuple[Scores | None, str, Predicted | None]:
    """Scores and what a curve needs, or the sentence."""
    assert data.y is not None
    if isinstance(found, str):
        return None, found, None
    y = data.y[test]
    prior = np.bincount(data.y[train], minlength=len(data.classes)) / len(train)
    try:
        scores = score(y, found, prior)
    except ValueError as error:
        return None, _sentence(error), None
    return scores, "", Predicted(y.astype(np.int32), found.astype(np.float32))


def _sentence(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _groups_for(model: Any, groups: Indices | None) -> dict[str, Indices]:  # noqa: ANN401
    """The groups as an argument of `fit`, for a model that cuts folds of its own to tune itself."""
    name, last = model.steps[-1] if isinstance(model, Pipeline) else ("", model)
    if groups is None or not has_fit_parameter(last, "groups"):
        return {}
    return {f"{name}__groups" if name else "groups": groups}
