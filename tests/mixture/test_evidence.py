"""Laplace's approximation against the integral itself, and against the sum of separate fits."""

import numpy as np
import pytest
from scipy import stats

from latentcore.data.chunked import Chunked
from latentcore.data.labelled import Labelled
from latentcore.mixture import initial
from latentcore.mixture.dirichlet_multinomial import DirichletMultinomials
from latentcore.mixture.evidence import laplace
from latentcore.mixture.fit import Schedule, fit_best

FAMILY = initial.dirichlet_multinomial()
EXACT = Schedule(tol=1e-11)


def drawn(concentration, n, seed=0):
    rng = np.random.default_rng(seed)
    family = DirichletMultinomials(np.array([concentration]), depth=np.array([20.0, 60, 150]))
    return family.sample(np.zeros(n, int), rng)


def fitted(x, k=1, family=FAMILY):
    data = Labelled(x)
    return fit_best(initial.Plan(family, k).starts(data, 4, 0), data, EXACT).mixture


def integral(x, ridge):
    """log of the sum over a fine grid of log a (two parts) of likelihood times prior density."""
    centre = np.log(fitted(x, family=initial.dirichlet_multinomial(ridge)).components.concentration)
    axes = [np.linspace(c - 1.5, c + 1.5, 121) for c in centre[0]]
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), -1).reshape(-1, 2)
    prior = stats.loggamma(ridge, loc=-np.log(ridge)).logpdf(grid).sum(1)
    log_prob = DirichletMultinomials(np.exp(grid)).log_prob(x).sum(0)
    cell = np.prod([axis[1] - axis[0] for axis in axes])
    return np.logaddexp.reduce(log_prob + prior) + np.log(cell)


@pytest.mark.parametrize("ridge", [0.1, 1.0])
@pytest.mark.parametrize("concentration", [[3.0, 1.0], [20.0, 35.0]])
def test_one_component_integrates_to_its_evidence(concentration, ridge):
    x = drawn(concentration, 250)
    found = fitted(x, family=initial.dirichlet_multinomial(ridge))
    assert laplace(found, Labelled(x)) == pytest.approx(-integral(x, ridge), abs=0.02)


def test_components_far_apart_cost_what_they_cost_apart():
    groups = drawn([40.0, 3, 3, 3], 90), drawn([3.0, 3, 3, 40], 50, seed=1)
    x = np.concatenate(groups)
    count, total = np.array([90, 50]), 140
    apart = sum(laplace(fitted(g), Labelled(g)) for g in groups)
    weights = -(count * np.log(count / total)).sum() + 0.5 * np.log(total**2 / 50 / (2 * np.pi))
    together = fitted(x, 2)
    assert np.sort(together.weight) == pytest.approx(count[::-1] / total, abs=1e-4)
    assert laplace(together, Labelled(x)) == pytest.approx(apart + weights, abs=0.02)
    assert laplace(together, Labelled(x)) < laplace(fitted(x), Labelled(x)) - 100
    parts = Chunked.from_array(x, rows=40)
    assert laplace(together, parts) == pytest.approx(laplace(together, Labelled(x)), rel=1e-12)


def test_one_group_is_not_split():
    x = drawn([8.0, 4, 2, 1], 200)
    cost = [laplace(fitted(x, k), Labelled(x)) for k in (1, 2, 3)]
    assert cost[0] < cost[1] < cost[2]


def test_weights_count_as_copies():
    x, times = drawn([5.0, 2, 1], 40), np.random.default_rng(0).integers(1, 4, size=40)
    found = fitted(np.repeat(x, times, axis=0))
    weighted = Labelled(x, weight=times.astype(float))
    copied = Labelled(np.repeat(x, times, axis=0))
    assert laplace(found, weighted) == pytest.approx(laplace(found, copied), rel=1e-12)


def test_what_has_no_evidence_says_so():
    x = drawn([5.0, 2, 1], 40)
    flat = fitted(x, family=initial.dirichlet_multinomial(0.0))
    with pytest.raises(ValueError, match="without a prior there is no evidence.*ridge above 0"):
        laplace(flat, Labelled(x))
    labelled = Labelled(x, (x[:, 0] > 20).astype(int))
    for family, data in ((initial.gaussian(), Labelled(x)), (FAMILY, labelled)):
        found = next(initial.Plan(family, 2).starts(data, 1, 0))
        with pytest.raises(TypeError, match="Dirichlet-multinomial .*BIC"):
            laplace(found, data)
    begun = next(initial.Plan(FAMILY, 2, "random").starts(Labelled(x), 1, 0))
    with pytest.raises(ValueError, match="component 1 is not at a maximum .*run EM"):
        laplace(begun, Labelled(x))
