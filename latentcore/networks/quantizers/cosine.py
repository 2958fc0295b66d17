"""Codes and rows as directions: nearest by angle [1].

    z = z_e / ||z_e||,    k = argmax_j z . e_j / ||e_j||

On the unit sphere a code cannot be too short or too far away to be chosen, so more of them are.
The running mean of the rows of a code is kept with its length; the code is its direction.

[1] Yu et al. 2022, Vector-quantized image modeling with improved VQGAN.
"""

import torch
from torch import Generator, Tensor
from torch.nn import functional as F

from latentcore.networks.quantizers.ema import EMA
from latentcore.networks.quantizers.settings import QuantizerSettings


class Cosine(EMA):
    """EMA on the unit sphere."""

    def __init__(self, settings: QuantizerSettings, generator: Generator) -> None:
        super().__init__(settings, generator)
        self.mean = F.normalize(torch.randn(self.mean.shape, generator=generator))

    @property
    def codebook(self) -> Tensor:
        """See Quantizer: unit vectors."""
        return F.normalize(self.mean)

    def prepare(self, rows: Tensor) -> Tensor:
        """See Quantizer."""
        return F.normalize(rows)
