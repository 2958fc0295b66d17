"""The roster: everything runs, on numbers and on abundances, and sees what its name says."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.base import clone

from latentcore.data import studies
from latentcore.data.labelled import Labelled
from latentcore.data.preparation import Recipe
from latentcore.evaluation import experiment
from latentcore.evaluation.candidates import OF_COUNTS, OURS, ROSTER, Setting, candidates
from latentcore.evaluation.crossvalidation import cross_validate
from latentcore.evaluation.experiment import Design
from latentcore.evaluation.scores import AUC, LOG_LOSS
from latentcore.evaluation.summary import FAMILIES, summarise
from latentcore.figures.palette import MODELS
from latentcore.mixture.examples.presets import PRESETS

TABLE = Setting(Recipe(top=20), (1, 2), starts=1)
NUMBERS = Setting(None, (1, 2), penalty=0.01, starts=2)
BOTH = replace(TABLE, covariances=("diag", "full"))


@pytest.fixture(scope="module")
def abundances():
    table = studies.load("GuptaA_2019")
    classes = ("control", "CRC")
    rows, y = table.rows_of("study_condition", classes)
    return Labelled(table.values[rows], y, classes=classes)


@pytest.fixture(scope="module")
def numbers():
    drawn, _ = experiment.draw(PRESETS["gaussian"]["figure-1"].truth, Design(200))
    return drawn


def run(models, data):
    folds = cross_validate({c.name: c.model for c in models}, data, 2, 1, seed=0)
    return summarise(models, folds)


def test_every_model_learns_from_abundances(abundances):
    models = candidates(list(ROSTER), TABLE)
    assert len({c.name for c in models}) == len(models) == 8 + 2 + 1 + 2 + 1
    for found in run(models, abundances):
        assert not found.failures, found.failures[0].failure
        assert found.of(AUC).mean > 0.75, found.name


def test_every_model_that_can_learns_from_numbers(numbers):
    models = candidates(list(ROSTER), NUMBERS, numbers.truth)
    names = [c.name for c in models]
    assert not [name for name in names if "CLR" in name or "Dirichlet" in name]
    assert names[0] == "The truth"
    for found in run(models, numbers.data):
        assert not found.failures, found.failures[0].failure
        linear = found.name in ("Logistic regression", "LDA") or found.name.endswith("K = 1")
        assert (found.of(AUC).mean > 0.75) is not linear, found.name


def test_ours_come_by_k_the_slow_last_and_every_family_has_a_place_and_a_hue():
    models = candidates(list(ROSTER), replace(TABLE, counts=True))
    slow = ["Gradient boosting", *(c.name for c in models if "chosen inside" in c.name)]
    assert [c.name for c in models[-3:]] == slow
    ks = [c.components or 0 for c in models[:-3]]
    assert ks == sorted(ks) and ks[0] == 0
    assert {c.family for c in models} | {"bayes"} == set(FAMILIES)
    assert set(FAMILIES) <= set(MODELS)
    assert [c.name for c in candidates(["Random forest"], TABLE)] == ["Random forest"]
    assert candidates([], TABLE) == ()


def test_the_truth_predicts_by_the_mixture_it_is(numbers):
    truth = candidates([], NUMBERS, numbers.truth)[0].model
    fitted = clone(truth).fit(numbers.data.x, numbers.data.y)
    np.testing.assert_allclose(
        fitted.predict_proba(numbers.data.x), numbers.truth.predict_proba(numbers.data.x)
    )


def test_full_covariances_read_coordinates_that_are_not_singular():
    by_name = {c.name: c.model for c in candidates(["Gaussian mixture"], BOTH)}
    assert len(by_name) == 4
    assert by_name["Gaussian mixture, full, K = 2"]["prepare"].output == "ilr"
    assert by_name["Gaussian mixture, K = 2"]["prepare"].output == "clr"


def test_k_chosen_inside_sees_no_test_sample(numbers):
    """Whatever the test rows hold, the setting chosen on the training rows stays."""
    model = candidates(["Gaussian mixture, K chosen inside"], NUMBERS)[0].model
    x, y = numbers.data.x, numbers.data.y
    chosen = clone(model).fit(x[:150], y[:150])["classify"].chosen_
    assert chosen["n_components"] == 2
    assert clone(model).fit(x[:150], y[:150])["classify"].chosen_ == chosen


def test_a_looser_penalty_is_surer(abundances):
    """The penalty of the setting reaches the heads: without it they are too sure."""
    losses = [
        run(candidates(["Gaussian mixture"], Setting(Recipe(), (1,), penalty=p)), abundances)[0]
        .of(LOG_LOSS).mean
        for p in (30.0, 1e-3)
    ]  # fmt: skip
    assert losses[0] < losses[1] - 0.1


def test_a_mixture_for_counts_is_offered_for_counts_alone():
    assert candidates([OF_COUNTS], TABLE) == ()
    found = candidates([OF_COUNTS], replace(TABLE, counts=True))
    assert [c.components for c in found] == list(TABLE.components)
    assert {c.family for c in found} == {"dirichlet-multinomial"} < OURS
    assert found[0].model.named_steps["prepare"].output == "counts"
