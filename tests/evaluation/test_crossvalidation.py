"""Folds: the same for every model, in pieces or at once, and blind to what they test on."""

from contextlib import contextmanager
from itertools import islice

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.dummy import DummyClassifier
from sklearn.pipeline import make_pipeline

from latentcore.data import studies
from latentcore.data.labelled import Labelled
from latentcore.data.preparation import Preparation, Recipe
from latentcore.evaluation.comparators import logistic_regression
from latentcore.evaluation.crossvalidation import (
    check_folds,
    cross_validate,
    each_repeat,
    split,
)
from latentcore.evaluation.scores import score, spread
from latentcore.evaluation.tuning import inner_folds

CLR = Recipe().steps("clr")


class Spy(ClassifierMixin, BaseEstimator):
    """Notes which rows it is fitted on and asked about; x holds the row number + 1."""

    seen: list = []

    def __init__(self, name="spy"):
        self.name = name

    def fit(self, x, y):
        self.classes_, self.train_ = np.unique(y), x[:, 0]
        return self

    def predict_proba(self, x):
        Spy.seen.append((self.name, tuple(self.train_), tuple(x[:, 0])))
        return np.full((len(x), len(self.classes_)), 1 / len(self.classes_))


class Failing(ClassifierMixin, BaseEstimator):
    def fit(self, x, y):  # noqa: ARG002
        raise ValueError("component 2 is empty")


@pytest.fixture
def data():
    return Labelled(np.arange(1.0, 31)[:, None], np.arange(30) % 3, classes=("a", "b", "c"))


def test_every_model_sees_the_same_folds(data):
    Spy.seen = []
    scores = list(cross_validate({"one": Spy("one"), "two": Spy("two")}, data, 5, 2, seed=3))
    assert [s.place for s in scores] == [
        (name, repeat, fold) for repeat in (0, 1) for name in ("one", "two") for fold in range(5)
    ]
    one = [rest for name, *rest in Spy.seen if name == "one"]
    assert one == [rest for name, *rest in Spy.seen if name == "two"]
    assert one[:5] != one[5:]
    for train, test in one:
        assert not set(train) & set(test)
        assert len(train) + len(test) == 30
        assert np.bincount((np.array(test, dtype=int) - 1) % 3).tolist() == [2, 2, 2]
    assert {s.scores.auc for s in scores} == {0.5}


def test_stopped_and_continued_is_the_same_as_at_once(data):
    models = {"dummy": DummyClassifier(strategy="stratified", random_state=0), "spy": Spy()}
    whole = list(cross_validate(models, data, 3, 2, seed=1))
    first = list(islice(cross_validate(models, data, 3, 2, seed=1), 4))
    rest = list(cross_validate(models, data, 3, 2, seed=1, done=[s.place for s in first]))
    assert [(s.place, s.scores) for s in first + rest] == [(s.place, s.scores) for s in whole]


def test_a_failing_model_is_an_outcome(data):
    scores = list(cross_validate({"bad": Failing(), "spy": Spy()}, data, 2, 1, seed=0))
    assert [s.failure for s in scores] == ["ValueError: component 2 is empty"] * 2 + [""] * 2
    assert [s.scores is None for s in scores] == [True, True, False, False]


def test_groups_stay_together(data):
    groups = np.arange(30) // 3
    for train, test in split(data.y, 5, 0, 0, groups):
        assert not set(groups[train]) & set(groups[test])


@pytest.mark.parametrize(
    ("y", "folds", "groups", "said"),
    [
        ([0] * 9 + [1] * 3, 5, None, "'b' has 3 members, fewer than the 5 folds.*at most 3 folds"),
        ([0] * 9 + [1], 5, None, "'b' has 1 members; merge it with another"),
        ([0] * 9, 3, None, "one class"),
        ([0] * 5 + [1] * 5, 1, None, "at least 2"),
        (
            [0] * 6 + [1] * 6,
            3,
            [0] * 6 + [1, 1, 1, 2, 2, 2],
            "'a' has 1 groups; merge it",
        ),
    ],
)
def test_folds_that_cannot_be_are_refused_at_once(y, folds, groups, said):
    y = np.array(y)
    with pytest.raises(ValueError, match=said):
        check_folds(y, ("a", "b"), folds, None if groups is None else np.array(groups))
    with pytest.raises(ValueError, match=said):  # at the call, before any fold is asked for
        cross_validate(
            {}, Labelled(np.ones((len(y), 1)), y, classes=("a", "b")), folds, 1, 0,
            None if groups is None else np.array(groups),
        )  # fmt: skip


def task(name, classes):
    table = studies.load(name)
    rows, y = table.rows_of("study_condition", classes)
    return Labelled(table.values[rows], y, classes=classes)


@pytest.mark.parametrize(
    ("name", "classes", "reference"),
    [
        ("ZhuF_2020", ("control", "schizophrenia"), 0.808),
        ("ZellerG_2014", ("control", "CRC"), 0.803),
    ],
)
def test_logistic_regression_reaches_the_reference(name, classes, reference):
    models = {"LR": logistic_regression(CLR)}
    scores = cross_validate(models, task(name, classes), 5, 5, seed=0)
    assert spread(s.scores.auc for s in scores).mean == pytest.approx(reference, abs=0.03)


def test_small_classes_are_tuned_on_fewer_folds_or_refused():
    rng = np.random.default_rng(0)
    for members, sentence in ((3, ""), (2, "single training sample")):
        y = np.repeat([0, 1], members)
        data = Labelled(rng.gamma(1.0, size=(len(y), 6)), y, classes=("a", "b"))
        folds = members if members == 3 else 2
        found = list(cross_validate({"LR": logistic_regression(CLR)}, data, folds, 1, 0))
        assert all(sentence in s.failure if sentence else not s.failure for s in found)


