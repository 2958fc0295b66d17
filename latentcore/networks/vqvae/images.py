"""The VQ-VAE of images: convolutions down to a grid of codes, and back."""

from torch import Generator, Tensor

from latentcore.networks.layers import ConvDecoder, ConvEncoder
from latentcore.networks.likelihoods import likelihood
from latentcore.networks.quantizers.methods import quantizer
from latentcore.networks.vqvae.autoencoder import CodeAutoencoder
from latentcore.networks.vqvae.settings import VQVAESettings


class VQVAE(CodeAutoencoder):
    """Images (B, C, H, W), told by maps of codes (B, h, w)."""

    def __init__(self, settings: VQVAESettings, generator: Generator) -> None:
        super().__init__()
        self.settings, self.grid = settings, settings.grid
        self.quantizer = quantizer(settings.quantizer, generator)
        self.codes = self.quantizer.codes
        self.likelihood = likelihood(settings.likelihood, settings.levels, settings.sigma)
        channels, height, width = settings.shape
        self.dims = channels * height * width
        self.encoder = ConvEncoder(
            channels,
            settings.hidden,
            self.quantizer.width,
            image=(height, width),
            grid=settings.grid,
            generator=generator,
            blocks=settings.blocks,
        )
        self.decoder = ConvDecoder(
            self.quantizer.width,
            settings.hidden,
            self.likelihood.channels(channels),
            image=(height, width),
            grid=settings.grid,
            generator=generator,
            blocks=settings.blocks,
        )

    def features(self, x: Tensor) -> Tensor:
        """See CodeAutoencoder: grey values in [0, 1].  Raises ValueError for another shape."""
        if x.shape[1:] != self.settings.shape:
            raise ValueError(
                f"expected images of shape {self.settings.shape}, got {tuple(x.shape[1:])}"
            )
        return self.likelihood.scaled(x)
