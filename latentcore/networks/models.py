"""The models by the names that checkpoints and runs know them by: settings and class of each."""

from collections.abc import Callable, Mapping
from typing import Any

from torch import Generator

from latentcore.networks.priors import Prior, PriorSettings
from latentcore.networks.vae import VAE, VAESettings
from latentcore.networks.vqvae import (
    VQVAE,
    ByLikelihood,
    ByLikelihoodSettings,
    CompositionSettings,
    CompositionVQVAE,
    VQVAESettings,
)

MODELS: Mapping[str, tuple[type[Any], Callable[[Any, Generator], Any]]] = {
    "VAE": (VAESettings, VAE),
    "VQVAE": (VQVAESettings, VQVAE),
    "CompositionVQVAE": (CompositionSettings, CompositionVQVAE),
    "ByLikelihood": (ByLikelihoodSettings, ByLikelihood),
    "Prior": (PriorSettings, Prior),
}
