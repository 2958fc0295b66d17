"""Starts: distinct, spread, reproducible, and fitted to their own share."""

import numpy as np
import pytest

from latentcore.mixture import initial
from latentcore.mixture.examples.generate import generate
from latentcore.mixture.examples.presets import DIRICHLET, GAUSSIAN
from latentcore.mixture.fit import fit_best

FOUR = generate(GAUSSIAN["wrong-k"].truth, 400, np.random.default_rng(0), stratified=True).data
SIMPLEX = generate(DIRICHLET["wrong-k"].truth, 300, np.random.default_rng(0), stratified=True).data
CASES = [
    (initial.gaussian("full"), FOUR, 4),
    (initial.dirichlet(), SIMPLEX, 3),
]


@pytest.mark.parametrize("how", initial.STARTS)
@pytest.mark.parametrize("family, data, k", CASES)
def test_start_i_is_the_same_for_any_number_of_starts(family, data, k, how):
    plan = initial.Plan(family, k, how)
    few, many = list(plan.starts(data, 2, 5)), list(plan.starts(data, 6, 5))
    for a, b in zip(few, many, strict=False):
        np.testing.assert_array_equal(a.components.centre, b.components.centre)
    assert not np.array_equal(many[0].components.centre, many[1].components.centre)
    other = next(plan.starts(data, 1, 6))
    assert not np.array_equal(few[0].components.centre, other.components.centre)


@pytest.mark.parametrize("family, data, k", CASES)
def test_random_centres_are_samples_and_all_different(family, data, k):
    start = next(initial.Plan(family, k, "random").starts(data, 1, 0))
    distance = np.abs(data.x[:, None] - start.components.centre).sum(2)
    assert (distance.min(0) < 1e-9).all()
    assert len(np.unique(distance.argmin(0))) == k


@pytest.mark.parametrize("family, data, k", CASES)
def test_kmeans_finds_clear_groups_more_often_than_chance(family, data, k):
    best = fit_best(initial.Plan(family, k).starts(data, 10, 0), data).objective
    reached = {
        how: sum(
            fit_best([start], data).objective > best - 1e-3 * len(data)
            for start in initial.Plan(family, k, how).starts(data, 20, 1)
        )
        for how in initial.STARTS
    }
    assert reached["k-means++"] >= max(reached["random"], 14)


def test_no_two_components_start_identical():
    """Copies of one centre cannot be split by EM (a defect met in public code)."""
    repeated = np.repeat(FOUR.x[:5], [200, 1, 1, 1, 1], axis=0)
    data = type(FOUR)(repeated)
    for how in initial.STARTS:
        for start in initial.Plan(initial.gaussian(), 5, how).starts(data, 10, 0):
            assert len(np.unique(start.components.centre.round(9), axis=0)) == 5


def test_an_unknown_start_is_named():
    plan = initial.Plan(initial.gaussian(), 2, "guess")
    with pytest.raises(ValueError, match="k-means.*random.*guess"):
        next(plan.starts(FOUR, 1, 0))
