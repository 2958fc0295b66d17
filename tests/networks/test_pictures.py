"""Walks through z decode the points they say, and new samples come from the prior."""

import numpy as np
import pytest
import torch

from latentcore.networks.draws import seeded
from latentcore.networks.vae import VAE, VAESettings, pictures

IMAGE = VAESettings((1, 4, 6), 3, "categorical", 5, hidden=8)
VECTOR = VAESettings((4,), 3, "gaussian", encoder="dense", hidden=8)


@pytest.fixture(params=[IMAGE, VECTOR], ids=["image", "vector"])
def model(request):
    return VAE(request.param, seeded(0))


def decoded(model, z):
    with torch.no_grad():
        return model.likelihood.mean(model.decode(torch.as_tensor(z)[None]))[0].numpy()


def some(model, n):
    shape, levels = model.settings.shape, model.settings.levels
    return torch.randn(n, *shape) if levels is None else torch.randint(0, levels, (n, *shape))


@pytest.mark.parametrize("n", [0, 1, 7])
def test_any_number_is_generated_from_the_prior(model, n):
    found = pictures.generate(model, n, seeded(1))
    assert isinstance(found, np.ndarray) and found.shape == (n, *model.settings.shape)
    z = model.prior(n, seeded(1))
    for one, image in zip(z, found, strict=True):
        np.testing.assert_allclose(image, decoded(model, one), rtol=1e-4, atol=1e-5)


def test_reconstructions_go_through_the_posterior(model):
    x = some(model, 5)
    with torch.no_grad():
        z = model.encode(x).sample(1, seeded(2))[0]
    found = pictures.reconstruct(model, x, seeded(2))
    for one, image in zip(z, found, strict=True):
        np.testing.assert_allclose(image, decoded(model, one), rtol=1e-4, atol=1e-5)


def test_a_traversal_moves_one_axis_at_a_time(model):
    start, values = torch.tensor([0.1, -0.2, 0.3]), [-2.0, 0.0, 1.0, 3.0]
    found = pictures.traverse(model, start, values)
    assert found.shape == (3, 4, *model.settings.shape)
    for axis in range(3):
        for place, value in enumerate(values):
            z = start.clone()
            z[axis] = value
            np.testing.assert_allclose(found[axis, place], decoded(model, z), rtol=1e-4, atol=1e-5)
    assert start.tolist() == pytest.approx([0.1, -0.2, 0.3])


def test_an_interpolation_runs_from_one_mean_to_the_other(model):
    x = some(model, 2)
    with torch.no_grad():
        mean = model.encode(x).mean
    found = pictures.interpolate(model, x, 5)
    assert found.shape == (5, *model.settings.shape)
    for step, image in enumerate(found):
        z = mean[0] + step / 4 * (mean[1] - mean[0])
        np.testing.assert_allclose(image, decoded(model, z), rtol=1e-4, atol=1e-5)
