"""The VQ-VAE: of images, of compositions, and what its codes cost."""

from typing import TYPE_CHECKING

from latentcore.lazily import exporter

if TYPE_CHECKING:
    from latentcore.networks.vqvae.accounting import Account, CodePrior
    from latentcore.networks.vqvae.by_likelihood import ByLikelihood
    from latentcore.networks.vqvae.compositions import CompositionVQVAE
    from latentcore.networks.vqvae.images import VQVAE
    from latentcore.networks.vqvae.settings import (
        ByLikelihoodSettings,
        CompositionSettings,
        VQVAESettings,
    )

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

__getattr__ = exporter(
    __name__,
    {
        "VQVAE": "images",
        "Account": "accounting",
        "ByLikelihood": "by_likelihood",
        "ByLikelihoodSettings": "settings",
        "CodePrior": "accounting",
        "CompositionSettings": "settings",
        "CompositionVQVAE": "compositions",
        "VQVAESettings": "settings",
    },
)
