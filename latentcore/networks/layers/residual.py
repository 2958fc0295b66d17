"""Residual blocks: x + f(x) with f zero at the start, so that a deep stack begins as the identity.

[1] K. He et al., Identity mappings in deep residual networks, 2016.
"""

import torch
from torch import Tensor, nn

from latentcore.networks.layers.weights import HIDDEN, layer


class Residual(nn.Module):
    """x + conv1x1(silu(conv3x3(silu(x)))): (B, hidden, h, w) -> the same shape."""

    def __init__(self, hidden: int, generator: torch.Generator) -> None:
        super().__init__()
        self.wide = layer(nn.Conv2d, hidden, hidden, 3, padding=1, generator=generator, gain=HIDDEN)
        self.point = layer(nn.Conv2d, hidden, hidden, 1, generator=generator, gain=0.0)

    def forward(self, x: Tensor) -> Tensor:
        """See the class."""
        out: Tensor = x + self.point(nn.functional.silu(self.wide(nn.functional.silu(x))))
        return out


def residuals(hidden: int, blocks: int, generator: torch.Generator) -> nn.Sequential:
    """A stack of blocks, closed by an activation."""
    return nn.Sequential(*(Residual(hidden, generator) for _ in range(blocks)), nn.SiLU())
