"""The VQ-VAE of images: convolutions down to a grid of codes, and back."""

from dataclasses import dataclass, field

from torch import Generator, Tensor

from latentcore.networks.layers import ConvDecoder, ConvEncoder
from latentcore.networks.likelihoods import likelihood
from latentcore.networks.quantizers import DEFAULT, QuantizerSettings, quantizer
from latentcore.networks.quantizers.settings import at_least
from latentcore.networks.vqvae.autoencoder import CodeAutoencoder


@dataclass(frozen=True)
class VQVAESettings:
    """Plain values from which the model is built.

    shape       of one image: channels, height, width
    grid        rows and columns of codes, at most one for each pixel
    hidden      channels inside encoder and decoder
    blocks      residual blocks on either side
    likelihood  one of `latentcore.networks.likelihoods.LIKELIHOODS`
    levels      how many values a pixel can take where pixels are whole numbers, else None
    sigma       standard deviation of a Gaussian likelihood, at the start if it is learned
    """

    shape: tuple[int, int, int] = (1, 8, 8)
    grid: tuple[int, int] = (4, 4)
    hidden: int = 32
    blocks: int = 2
    likelihood: str = "gaussian, learned sigma"
    levels: int | None = None
    sigma: float = 0.3
    quantizer: QuantizerSettings = field(default=DEFAULT)

    def __post_init__(self) -> None:
        """Check what the layers would not name."""
        if len(self.shape) != 3 or min(self.shape) < 1:
            raise ValueError(f"an image has shape (channels, height, width), got {self.shape}")
        at_least(self, hidden=1, blocks=0)


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
