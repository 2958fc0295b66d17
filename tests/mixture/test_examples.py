"""Generators draw what they say, and presets carry the signal the theory says."""

import numpy as np
import pytest

from latentcore.mixture.examples.bayes import bayes_accuracy, random_heads, scaled_heads
from latentcore.mixture.examples.generate import generate, shares
from latentcore.mixture.examples.presets import DIRICHLET, GAUSSIAN, PRESETS

EVERY = [(family, name) for family, presets in PRESETS.items() for name in presets]


@pytest.mark.parametrize("name, stated", [("figure-1", 0.8246), ("figure-2", 0.630)])
def test_bayes_accuracy_of_the_notes_figures(name, stated):
    truth = GAUSSIAN[name].truth
    ours = bayes_accuracy(truth, np.random.default_rng(0), 200_000)
    assert ours == pytest.approx(stated, abs=0.003)
    drawn = generate(truth, 200_000, np.random.default_rng(1)).data
    assert (truth.predict(drawn.x) == drawn.y).mean() == pytest.approx(stated, abs=0.005)


def test_figure_3_with_unit_heads_has_next_to_nothing_to_learn():
    unit = bayes_accuracy(DIRICHLET["figure-3-unit"].truth, np.random.default_rng(0))
    assert unit == pytest.approx(0.53, abs=0.02)
    assert bayes_accuracy(DIRICHLET["figure-3"].truth, np.random.default_rng(0)) > 0.8


@pytest.mark.parametrize("family, name", EVERY)
def test_stratified_counts_are_exact_and_categorical_ones_vary(family, name):
    truth = PRESETS[family][name].truth
    drawn = generate(truth, 997, np.random.default_rng(0), stratified=True)
    counts = np.bincount(drawn.z, minlength=len(truth))
    assert np.abs(counts - 997 * truth.weight).max() < 1
    expected = 996 * (1 - (truth.weight**2).sum())  # changes of component from row to row
    assert (np.diff(drawn.z) != 0).sum() == pytest.approx(expected, rel=0.25)  # shuffled
    free = [
        np.bincount(generate(truth, 997, np.random.default_rng(s)).z, minlength=len(truth))
        for s in range(30)
    ]
    deviation = np.std(free, axis=0)
    expected = np.sqrt(997 * truth.weight * (1 - truth.weight))
    assert (deviation > 0.5 * expected).all() and (deviation < 1.7 * expected).all()


@pytest.mark.parametrize("family, name", EVERY)
def test_same_seed_same_data(family, name):
    truth = PRESETS[family][name].truth
    a, b, c = (generate(truth, 50, np.random.default_rng(s)) for s in (3, 3, 4))
    np.testing.assert_array_equal(a.data.x, b.data.x)
    np.testing.assert_array_equal(a.data.y, b.data.y)
    assert not np.array_equal(a.data.x, c.data.x)


@pytest.mark.parametrize("family, name", EVERY)
def test_labels_follow_the_heads(family, name):
    """Among samples of one component, labels are as frequent as its head says."""
    truth = PRESETS[family][name].truth
    drawn = generate(truth, 20_000, np.random.default_rng(5))
    for k in range(len(truth)):
        own = drawn.z == k
        p = truth.heads.prob(drawn.data.x[own])[:, k, 1]
        spread = np.sqrt((p * (1 - p)).sum()) + 1
        assert abs((drawn.data.y[own] == 1).sum() - p.sum()) < 5 * spread


def test_shares_round_to_the_nearest_whole():
    assert shares(np.array([0.5, 0.5]), 7).sum() == 7
    np.testing.assert_array_equal(shares(np.array([0.1, 0.2, 0.7]), 10), [1, 2, 7])
    np.testing.assert_array_equal(shares(np.array([0.999, 0.001]), 5), [5, 0])


@pytest.mark.parametrize("target", [0.6, 0.75, 0.9])
@pytest.mark.parametrize("family, classes", [("gaussian", 2), ("gaussian", 3), ("dirichlet", 2)])
def test_heads_drawn_for_a_target(family, classes, target):
    rng = np.random.default_rng(0)
    truth = PRESETS[family]["wrong-k"].truth
    x = truth.components.sample(np.zeros(500, int), rng)
    heads = random_heads(truth.components.centre, classes, x.std(0), rng)
    drawn = scaled_heads(type(truth)(truth.log_weight, truth.components, heads), target, rng)
    assert bayes_accuracy(drawn, np.random.default_rng(9)) == pytest.approx(target, abs=0.01)


def test_an_unreachable_target_says_what_can_be_reached():
    truth = GAUSSIAN["overlap"].truth
    with pytest.raises(ValueError, match=r"between 0\.\d+ and 0\.\d+; 0.999 was asked"):
        scaled_heads(truth, 0.999, np.random.default_rng(0))


def test_no_samples_is_an_error():
    with pytest.raises(ValueError, match="N = 0"):
        generate(GAUSSIAN["figure-1"].truth, 0, np.random.default_rng(0))


def test_presets_have_their_lessons():
    assert {"figure-1", "figure-2"} <= GAUSSIAN.keys() and "figure-3" in DIRICHLET
    failing = {"overlap", "unequal", "wrong-k", "bad-start", "separable"}
    assert failing <= GAUSSIAN.keys()
    for family, name in EVERY:
        assert len(PRESETS[family][name].lesson) > 60
