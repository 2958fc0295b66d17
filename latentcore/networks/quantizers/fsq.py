"""Finite scalar quantisation: round each number of the code; nothing to learn, no collapse [1].

Number j is squashed into a range with L_j whole numbers and rounded; the codes are the grid of all
combinations, K = prod L_j, scaled to about [-1, 1].  An even number of levels is shifted by one
half, so that 0 is one of them.  Rounding passes its gradient straight through, so there is neither
codebook nor commitment term.  The index counts the levels in a mixed radix, the first fastest.

[1] Mentzer et al. 2023, Finite scalar quantization: VQ-VAE made simple, appendix A.
"""

from math import prod

import torch
from torch import Generator, Tensor

from latentcore.networks.quantizers.quantizer import Quantised, Quantizer, straight_through
from latentcore.networks.quantizers.settings import QuantizerSettings

MARGIN = 1e-3  # so that the outermost levels are reached by finite numbers


class FSQ(Quantizer):
    """A fixed grid."""

    level: Tensor  # D
    radix: Tensor  # D
    grid: Tensor  # K D

    def __init__(self, settings: QuantizerSettings, generator: Generator) -> None:  # noqa: ARG002
        if settings.kmeans or settings.restart:
            raise ValueError(
                "FSQ has a fixed grid of codes: neither k-means nor restart can move them. "
                "Switch both off"
            )
        level = torch.tensor(settings.levels)
        super().__init__(settings, prod(settings.levels), len(level))
        radix = torch.cat([level.new_ones(1), level.cumprod(0)[:-1]])
        digit = torch.arange(self.codes)[:, None] // radix % level  # K D
        self.register_buffer("level", level, persistent=False)
        self.register_buffer("radix", radix, persistent=False)
        self.register_buffer("grid", (digit - level // 2) / (level // 2), persistent=False)

    @property
    def codebook(self) -> Tensor:
        """See Quantizer."""
        return self.grid

    def prepare(self, rows: Tensor) -> Tensor:
        """See Quantizer: squashed into the grid, not yet rounded."""
        half = (self.level - 1) * (1 + MARGIN) / 2
        offset = (self.level % 2 == 0) / 2
        smooth = (rows + (offset / half).atanh()).tanh() * half - offset
        return smooth / (self.level // 2)

    def index(self, z_e: Tensor) -> Tensor:
        """See Quantizer: rounding finds the nearest without a comparison with all K."""
        with torch.autocast(z_e.device.type, enabled=False):
            return self.number(self.prepare(z_e.detach().float()))

    def quantise_rows(self, rows: Tensor, generator: Generator) -> Quantised:  # noqa: ARG002
        """See Quantizer."""
        index = self.number(rows.detach())
        codes = straight_through(rows, self.lookup(index))
        return Quantised(codes, index, rows.new_zeros(()), rows=rows.detach())

    def number(self, rows: Tensor) -> Tensor:
        """Index of the grid point nearest to prepared rows: (N, D) -> (N,)."""
        middle = self.level // 2
        digit = (rows * middle).round().long() + middle
        return (digit * self.radix).sum(1)
