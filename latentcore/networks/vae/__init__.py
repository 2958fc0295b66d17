"""The variational autoencoder: its settings, its posterior, the model and what it can show."""

from latentcore.networks.vae.bounds import Terms, importance_bound
from latentcore.networks.vae.model import VAE
from latentcore.networks.vae.posterior import Posterior
from latentcore.networks.vae.settings import VAESettings

__all__ = ["VAE", "Posterior", "Terms", "VAESettings", "importance_bound"]
