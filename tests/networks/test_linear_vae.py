"""A linear Gaussian VAE is probabilistic PCA: the bound reaches the evidence."""

import numpy as np
import pytest
import torch
from scipy.stats import multivariate_normal
from sklearn.decomposition import PCA

from latentcore.networks.draws import seeded
from latentcore.networks.vae import VAE, VAESettings

LINEAR = VAESettings((5,), 2, "gaussian, learned sigma", sigma=1.0, encoder="dense", layers=0)


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    signal = rng.standard_normal((400, 2)) @ rng.standard_normal((2, 5))
    return signal + 0.5 * rng.standard_normal((400, 5)) + rng.standard_normal(5)


def parameters(model):
    """Loadings W (D, Z), mean (D,) and error variance of a linear model."""
    layer = model.decoder.net[0]
    variance = model.likelihood.split(torch.zeros(1))[1]
    values = (layer.weight, layer.bias, variance)
    return [value.detach().double().numpy() for value in values]


def evidence(model, x):
    """log N(x; b, W W^T + s^2 I), nats per sample: (N,)."""
    w, b, variance = parameters(model)
    return multivariate_normal(b, w @ w.T + variance * np.eye(len(b))).logpdf(x)


def exact_elbo(model, x):
    """The bound without Monte Carlo: every expectation of a linear Gaussian model is known."""
    w, b, variance = parameters(model)
    with torch.no_grad():
        q = model.encode(torch.tensor(x).to(model.likelihood.log_variance.dtype))
    mean, spread = q.mean.double().numpy(), q.log_variance.double().exp().numpy()
    error = np.square(x - b - mean @ w.T).sum(1) + spread @ np.square(w).sum(0)
    fit = -0.5 * (error / variance + x.shape[1] * np.log(2 * np.pi * variance))
    return fit - q.kl().double().numpy()


def test_training_reaches_the_evidence_of_probabilistic_pca(data):
    generator = seeded(0)
    model = VAE(LINEAR, generator)
    steps = 1500
    optimiser = torch.optim.Adam(model.parameters(), 0.02)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    x = torch.tensor(data, dtype=torch.float32)
    for _ in range(steps):
        loss = model.loss((x,), generator)
        optimiser.zero_grad()
        loss.total.backward()
        optimiser.step()
        schedule.step()
    best = PCA(2).fit(data).score(data)
    assert evidence(model, data).mean() == pytest.approx(best, abs=0.01)
    assert exact_elbo(model, data).mean() == pytest.approx(best, abs=0.01)
    with torch.no_grad():
        elbo = torch.cat([model.terms(x, generator).elbo for _ in range(400)])
    drawn = elbo.double().mean().item()
    assert drawn == pytest.approx(exact_elbo(model, data).mean(), abs=4 * elbo.std().item() / 400)
    assert evidence(model, data).mean() <= best + 1e-4  # nothing beats the maximum likelihood


def test_importance_weights_tighten_the_bound_to_the_evidence(data):
    """An encoder that knows nothing, q = N(0, I): the bound is loose, the evidence still exact."""
    model = VAE(LINEAR, seeded(3)).double()
    for weight in model.encoder.parameters():
        weight.data.zero_()
    x = torch.tensor(data[:8])
    exact, loosest = evidence(model, data[:8]).mean(), exact_elbo(model, data[:8]).mean()
    with torch.no_grad():
        found = {
            k: model.importance_bound(x.repeat(times, 1), k, seeded(k)).mean().item()
            for k, times in ((1, 1000), (10, 100), (100, 20), (100_000, 1))
        }
    assert loosest < exact - 0.5
    assert found[1] == pytest.approx(loosest, abs=0.2)
    assert found[1] < found[10] < found[100] < found[100_000]
    assert found[100_000] == pytest.approx(exact, abs=0.01)
