"""PixelCNN: one stack of masked convolutions, and its blind spot.

    x_0 = A * e,    x_l = x_{l-1} + B_l * relu(x_{l-1})

with masks A and B as in `causal.py` [1].  A path through B kernels moves to the right only while
it climbs, so what lies above and further to the right than up is never seen, however deep the
network.  With 3 x 3 kernels, A and six B, at x of a 9 x 11 map 10 of the 71 past positions (o):

    # # # # # # # # # # #
    # # # # # # # # # # #
    # # # # # # # # # # o
    # # # # # # # # # o o
    # # # # # # # # o o o
    # # # # # # # o o o o
    # # # # # x . . . . .
    . . . . . . . . . . .
    . . . . . . . . . . .

The two stacks of `gated.py` see all of it.

[1] A. van den Oord, N. Kalchbrenner, K. Kavukcuoglu, Pixel recurrent neural networks, 2016.
"""

import torch
import torch.nn.functional as F
from torch import Generator, Tensor, nn

from latentcore.networks.priors.causal import CausalConv
from latentcore.networks.priors.settings import PriorSettings
from latentcore.networks.priors.weights import layers


class PixelCNN(nn.Module):
    """See `protocol.Stack`."""

    def __init__(self, s: PriorSettings, generator: Generator) -> None:
        super().__init__()
        self.width = s.grid[1]
        self.first = CausalConv((s.hidden, s.hidden, s.first), "A", s.classes, generator)
        self.layers = layers(
            CausalConv((s.hidden, s.hidden, s.kernel), "B", s.classes, generator)
            for _ in range(s.layers)
        )

    def forward(self, embedded: Tensor, y: Tensor) -> Tensor:
        """(B, hidden, h, w), (B,) -> (B, hidden, h, w)."""
        x: Tensor = self.first(embedded, y)
        for layer in self.layers:
            x = x + layer(F.relu(x), y)
        return x

    def cache(self, y: Tensor) -> "PixelCNNCache":
        """See `protocol.Stack`."""
        return PixelCNNCache(self, y)


class PixelCNNCache:
    """See `protocol.Cache`."""

    def __init__(self, net: PixelCNN, y: Tensor) -> None:
        self.first = net.first.along(y, net.width)
        self.layers = [layer.along(y, net.width) for layer in net.layers]

    def step(self, row: int, column: int, before: Tensor | None) -> Tensor:
        """See `protocol.Cache`."""
        if before is not None:
            self.first.line.slots[column - 1].copy_(before)  # -1 is the last column of the full row
        if column == 0 and row > 0:
            for conv in (self.first, *self.layers):
                conv.turn()
        x = self.first.step(column)
        for layer in self.layers:
            torch.clamp_min(x, 0, out=layer.line.slots[column])
            x = x.add_(layer.step(column))
        return x
