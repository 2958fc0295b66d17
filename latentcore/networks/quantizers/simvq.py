"""SimVQ: all codes are one linear map of fixed random vectors, so all of them move together [1].

    e_k = W c_k,    c_k fixed,    W learned by the codebook term

A code that no row chooses gets no gradient of its own and would stay behind; here every chosen
code turns W, and W carries the others along.

[1] Zhu et al. 2024, Addressing representation collapse in vector quantized models with one linear
    layer.
"""

import torch
from torch import Generator, Tensor, nn
from torch.nn import functional as F

from latentcore.networks.quantizers.assignment import nearest
from latentcore.networks.quantizers.quantizer import (
    Quantised,
    Quantizer,
    distance,
    straight_through,
)
from latentcore.networks.quantizers.settings import QuantizerSettings


class SimVQ(Quantizer):
    """Codes that span what one matrix makes of a fixed cloud."""

    cloud: Tensor  # K D

    def __init__(self, settings: QuantizerSettings, generator: Generator) -> None:
        if settings.kmeans or settings.restart:
            raise ValueError(
                "SimVQ moves all codes together: neither k-means nor restart can move one. "
                "Switch both off"
            )
        super().__init__(settings, settings.codes, settings.width)
        scale = settings.width**-0.5
        shape = settings.codes, settings.width
        self.register_buffer("cloud", torch.randn(shape, generator=generator) * scale)
        square = torch.empty(settings.width, settings.width)
        self.map = nn.Parameter(nn.init.orthogonal_(square, generator=generator))

    @property
    def codebook(self) -> Tensor:
        """See Quantizer."""
        return self.cloud @ self.map

    def quantise_rows(self, rows: Tensor, generator: Generator) -> Quantised:  # noqa: ARG002
        """See Quantizer."""
        codebook = self.codebook
        index = nearest(rows, codebook)
        codes = F.embedding(index, codebook)
        term, commitment = distance(rows.detach(), codes), distance(rows, codes.detach())
        return Quantised(
            straight_through(rows, codes),
            index,
            term + self.settings.beta * commitment,
            {"commitment": commitment.detach()},
            rows=rows.detach(),
        )
