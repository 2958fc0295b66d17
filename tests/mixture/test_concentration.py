"""Dirichlet maximum likelihood against `dirichlet`, its own equation, and the notes' five steps."""

import dirichlet
import numpy as np
import pytest
from scipy.special import digamma, polygamma

from latentcore.mixture import concentration
from latentcore.mixture.component import DegenerateComponent
from latentcore.mixture.digamma import inverse_digamma, trigamma


def mean_logs(a, n=500, seed=0):
    x = np.random.default_rng(seed).dirichlet(a, size=n)
    return x, np.log(x).mean(0)[None]


def test_inverse_digamma():
    x = np.geomspace(1e-8, 1e8, 2001)
    np.testing.assert_allclose(inverse_digamma(digamma(x)), x, rtol=1e-9)
    ordinary = np.geomspace(1e-3, 1e3, 501)
    np.testing.assert_allclose(inverse_digamma(digamma(ordinary)), ordinary, rtol=5e-14)


def test_trigamma():
    x = np.geomspace(1e-6, 1e6, 101)
    np.testing.assert_allclose(trigamma(x), polygamma(1, x), rtol=1e-12)


@pytest.mark.parametrize("a", [[5, 3, 20], [0.2, 0.3, 0.1, 1], [100, 80, 2.0], [1, 1]])
def test_agrees_with_the_dirichlet_package(a):
    x, g = mean_logs(np.array(a, float))
    ours = concentration.fit(g)[0]
    theirs = dirichlet.mle(x, method="meanprecision", tol=1e-10)
    np.testing.assert_allclose(ours, theirs, rtol=1e-6)


@pytest.mark.parametrize("p", [2, 3, 30, 300])
@pytest.mark.parametrize("scale", [0.05, 1.0, 500.0])
def test_solves_its_equation_from_anywhere(p, scale):
    rng = np.random.default_rng(p)
    a = rng.uniform(0.5, 2, p) * scale
    g = digamma(a) - digamma(a.sum())
    for start in (None, np.full((1, p), 1e-2), np.full((1, p), 1e4)):
        np.testing.assert_allclose(concentration.fit(g[None], start)[0], a, rtol=1e-6)


def test_every_fixed_point_step_climbs_and_five_are_not_enough():
    """Erratum 14: the notes' five fixed-point steps from 1 leave most of the way to go."""
    _, g = mean_logs(np.array([5.0, 3, 20]))
    best = concentration.fit(g)
    a = np.ones((1, 3))
    for _ in range(5):
        new = concentration.fixed_point(a, g)
        assert concentration.log_likelihood(new, g) > concentration.log_likelihood(a, g)
        a = new
    assert np.abs(a / best - 1).max() > 0.5


def test_newton_step_solves_the_dense_system():
    _, g = mean_logs(np.array([2.0, 0.7, 4, 1]))
    a = np.array([[1.5, 1, 3, 2.0]])
    hessian = polygamma(1, a.sum()) - np.diag(polygamma(1, a[0]))
    gradient = digamma(a.sum()) - digamma(a[0]) + g[0]
    dense = -np.linalg.solve(hessian, gradient)
    np.testing.assert_allclose(concentration.newton_step(a, g)[0], dense, rtol=1e-10)


def test_identical_samples_are_an_error_that_names_the_component():
    g = np.log(np.array([[0.2, 0.3, 0.5], [0.1, 0.1, 0.8]])) - np.array([[0.1], [0.0]])
    with pytest.raises(DegenerateComponent, match="component 2 .*ridge above 0"):
        concentration.fit(g)
