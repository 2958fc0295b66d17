"""Models that tune themselves choose what their inner folds say, and never see groups split."""

import warnings

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.metrics import log_loss
from sklearn.model_selection import cross_val_score
from sklearn.neighbors import KNeighborsClassifier

from latentcore.evaluation.tuning import Tuned, TunedBoosting, inner_folds

K = (1, 5, 25)


@pytest.fixture(scope="module")
def samples():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(120, 3))
    y = np.array(["no", "yes"])[(x[:, 0] + rng.normal(size=120) > 0).astype(int)]
    return x, y


def test_neighbours_are_those_with_the_lowest_inner_log_loss(samples):
    x, y = samples
    losses = [
        -cross_val_score(
            KNeighborsClassifier(k), x, y, cv=inner_folds(y), scoring="neg_log_loss"
        ).mean()
        for k in K
    ]
    fitted = Tuned(KNeighborsClassifier(), {"n_neighbors": K}).fit(x, y)
    assert fitted.chosen_ == {"n_neighbors": K[int(np.argmin(losses))]}
    own = KNeighborsClassifier(**fitted.chosen_).fit(x, y)
    np.testing.assert_array_equal(fitted.predict_proba(x), own.predict_proba(x))
    assert list(fitted.classes_) == ["no", "yes"]
    assert set(fitted.predict(x)) == {"no", "yes"}


def test_subjects_kept_together_change_what_is_chosen():
    """Every subject gave six like samples: the nearest know the answer, unless they are away."""
    rng = np.random.default_rng(1)
    subject = np.repeat(np.arange(20), 6)
    x, y = rng.normal(size=(20, 4))[subject], rng.permutation(np.arange(20) % 2)[subject]
    model = Tuned(KNeighborsClassifier(), {"n_neighbors": (1, 40)})
    assert model.fit(x, y).chosen_ == {"n_neighbors": 1}
    assert model.fit(x, y, groups=subject).chosen_ == {"n_neighbors": 40}


def test_a_setting_that_cannot_be_fitted_is_passed_over(samples):
    x, y = samples
    with warnings.catch_warnings():  # scikit-learn tells of every fold
        warnings.simplefilter("ignore")
        fitted = Tuned(KNeighborsClassifier(), {"n_neighbors": (5, 1000)}).fit(x, y)
    assert fitted.chosen_ == {"n_neighbors": 5}


def test_trees_are_as_many_as_the_inner_folds_ask_for(samples):
    x, y = samples
    fitted = TunedBoosting(most=40).fit(x, y)
    losses = np.zeros(40)
    for train, test in inner_folds(y):
        for trees in range(1, 41, 3):
            grown = GradientBoostingClassifier(
                n_estimators=trees, learning_rate=0.06, subsample=0.7, max_features=3,
                random_state=0,
            ).fit(x[train], y[train])  # fmt: skip
            losses[trees - 1] += log_loss(y[test], grown.predict_proba(x[test]))
    tried = np.arange(0, 40, 3)
    best = tried[losses[tried].argmin()] + 1
    assert abs(fitted.trees_ - best) <= 3
    assert len(fitted.model_.estimators_) == fitted.trees_ < 40
    assert fitted.predict_proba(x).shape == (120, 2)


@pytest.mark.parametrize(
    "model", [Tuned(KNeighborsClassifier(), {"n_neighbors": (3, 5)}), TunedBoosting(most=3)]
)
def test_groups_reach_the_inner_folds(samples, model, monkeypatch):
    x, y = samples
    seen = []

    def spy(y, groups=None, seed=0):
        seen.append(groups)
        return inner_folds(y, groups, seed)

    monkeypatch.setattr("latentcore.evaluation.tuning.inner_folds", spy)
    groups = np.arange(120) // 3
    clone(model).fit(x, y, groups=groups)
    assert seen[0] is groups
