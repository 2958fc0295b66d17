"""The VQ-VAE of compositions: a few slots, each holding one code, tell a sample of p parts.

Slots are a map of 1 x S codes from one codebook.  The decoder reads all of them at once and is
free to take the same code differently in every slot: unlike pixels, slots have no neighbours.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from torch import Generator, Tensor

from latentcore.networks.layers import DenseDecoder, DenseEncoder
from latentcore.networks.likelihoods import composition
from latentcore.networks.quantizers import DEFAULT_OF_SLOTS, QuantizerSettings, quantizer
from latentcore.networks.quantizers.settings import at_least
from latentcore.networks.vqvae.autoencoder import CodeAutoencoder
from latentcore.networks.vqvae.features import features, size


@dataclass(frozen=True)
class CompositionSettings:
    """Plain values from which the model is built.

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


class CompositionVQVAE(CodeAutoencoder):
    """Counts or proportions (B, p), as the likelihood takes them, told by codes (B, 1, S)."""

    def __init__(self, settings: CompositionSettings, generator: Generator) -> None:
        super().__init__()
        self.settings, self.grid = settings, (1, settings.slots)
        self.quantizer = quantizer(settings.quantizer, generator)
        self.codes = self.quantizer.codes
        self.likelihood = composition(settings.likelihood)
        self.dims = settings.parts
        wide = settings.slots * self.quantizer.width
        hidden: Sequence[int] = settings.hidden
        self.encoder = DenseEncoder((size(settings.parts),), hidden, wide, generator)
        out = self.likelihood.channels(settings.parts)
        self.decoder = DenseDecoder(wide, hidden[::-1], (out,), generator)

    def features(self, x: Tensor) -> Tensor:
        """See CodeAutoencoder.  Raises ValueError for another number of parts."""
        if x.shape[1:] != (self.settings.parts,):
            raise ValueError(
                f"expected samples of {self.settings.parts} parts, got {tuple(x.shape[1:])}"
            )
        return features(x)
