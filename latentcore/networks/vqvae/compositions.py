"""The VQ-VAE of compositions: a few slots, each holding one code, tell a sample of p parts.

Slots are a map of 1 x S codes from one codebook.  The decoder reads all of them at once and is
free to take the same code differently in every slot: unlike pixels, slots have no neighbours.
"""

from collections.abc import Sequence

from torch import Generator, Tensor

from latentcore.networks.layers import DenseDecoder, DenseEncoder
from latentcore.networks.likelihoods import composition
from latentcore.networks.quantizers.methods import quantizer
from latentcore.networks.vqvae.autoencoder import CodeAutoencoder
from latentcore.networks.vqvae.features import features, size
from latentcore.networks.vqvae.settings import CompositionSettings


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
