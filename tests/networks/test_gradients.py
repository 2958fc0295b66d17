"""All ways to the gradient have one mean, that of an exact integral, and variances of their own."""

import numpy as np
import pytest
import torch
from scipy import stats

from latentcore.networks.draws import seeded
from latentcore.networks.gradients import compare
from latentcore.networks.vae import VAE, VAESettings
from tests.networks.quadrature import expectation

DRAWS = 4000


@pytest.fixture(scope="module")
def setting():
    settings = VAESettings((6,), 2, "bernoulli", 2, encoder="dense", hidden=4, layers=1)
    model = VAE(settings, seeded(0)).double()
    return model, torch.randint(0, 2, (4, 6), generator=seeded(1))


@pytest.fixture(scope="module")
def estimates(setting):
    """Each estimator from draws of its own, so that their errors are independent."""
    names = ("pathwise", "score function", "score function, baseline")
    return {name: compare(*setting, DRAWS, seeded(n))[name] for n, name in enumerate(names)}


def z_scores(difference, variance):
    """One standard normal for each weight that the gradient reaches, if the means agree."""
    reached = variance > 1e-20
    assert reached.mean() > 0.9
    assert np.abs(difference[~reached]).max(initial=0) < 1e-9
    return difference[reached] / np.sqrt(variance[reached] / DRAWS)


def agree(z):
    """No single weight and not all together are further off than chance (weights correlate)."""
    return np.abs(z).max() < stats.norm.isf(1e-3 / len(z) / 2) and np.square(z).mean() < 4


@pytest.mark.parametrize("name", ["score function", "score function, baseline"])
def test_the_means_are_the_same(estimates, name):
    a, b = estimates["pathwise"], estimates[name]
    assert agree(z_scores(a.mean - b.mean, a.variance + b.variance))


@pytest.mark.parametrize("name", ["pathwise", "score function", "score function, baseline"])
def test_the_mean_is_the_gradient_of_the_exact_bound(setting, estimates, name):
    model, x = setting
    q = model.encode(x)
    sigma = (0.5 * q.log_variance).exp()
    elbo = expectation(lambda z: model.log_likelihood(x, z), q.mean, sigma) - q.kl()
    found = torch.autograd.grad(elbo.mean(), list(model.encoder.parameters()))
    exact = torch.cat([part.flatten() for part in found]).numpy()
    estimate = estimates[name]
    assert agree(z_scores(estimate.mean - exact, estimate.variance))
    if name == "pathwise":  # the error that the variance promises is small, so this says something
        assert np.linalg.norm(estimate.mean - exact) < 0.05 * np.linalg.norm(exact)


def test_variances_differ_greatly_and_a_baseline_helps(estimates):
    variance = {name: estimate.total_variance for name, estimate in estimates.items()}
    assert variance["score function"] > 20 * variance["pathwise"]
    assert variance["score function, baseline"] < 0.5 * variance["score function"]


def test_variance_is_that_of_single_draws(setting):
    """Estimates from 50 draws scatter with a fiftieth of the variance of one."""
    means = np.array([compare(*setting, 50, seeded(n))["pathwise"].mean for n in range(200)])
    one = compare(*setting, DRAWS, seeded(0))["pathwise"]
    assert 50 * means.var(0, ddof=1).sum() == pytest.approx(one.total_variance, rel=0.2)


def test_images_in_portions(monkeypatch):
    model = VAE(VAESettings((1, 8, 8), 2, "categorical", 17, hidden=8), seeded(0))
    x = torch.randint(0, 17, (3, 1, 8, 8), generator=seeded(1))
    whole = compare(model, x, 12, seeded(2))
    monkeypatch.setattr("latentcore.networks.gradients.AT_ONCE", 1)
    monkeypatch.setattr(VAE, "draws_at_once", lambda *_: 5)
    for name, estimate in compare(model, x, 12, seeded(2)).items():
        assert estimate.mean.shape == (sum(w.numel() for w in model.encoder.parameters()),)
        np.testing.assert_allclose(estimate.mean, whole[name].mean, rtol=1e-3, atol=1e-3)


def test_one_draw_has_no_variance(setting):
    with pytest.raises(ValueError, match="two draws, got 1"):
        compare(*setting, 1, seeded(0))
