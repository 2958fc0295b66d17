"""The VQ-VAE: of images, of compositions, and what its codes cost."""

from latentcore.networks.vqvae.accounting import Account, CodePrior
from latentcore.networks.vqvae.by_likelihood import ByLikelihood, ByLikelihoodSettings
from latentcore.networks.vqvae.compositions import CompositionSettings, CompositionVQVAE
from latentcore.networks.vqvae.images import VQVAE, VQVAESettings

__all__ = [
    "VQVAE",
    "Account",
    "ByLikelihood",
    "ByLikelihoodSettings",
    "CodePrior",
    "CompositionSettings",
    "CompositionVQVAE",
    "VQVAESettings",
]