@pytest.mark.parametrize("seed", range(5))
def test_inner_folds_never_split_a_subject(seed):
    groups = np.arange(40) // 4
    y = (groups + seed) % 2
    cuts = inner_folds(y, groups, seed)
    assert len(cuts) == 4
    for train, test in cuts:
        assert not set(groups[train]) & set(groups[test])
        assert set(y[train]) == set(y[test]) == {0, 1}
    with pytest.raises(ValueError, match="single training group"):
        inner_folds(np.repeat([0, 1], 4), np.repeat([0, 1, 2], [4, 2, 2]))


def test_the_comparison_hands_the_subjects_to_the_inner_folds(monkeypatch):
    rng, seen = np.random.default_rng(0), []

    def spy(y, groups=None, seed=0):
        seen.append(groups)
        return inner_folds(y, groups, seed)

    monkeypatch.setattr("latentcore.evaluation.tuning.inner_folds", spy)
    groups = np.arange(48) // 4
    y = groups % 2
    data = Labelled(rng.gamma(1.0, size=(48, 6)), y, classes=("a", "b"))
    models = {"LR": logistic_regression(CLR), "spy": Spy()}
    scores = list(cross_validate(models, data, 3, 1, 0, groups))
    assert not any(s.failure for s in scores)
    for (train, _), given in zip(split(y, 3, 0, 0, groups), seen, strict=True):
        np.testing.assert_array_equal(given, groups[train])


def test_every_fit_shares_the_one_limit_on_blas(data, monkeypatch):
    """A limit of its own would restore the wrong value where sessions overlap."""
    inside = []

    @contextmanager
    def limit():
        inside.append(True)
        yield
        inside.pop()

    class Inside(Spy):
        def fit(self, x, y):
            assert inside
            return super().fit(x, y)

    monkeypatch.setattr("latentcore.evaluation.crossvalidation.one_blas_thread", limit)
    for fold in cross_validate({"m": Inside()}, data, 2, 1, 0):
        assert not fold.failure
        assert not inside  # whoever consumes the folds may wait as long as they like


def test_shuffled_labels_are_not_predicted():
    data = task("ZhuF_2020", ("control", "schizophrenia"))
    auc = []
    for seed in range(4):
        y = np.random.default_rng(seed).permutation(data.y)
        shuffled = Labelled(data.x, y, classes=data.classes)
        found = cross_validate(
            {"LR": logistic_regression(Recipe().steps("clr", 30))}, shuffled, 5, 1, seed
        )
        auc += [s.scores.auc for s in found]
    assert np.mean(auc) == pytest.approx(0.5, abs=0.08)


def test_preparation_in_a_pipeline_never_sees_the_test_rows():
    rng = np.random.default_rng(0)
    x = rng.gamma(0.3, size=(40, 12))
    x[:20, 0], x[20:, 0] = 0, 100  # taxon 0 rules the later samples alone
    y = np.arange(40) % 2
    model = make_pipeline(Preparation(0.3, 4), DummyClassifier())
    train = np.arange(20)
    fitted = model.fit(x[train], y[train])
    assert 0 not in fitted[0].kept_
    assert 0 in Preparation(0.3, 4).fit(x).kept_


def test_a_fold_keeps_what_its_scores_were_computed_from(data):
    folds = list(cross_validate({"d": DummyClassifier(strategy="prior")}, data, 3, 1, seed=0))
    for found, (train, test) in zip(folds, split(data.y, 3, 0, 0), strict=True):
        assert (found.trained, found.tested) == (len(train), len(test)) == (20, 10)
        np.testing.assert_array_equal(found.predicted.y, data.y[test])
        again = score(data.y[test], found.predicted.probability, np.bincount(data.y[train]) / 20)
        assert again.log_loss == pytest.approx(found.scores.log_loss, rel=1e-6)
        assert found.predicted.probability.dtype == np.float32
        assert "predicted" not in repr(found)
    (bad,) = {f.predicted for f in cross_validate({"bad": Failing()}, data, 2, 1, 0)}
    assert bad is None


def test_a_model_that_predicts_nonsense_is_an_outcome(data):
    class Nonsense(Spy):
        def predict_proba(self, x):
            return np.full((len(x), 3), np.nan)

    (failure,) = {f.failure for f in cross_validate({"n": Nonsense()}, data, 2, 1, 0)}
    assert failure == "ValueError: a predicted probability is not finite"


def test_each_repeat_has_data_of_its_own(data):
    asked = []

    def trial(repeat):
        asked.append(repeat)
        return {"m": Spy(str(repeat))}, Labelled(
            data.x + 100 * repeat, data.y, classes=data.classes
        )

    Spy.seen = []
    whole = list(each_repeat(trial, 3, 2, seed=5))
    assert [s.place for s in whole] == [("m", r, f) for r in (0, 1) for f in range(3)]
    assert asked == [0, 1]
    first, second = ([set(test) for name, _, test in Spy.seen if name == r] for r in "01")
    assert set().union(*first) == set(data.x[:, 0])
    assert set().union(*second) == set(data.x[:, 0] + 100)
    assert [{x - 100 for x in test} for test in second] != first  # and cuts of its own
    rest = list(each_repeat(trial, 3, 2, seed=5, done=[s.place for s in whole[:4]]))
    assert [(s.place, s.scores) for s in rest] == [(s.place, s.scores) for s in whole[4:]]
