"""Selection outside the fold: the lesson, and that the honest half of it is honest."""

from functools import partial

import numpy as np
import pytest
from scipy.stats import kruskal

from latentcore.data import studies
from latentcore.data.labelled import Labelled
from latentcore.data.preparation import Recipe
from latentcore.data.preparation.selection import Selection
from latentcore.evaluation import leak
from latentcore.evaluation.candidates import Setting, candidates
from latentcore.evaluation.crossvalidation import each_repeat
from latentcore.evaluation.scores import AUC
from latentcore.evaluation.summary import summarise


@pytest.fixture(scope="module")
def data():
    table, classes = studies.load("GuptaA_2019"), ("control", "CRC")
    rows, y = table.rows_of("study_condition", classes)
    return Labelled(table.values[rows], y, classes=classes)


def test_selection_keeps_what_kruskal_and_wallis_would(data):
    chosen = Selection(10).fit(data.x, data.y)
    varies = [j for j in range(data.x.shape[1]) if np.ptp(data.x[:, j]) > 0]
    value = {j: kruskal(*(data.x[data.y == c, j] for c in (0, 1))).statistic for j in varies}
    assert set(chosen.kept_) == set(sorted(value, key=value.get)[-10:])
    assert list(chosen.kept_) == sorted(chosen.kept_)
    found = chosen.transform(data.x)
    assert found.shape == (len(data), 11)
    np.testing.assert_allclose(found.sum(1), data.x.sum(1))
    np.testing.assert_array_equal(found[:, :10], data.x[:, chosen.kept_])


def test_a_given_selection_learns_nothing(data):
    given = Selection(given=(3, 1)).fit(data.x, data.y)
    np.testing.assert_array_equal(given.transform(data.x)[:, :2], data.x[:, [3, 1]])


def test_labels_are_permuted_anew_and_kept_in_number(data):
    a, b, again = (leak.permuted(data, 0, r) for r in (0, 1, 0))
    assert (np.bincount(a.y) == np.bincount(data.y)).all()
    np.testing.assert_array_equal(a.y, again.y)
    assert (a.y != b.y).any() and (a.y != data.y).any()
    np.testing.assert_array_equal(a.x, data.x)


def test_the_leak_is_worth_what_honest_folds_do_not_find(data):
    names = ["Logistic regression, CLR", "LDA", "Gaussian mixture"]
    models = candidates(names, Setting(Recipe(), (1,), starts=1))
    shown = leak.leaking(models, leak.best(data))
    assert len(shown) == 2 * len(models)
    folds = list(each_repeat(partial(leak.trial, models, data, 0), 5, 4, seed=0))
    found = summarise(shown, folds)
    assert {fold.model for fold in folds} == {c.name for c in shown}
    assert not any(s.failures for s in found)
    inside = [s.of(AUC).mean for s in found if s.name.endswith(leak.INSIDE)]
    outside = [s.of(AUC).mean for s in found if s.name.endswith(leak.OUTSIDE)]
    assert np.mean(inside) == pytest.approx(0.5, abs=0.08)
    assert np.mean(outside) > 0.65
    assert min(outside) > max(inside)
    said = " ".join(leak.sentences(found))
    assert f"mean AUC is {np.mean(inside):.2f}" in said
    assert f"gap of {np.mean(outside) - np.mean(inside):.2f} is leak" in said
    assert leak.sentences(found[:0]) == ()
