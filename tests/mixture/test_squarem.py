"""SQUAREM arrives where EM arrives, never falls on the way, and in fewer passes."""

from itertools import islice, pairwise

import numpy as np
import pytest

from latentcore.data.labelled import Labelled
from latentcore.mixture import initial
from latentcore.mixture.em import em
from latentcore.mixture.fit import Schedule, fit
from latentcore.mixture.mixture import Mixture
from tests.mixture.families import FAMILIES, HEADS, K, heads_for, labelled

LONG = Schedule(tol=1e-8, limit=4000)
FAST = Schedule(tol=1e-8, limit=4000, accelerate=True)


def overlapping(kind: str, seed: int) -> tuple[Labelled, initial.Plan]:
    """Three components that hide each other, with a random start for them."""
    rng = np.random.default_rng(seed)
    z = rng.integers(3, size=600)
    if kind == "dirichlet":
        a = rng.uniform(1, 9, size=(3, 3))
        x = np.array([rng.dirichlet(a[k]) for k in z])
        return Labelled(x), initial.Plan(initial.dirichlet(), 3, "random")
    x = 1.3 * rng.normal(size=(3, 2))[z] + rng.normal(size=(600, 2))
    y = (rng.random(600) < 1 / (1 + np.exp(-2 * (x * rng.normal(size=(3, 2))[z]).sum(1)))).astype(
        int
    )
    shape, *heads = kind.split(" with ")
    return Labelled(x, y if heads else None), initial.Plan(initial.gaussian(shape), 3, "random")


KINDS = ("spherical", "tied", "diagonal", "full", "dirichlet", "diagonal with heads")


@pytest.mark.parametrize("name", FAMILIES)
def test_coordinates_are_free_numbers(name):
    family, x = FAMILIES[name], labelled(FAMILIES[name], 0, 0).x
    vector = family.coordinates()
    np.testing.assert_allclose(family.at(vector).log_prob(x), family.log_prob(x), rtol=1e-9)
    assert family.units().shape == vector.shape and (family.units() > 0).all()
    moved = vector + np.random.default_rng(0).normal(size=vector.shape)
    assert np.isfinite(family.at(moved).log_prob(x)).all()
    np.testing.assert_allclose(family.at(moved).coordinates(), moved, rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize("classes", HEADS.values(), ids=HEADS)
@pytest.mark.parametrize("name", FAMILIES)
def test_never_falls(name, classes):
    data = labelled(FAMILIES[name], classes, 3, n=150)
    start = Mixture(
        np.full(K, -np.log(K)), FAMILIES[name], heads_for(data, np.random.default_rng(0))
    )
    steps = list(islice(em(start, data, accelerate=True), 60))
    for a, b in pairwise(steps):
        assert b.objective >= a.objective - 1e-9 * abs(a.objective) or b.events
        if not b.events:
            assert b.number - a.number in (1, 2, 3)
        total = b.mixture.log_likelihood(data.x, data.y).sum()
        assert b.log_likelihood == pytest.approx(total, rel=1e-10)


def test_fewer_passes_to_the_same_optimum():
    plain, fast = 0, 0
    for kind in KINDS:
        for seed in (0, 1):
            data, plan = overlapping(kind, seed)
            start = next(plan.starts(data, 1, seed))
            a, b = fit(start, data, LONG), fit(start, data, FAST)
            plain, fast = plain + a.steps[-1].number, fast + b.steps[-1].number
            assert b.objective >= a.objective - 1e-6 * len(data), kind
    assert fast <= 0.6 * plain


def test_an_easy_fit_takes_no_more_passes():
    rng = np.random.default_rng(0)
    x = 8 * rng.normal(size=(3, 2))[rng.integers(3, size=500)] + rng.normal(size=(500, 2))
    for seed in range(4):
        start = next(initial.Plan(initial.gaussian(), 3).starts(Labelled(x), 1, seed))
        a, b = fit(start, Labelled(x), LONG), fit(start, Labelled(x), FAST)
        assert b.steps[-1].number <= 1.15 * a.steps[-1].number + 2


def test_it_stops_where_little_is_left():
    """Gains of cycles are uneven; a rule made for EM would stop here a thousand times too early."""
    rng = np.random.default_rng(18)
    x = rng.normal(size=(800, 2))
    x = x + 0.7 * rng.normal(size=(3, 2))[rng.integers(3, size=800)]
    data = Labelled(x)
    for start in initial.Plan(initial.gaussian(), 3).starts(data, 5, 0):
        found = fit(start, data, Schedule(accelerate=True, limit=4000))
        more = fit(found.mixture, data, Schedule(tol=1e-10, limit=2000))
        assert found.converged and more.objective - found.objective < 5e-6 * len(data)
