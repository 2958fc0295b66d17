"""What the models with codes are built from, as plain values."""

from dataclasses import dataclass, field

from latentcore.networks.quantizers.presets import DEFAULT, DEFAULT_OF_SLOTS
from latentcore.networks.quantizers.settings import QuantizerSettings, at_least


@dataclass(frozen=True)
class VQVAESettings:
    """Of images.

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


@dataclass(frozen=True)
class CompositionSettings:
    """Of compositions.

    parts       p, how many parts a composition has
    slots       S, codes for a sample; 4 to 8 are enough for tables of a few hundred samples
    hidden      width of each hidden layer on either side; none is a linear map
    likelihood  one of `latentcore.networks.likelihoods.COMPOSITIONS`
    """

    parts: int
    slots: int = 6
    hidden: tuple[int, ...] = (128,)
    likelihood: str = "Dirichlet-multinomial"
    quantizer: QuantizerSettings = field(default=DEFAULT_OF_SLOTS)

    def __post_init__(self) -> None:
        """Check what the layers would not name."""
        at_least(self, parts=2, slots=1)


@dataclass(frozen=True)
class ByLikelihoodSettings:
    """Of codes without an encoder.

    Plain values: p parts, K codes, one of `latentcore.networks.likelihoods.COMPOSITIONS`.
    """

    parts: int
    codes: int = 8
    likelihood: str = "Dirichlet-multinomial"

    def __post_init__(self) -> None:
        """Check what the likelihood would not name."""
        at_least(self, parts=2, codes=1)
