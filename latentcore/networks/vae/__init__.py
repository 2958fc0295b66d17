"""The variational autoencoder: its settings, its posterior, the model and what it can show."""

from typing import TYPE_CHECKING

from latentcore.lazily import exporter

if TYPE_CHECKING:
    from latentcore.networks.vae.bounds import Terms, importance_bound
    from latentcore.networks.vae.model import VAE
    from latentcore.networks.vae.posterior import Posterior
    from latentcore.networks.vae.settings import VAESettings

__all__ = [
    "VAE",
    "Posterior",
    "Terms",
    "VAESettings",
    "importance_bound",
]

__getattr__ = exporter(
    __name__,
    {
        "VAE": "model",
        "Posterior": "posterior",
        "Terms": "bounds",
        "VAESettings": "settings",
        "importance_bound": "bounds",
    },
)
