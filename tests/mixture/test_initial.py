"""Starts: distinct, spread, reproducible, and fitted to their own share."""

import numpy as np
import pytest

from latentcore.data.chunked import Chunked
from latentcore.data.labelled import Labelled
from latentcore.mixture import initial
from latentcore.mixture.dirichlet_multinomial import DirichletMultinomials
from latentcore.mixture.examples.generate import generate
from latentcore.mixture.examples.presets import DIRICHLET, GAUSSIAN
from latentcore.mixture.fit import fit_best
from latentcore.mixture.mixture import Mixture

FOUR = generate(GAUSSIAN["wrong-k"].truth, 400, np.random.default_rng(0), stratified=True).data
SIMPLEX = generate(DIRICHLET["wrong-k"].truth, 300, np.random.default_rng(0), stratified=True).data
GROUPS = DirichletMultinomials(20 * np.array([[6, 3, 1, 0.1], [0.1, 2, 6, 2], [3, 0.1, 1, 6]]))
COUNTS = generate(Mixture.of(np.full(3, 1 / 3), GROUPS), 300, np.random.default_rng(0)).data
CASES = [
    (initial.gaussian("full"), FOUR, 4),
    (initial.dirichlet(), SIMPLEX, 3),
    (initial.dirichlet_multinomial(), COUNTS, 3),
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
    x, centre = (
        v / v.sum(1, keepdims=True) if data is COUNTS else v
        for v in (data.x, start.components.centre)
    )  # counts: totals are not modelled
    distance = np.abs(x[:, None] - centre).sum(2)
    assert (distance.min(0) < (0.01 if data is COUNTS else 1e-9)).all()
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


@pytest.mark.parametrize("how", initial.STARTS)
@pytest.mark.parametrize(
    "family", [initial.gaussian(), initial.gaussian("full")], ids=["diagonal", "full"]
)
def test_a_start_sees_weights_as_copies_and_no_order(how, family):
    rng = np.random.default_rng(3)
    x, times = rng.normal(size=(60, 2)), rng.integers(0, 4, size=60)
    order = rng.permutation(times.sum())
    copied = Labelled(np.repeat(x, times, axis=0)[order])
    plan = initial.Plan(family, 3, how)
    for a, b in zip(
        plan.starts(Labelled(x, None, times.astype(float)), 4, 0),
        plan.starts(copied, 4, 0),
        strict=True,
    ):
        np.testing.assert_allclose(a.components.mean, b.components.mean, rtol=1e-9)
        np.testing.assert_allclose(a.weight, b.weight, rtol=1e-9)
        np.testing.assert_allclose(a.components.ridge, b.components.ridge, rtol=1e-9)


def test_starts_for_many_samples_come_from_some_of_them(monkeypatch):
    monkeypatch.setattr("latentcore.mixture.initial.MANY", 50)
    x = np.random.default_rng(0).normal(size=(500, 2))
    whole = list(initial.Plan(initial.gaussian(), 3).starts(Labelled(x), 2, 0))
    parts = list(initial.Plan(initial.gaussian(), 3).starts(Chunked.from_array(x, rows=70), 2, 0))
    for a, b in zip(whole, parts, strict=True):
        np.testing.assert_array_equal(a.components.mean, b.components.mean)
