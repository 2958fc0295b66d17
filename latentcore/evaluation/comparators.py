"""What a mixture of classifiers has to be compared with.

Logistic regression on centred log-ratios, standardised, its penalty tuned inside the fold, is the
strong and simple one: on thirteen microbiota tasks it gained 0.12 AUC on average over logistic
regression on raw proportions and equalled a random forest.  Anything weaker is a straw man.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegressionCV
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from latentcore.arrays import Indices
from latentcore.data.preparation import Preparation

INNER = 4  # folds within a training fold
PENALTIES = np.logspace(-4, 1, 6)  # C of scikit-learn; the inner folds choose


@dataclass(frozen=True)
class InnerFolds:
    """Stratified folds within the training samples, fewer where a class is small."""

    seed: int = 0

    def get_n_splits(self, x: Any = None, y: Any = None, groups: Any = None) -> int:  # noqa: ANN401, ARG002
        """How many folds the smallest class allows, at most INNER."""
        least = INNER if y is None else int(np.unique(y, return_counts=True)[1].min())
        return min(INNER, least)

    def split(self, x: Any, y: Any, groups: Any = None) -> Iterator[tuple[Indices, Indices]]:  # noqa: ANN401
        """Training and test rows of every fold.  Raises ValueError where a class has one member."""
        folds = self.get_n_splits(x, y, groups)
        if folds < 2:
            raise ValueError("a class has a single training sample, so no penalty can be tuned")
        cut = StratifiedKFold(folds, shuffle=True, random_state=self.seed)
        yield from cut.split(x, y)


def logistic_regression(
    prevalence: float = 0.1, top: int | None = None, delta: float | None = None, seed: int = 0
) -> Pipeline:
    """CLR, standardised, ridge-penalised logistic regression with C chosen by inner log loss."""
    regression = LogisticRegressionCV(
        Cs=PENALTIES,
        cv=InnerFolds(seed),
        l1_ratios=(0.0,),
        scoring="neg_log_loss",
        max_iter=2000,
        use_legacy_attributes=False,
    )
    return Pipeline(
        [
            ("prepare", Preparation(prevalence, top, delta, "clr")),
            ("standardise", StandardScaler()),
            ("classify", regression),
        ]
    )


def random_forest(prevalence: float = 0.1, delta: float | None = None, seed: int = 0) -> Pipeline:
    """A forest of 300 trees on proportions of all prevalent taxa."""
    forest = RandomForestClassifier(300, min_samples_leaf=2, random_state=seed)
    return Pipeline([("prepare", Preparation(prevalence, None, delta)), ("classify", forest)])
