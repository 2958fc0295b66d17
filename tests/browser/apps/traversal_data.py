"""Walks with decoders of random weights: what is under test is their arithmetic, not a fit."""

from functools import cache

import numpy as np
import torch

from latentcore.figures.traversal import Traversal
from latentcore.networks.draws import seeded
from latentcore.networks.layers.written import written
from latentcore.networks.vae import VAE, VAESettings

SETTINGS = {
    "dense": VAESettings((1, 8, 8), 2, "bernoulli", 17, encoder="dense", hidden=64),
    "linear": VAESettings((1, 4, 4), 1, "gaussian", 17, encoder="dense", layers=0),
    "convolutional": VAESettings((1, 8, 8), 2, "bernoulli", 17, hidden=16),
    "colour": VAESettings((3, 11, 7), 5, "discretised logistic", 256, hidden=8, layers=1),
    "levels": VAESettings((1, 8, 8), 6, "categorical", 17, encoder="dense", hidden=32),
    "pixels": VAESettings((1, 28, 28), 3, "gaussian, sigma per pixel", 256, hidden=8),
    "moved": VAESettings((1, 8, 8), 6, "categorical", 17, encoder="dense", hidden=32),
    "later": VAESettings((1, 8, 8), 2, "bernoulli", 17, encoder="dense", hidden=64),
}
N = 150
HALVES = ("dense", "convolutional")
"""Walks whose weights are numbers of sixteen bits, and travel as such."""


@cache
def model(name: str) -> VAE:
    """Every weight is random, those that a new network starts at zero too."""
    generator = seeded(list(SETTINGS).index(name))
    made = VAE(SETTINGS[name], generator)
    with torch.no_grad():
        for weight in made.decoder.parameters():
            if not weight.any():
                weight.normal_(0, 0.2, generator=generator)
            if name in HALVES:
                weight.copy_(weight.half())
    return made


def decoded(name: str, z: np.ndarray) -> np.ndarray:
    """What PyTorch makes of z: (n, Z) -> (n, C * H * W)."""
    vae = model(name).double()
    with torch.no_grad():
        mean = vae.likelihood.mean(vae.decode(torch.from_numpy(z)))
    return mean.flatten(1).numpy()


def walk(name: str) -> Traversal:
    settings = SETTINGS[name]
    rng = np.random.default_rng(3)
    y = np.arange(N) % 4
    mean = rng.normal(0, 0.6, (N, settings.latent)) + (y[:, None] - 1.5)
    log_variance = rng.normal(-3, 0.5, (N, settings.latent))
    if settings.latent == 6:  # an axis that says nothing
        mean[:, 4], log_variance[:, 4] = 0, 0
    if name == "moved":  # other axes carry the most
        mean[:, [0, 5]] *= 4
    names = ("disc", "square", "<b>triangle</b>", "cross") if name == "colour" else tuple("0123")
    layers, weights = written(model(name).decoder.net)
    if name in HALVES:
        weights = weights.astype(np.float16)
    return Traversal(
        mean, log_variance, None if name == "linear" else y, () if name == "linear" else names,
        layers, weights, settings.shape, settings.likelihood, settings.levels,
    )  # fmt: skip
