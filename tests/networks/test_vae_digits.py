"""Trained for a moment on handwritten digits, the model already knows them."""

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits

from latentcore.networks.draws import seeded
from latentcore.networks.vae import VAE, VAESettings, pictures

CHOICES = [
    ("categorical", "convolutional", 200),
    ("categorical", "dense", 500),
    ("discretised logistic", "dense", 500),
]


@pytest.fixture(scope="module")
def digits():
    x = torch.tensor(load_digits().images.astype("uint8"))[:, None]
    x = x[torch.randperm(len(x), generator=seeded(0))]
    return x[:1500], x[1500:]


def independent_pixels(train, test):
    """Nats per sample of the best model without a latent variable (one count added per level)."""
    log_prob = 0
    for a, b in zip(train.flatten(1).T, test.flatten(1).T, strict=True):
        count = np.bincount(a, minlength=17) + 1
        log_prob = log_prob + np.log(count / count.sum())[b]
    return log_prob.mean()


@pytest.mark.parametrize(("likelihood", "encoder", "steps"), CHOICES)
def test_digits_not_seen_before_cost_fewer_nats(digits, likelihood, encoder, steps):
    train, test = digits
    generator = seeded(0)
    hidden = 32 if encoder == "convolutional" else 64
    settings = VAESettings((1, 8, 8), 8, likelihood, 17, encoder=encoder, hidden=hidden)
    model = VAE(settings, generator)
    optimiser = torch.optim.AdamW(model.parameters(), 5e-3)
    for _ in range(steps):
        batch = train[torch.randint(len(train), (64,), generator=generator)]
        loss = model.loss((batch,), generator)
        optimiser.zero_grad()
        loss.total.backward()
        optimiser.step()
    with torch.no_grad():
        terms = model.terms(test, generator).mean()
    assert terms.elbo > independent_pixels(train, test) + 10
    assert terms.kl > 5  # z is used
    error = np.square(pictures.reconstruct(model, test, generator) - test.numpy() / 16).mean()
    assert error < 0.5 * (test / 16).var(0).mean()
    new, old = pictures.generate(model, 400, generator), train.numpy() / 16
    assert np.corrcoef(new.mean(0).ravel(), old.mean(0).ravel())[0, 1] > 0.95
    assert 0.3 < new.var(0).mean() / old.var(0).mean() < 1  # means vary less than samples do
