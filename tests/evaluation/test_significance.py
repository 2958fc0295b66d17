"""The corrected t-test: its formula, and that it keeps its level where the plain one does not."""

import numpy as np
import pytest
from scipy.stats import ttest_1samp
from statsmodels.stats.multitest import multipletests

from latentcore.evaluation.crossvalidation import split
from latentcore.evaluation.significance import compare, holm


def test_without_overlap_it_is_the_plain_t_test():
    d = np.random.default_rng(0).normal(0.3, 1, 12)
    found, peer = compare(d, 0.0), ttest_1samp(d, 0)
    assert found.p == pytest.approx(peer.pvalue)
    low, high = peer.confidence_interval(0.95)
    assert (found.mean - found.half_width, found.mean + found.half_width) == pytest.approx(
        (low, high)
    )


def test_overlap_widens_the_interval_by_its_factor():
    d = np.random.default_rng(1).normal(size=10)
    plain, corrected = compare(d, 0.0), compare(d, 1.0)  # two folds: as many tested as trained on
    assert corrected.half_width == pytest.approx(
        plain.half_width * np.sqrt((1 / 10 + 1) / (1 / 10))
    )
    assert corrected.p > plain.p


def test_signs_and_borders():
    assert compare([0.1, 0.1], 0.5).clear  # the same in every fold
    assert not compare([0.0, 0.0, 0.0], 0.5).clear
    single = compare([0.4], 0.5)
    assert np.isnan(single.p) and not single.clear
    up, down = compare([0.1, 0.2, 0.15], 0.1), compare([-0.1, -0.2, -0.15], 0.1)
    assert (up.mean, up.p) == (pytest.approx(-down.mean), pytest.approx(down.p))


def squared_error(x, y, train, test):
    """Mean squared error of a line through the training samples."""
    slope, intercept = np.polyfit(x[train], y[train], 1)
    return np.square(y[test] - slope * x[test] - intercept).mean()


def test_level_on_models_that_are_equally_good():
    """Two lines, each on a feature of its own that says nothing, differ by noise alone.

    Over many data sets the corrected test cries wolf about as often as it says; the plain one,
    which takes thirty folds for thirty independent samples, many times as often.
    """
    rng, runs, false = np.random.default_rng(0), 100, {"plain": 0, "corrected": 0}
    for run in range(runs):
        (a, b), y = rng.normal(size=(2, 60)), rng.normal(size=60)
        d = [
            squared_error(a, y, *cut) - squared_error(b, y, *cut)
            for repeat in range(15)
            for cut in split(np.zeros(60, dtype=int), 2, run, repeat)
        ]
        false["plain"] += compare(d, 0.0).clear
        false["corrected"] += compare(d, 1.0).clear
    assert false["corrected"] / runs < 0.1
    assert false["plain"] / runs > 0.25


def test_holm_is_that_of_statsmodels():
    for seed in range(20):
        p = np.random.default_rng(seed).uniform(0, 0.1, 7)
        np.testing.assert_allclose(holm(list(p)), multipletests(p, method="holm")[1])
    assert holm([0.01, float("nan"), 0.04])[:1] == [0.02]
    assert np.isnan(holm([0.01, float("nan")])[1])
    assert holm([]) == []
