"""The law every family keeps: an M-step lands on a maximum.  And oracles for its density."""

from dataclasses import fields, is_dataclass, replace

import numpy as np
import pytest
from scipy import stats

from latentcore.mixture.component import Components
from latentcore.mixture.dirichlet import Dirichlets
from latentcore.mixture.dirichlet_multinomial import DirichletMultinomials
from latentcore.mixture.gaussian import Gaussians
from tests.mixture.families import FAMILIES, D, K, labelled


@pytest.fixture(params=FAMILIES, ids=str)
def family(request: pytest.FixtureRequest) -> Components:
    return FAMILIES[request.param]


def expected_objective(family, x, weight):
    return (weight * family.log_prob(x)).sum() + family.log_prior()


def nudged(value, scale):
    """Every dataclass like `value` with one entry of one fitted array scaled, symmetrically."""
    for field in fields(value):
        part = getattr(value, field.name)
        if field.name in ("ridge", "origin", "depth", "vocabulary"):
            continue
        if is_dataclass(part):
            for inner in nudged(part, scale):
                yield replace(value, **{field.name: inner})
        elif isinstance(part, np.ndarray):
            for place in np.ndindex(part.shape):
                changed = part.copy()
                changed[place] *= scale
                if field.name == "matrix":
                    *k, i, j = place
                    changed[*k, j, i] = changed[place]
                yield replace(value, **{field.name: changed})


@pytest.mark.parametrize("seed", range(3))
def test_m_step_lands_on_a_maximum(family, seed):
    rng = np.random.default_rng(seed)
    x = labelled(family, 0, seed, 200).x
    weight = rng.dirichlet(np.ones(K), size=200)
    fitted = family.maximise(family.statistics(x, weight))
    best = expected_objective(fitted, x, weight)
    assert best >= expected_objective(family, x, weight)
    others = [other for scale in (0.99, 1.01) for other in nudged(fitted, scale)]
    assert len(others) >= 2 * K * D  # the loop really visited the parameters
    for other in others:
        assert expected_objective(other, x, weight) < best


def test_statistics_add(family):
    x = labelled(family, 0, 1).x
    weight = np.random.default_rng(1).dirichlet(np.ones(K), size=len(x))
    whole = family.statistics(x, weight)
    parts = family.statistics(x[:77], weight[:77]) + family.statistics(x[77:], weight[77:])
    np.testing.assert_allclose(parts, whole, rtol=1e-12, atol=1e-9)
    np.testing.assert_allclose(whole[:, 0], weight.sum(0))


def density(family, k):
    """SciPy's distribution of component k, as a function of x (N, D)."""
    if isinstance(family, Dirichlets):
        return lambda x: stats.dirichlet(family.concentration[k]).logpdf(x.T)
    if isinstance(family, DirichletMultinomials):
        a = family.concentration[k]
        return lambda x: stats.dirichlet_multinomial(a, x.sum(1).astype(int)).logpmf(x.astype(int))
    return stats.multivariate_normal(family.mean[k], family.covariance.dense[k]).logpdf


def test_log_prob_matches_scipy(family):
    x = labelled(family, 0, 2).x
    ours = family.log_prob(x)
    for k in range(K):
        np.testing.assert_allclose(ours[:, k], density(family, k)(x), rtol=1e-9, atol=1e-9)


def test_prior_is_the_stated_one(family):
    if isinstance(family, Dirichlets):
        stated = -family.ridge * family.concentration.sum()
    elif isinstance(family, DirichletMultinomials):
        a = family.concentration.ravel()
        gamma = stats.gamma(family.ridge, scale=1 / family.ridge)  # of a; times a: of log a
        stated = (gamma.logpdf(a) + np.log(a) - gamma.logpdf(1)).sum() - family.ridge * a.size
    else:
        precision = np.linalg.inv(family.covariance.dense)
        stated = -0.5 * sum(np.trace(np.diag(family.ridge) @ p) for p in precision)
    assert family.log_prior() == pytest.approx(stated)


def test_samples_have_the_stated_mean_and_covariance(family):
    rng = np.random.default_rng(3)
    n = 40_000
    for k in range(K):
        x = family.sample(np.full(n, k), rng)
        spread = x.std(0)
        assert (np.abs(x.mean(0) - family.centre[k]) < 5 * spread / np.sqrt(n)).all()
        if isinstance(family, Gaussians):
            np.testing.assert_allclose(
                np.cov(x.T), family.covariance.dense[k], atol=0.05 * spread.max() ** 2
            )


def test_take_and_moved_and_refreshed(family):
    order = np.array([2, 0])
    x = labelled(family, 0, 4).x[:50]
    np.testing.assert_allclose(family.take(order).log_prob(x), family.log_prob(x)[:, order])
    to = family.centre[[0, 2]].mean(0)
    there = family.moved(1, to)
    np.testing.assert_allclose(there.centre[1], to, rtol=1e-9)
    np.testing.assert_allclose(there.centre[[0, 2]], family.centre[[0, 2]])
    fresh = family.refreshed(1)
    np.testing.assert_allclose(fresh.centre, family.centre)
    tied = family is FAMILIES["tied"]  # has one shape only
    assert np.allclose(fresh.log_prob(x)[:, 1], family.log_prob(x)[:, 1]) == tied


def test_free_parameters():
    k, d = K, D
    expected = {
        "spherical": k * (d + 1),
        "tied": k * d + d * (d + 1) // 2,
        "diagonal": 2 * k * d,
        "full": k * d + k * d * (d + 1) // 2,
        "dirichlet": k * d,
        "dirichlet-multinomial": k * d,
    }
    assert {name: family.n_parameters for name, family in FAMILIES.items()} == expected


def test_far_from_zero_costs_no_digits():
    """The expanded square is computed around the data, not around zero."""
    family = FAMILIES["diagonal"]
    x = labelled(family, 0, 5).x
    far = replace(family, mean=family.mean + 1e6, origin=family.origin + 1e6)
    np.testing.assert_allclose(far.log_prob(x + 1e6), family.log_prob(x), rtol=1e-7, atol=1e-7)
