"""Models that choose their own settings, inside whatever fold they are fitted on.

The settings with the lowest log loss in inner folds win, and the model is then fitted to all it
was given.  A setting chosen after looking at the outer test samples would be flattered by them.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegressionCV
from sklearn.model_selection import GridSearchCV, StratifiedGroupKFold, StratifiedKFold

from latentcore.arrays import Array, Indices
from latentcore.evaluation.scores import log_loss

INNER = 4  # folds within a training fold
PENALTIES = np.logspace(-4, 1, 6)  # C of scikit-learn; the inner folds choose


class _Tuned(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """What a tuned model does once `fit` has put the chosen one into `model_`."""

    model_: Any
    classes_: Any

    def predict_proba(self, x: Array) -> Array:
        """Probability of every class (N, C)."""
        probability: Array = self.model_.predict_proba(x)
        return probability

    def predict(self, x: Array) -> Indices:
        """The most probable class (N,)."""
        most: Indices = self.model_.predict(x)
        return most


class TunedRegression(_Tuned):
    """Ridge-penalised logistic regression; C is chosen by log loss in folds of what it fits on."""

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed

    def fit(self, x: Array, y: Indices, groups: Indices | None = None) -> Self:
        """Tune C on inner folds that split no group, then fit on all: x (N, D), y (N,).

        Raises ValueError where the classes are too small for two folds.
        """
        self.model_ = LogisticRegressionCV(
            Cs=PENALTIES,
            cv=inner_folds(y, groups, self.seed),
            l1_ratios=(0.0,),
            scoring="neg_log_loss",
            max_iter=2000,
            use_legacy_attributes=False,
        ).fit(x, y)
        self.classes_ = self.model_.classes_
        return self


class Tuned(_Tuned):
    """Any classifier; `grid` holds, for the names of its settings, the values to choose from.

    A combination that cannot be fitted is passed over.
    """

    def __init__(self, model: Any, grid: Mapping[str, Sequence[Any]], seed: int = 0) -> None:  # noqa: ANN401
        self.model = model
        self.grid = grid
        self.seed = seed

    def fit(self, x: Array, y: Indices, groups: Indices | None = None) -> Self:
        """Choose on inner folds that split no group, then fit on all: x (N, D), y (N,).

        Raises ValueError where the classes are too small for two folds, or nothing can be fitted.
        """
        cuts = inner_folds(y, groups, self.seed)
        search = GridSearchCV(self.model, dict(self.grid), scoring="neg_log_loss", cv=cuts)
        self.model_ = search.fit(x, y).best_estimator_
        self.chosen_ = search.best_params_
        self.classes_ = self.model_.classes_
        return self


class TunedBoosting(_Tuned):
    """Gradient boosting; the number of trees, up to `most`, is chosen by inner log loss.

    Trees of depth 3 on 70 % of the samples and, at every split, the square root of the number of
    features (four at least): on a few hundred samples that beats trees which see everything, and
    it is faster.
    """

    def __init__(self, most: int = 150, rate: float = 0.06, seed: int = 0) -> None:
        self.most = most
        self.rate = rate
        self.seed = seed

    def fit(self, x: Array, y: Indices, groups: Indices | None = None) -> Self:
        """Grow all trees once per inner fold and read off the best number: x (N, D), y (N,).

        Raises ValueError where the classes are too small for two folds.
        """
        most = GradientBoostingClassifier(
            n_estimators=self.most,
            learning_rate=self.rate,
            subsample=0.7,
            max_features=min(x.shape[1], max(4, round(x.shape[1] ** 0.5))),
            random_state=self.seed,
        )
        losses = np.zeros(self.most)
        self.classes_, index = np.unique(y, return_inverse=True)
        for train, test in inner_folds(y, groups, self.seed):
            grown = clone(most).fit(x[train], index[train])
            losses += [log_loss(index[test], p) for p in grown.staged_predict_proba(x[test])]
        self.trees_ = int(losses.argmin()) + 1
        self.model_ = most.set_params(n_estimators=self.trees_).fit(x, y)
        return self


def inner_folds(
    y: Indices, groups: Indices | None = None, seed: int = 0
) -> list[tuple[Indices, Indices]]:
    """Stratified folds within the training samples, fewer where a class is small.

    A group (the samples of one subject) is on one side of every cut: settings would otherwise be
    chosen for recognising subjects.  Raises ValueError where two folds cannot each hold every
    class.
    """
    known = np.unique(y)
    if groups is None:
        sizes = [int((y == c).sum()) for c in known]
        kind, what = StratifiedKFold, "sample"
    else:
        sizes = [len(np.unique(groups[y == c])) for c in known]
        kind, what = StratifiedGroupKFold, "group"
    for folds in range(min(INNER, *sizes), 1, -1):
        cut = kind(folds, shuffle=True, random_state=seed)
        cuts = list(cut.split(np.zeros((len(y), 1)), y, groups))
        if all(len(np.unique(y[rows])) == len(known) for both in cuts for rows in both):
            return cuts
    raise ValueError(
        f"a class has a single training {what}, so no setting can be tuned"
        if min(sizes) < 2
        else "no folds of whole groups hold every class, so no setting can be tuned"
    )
