"""Diagonal BiLSTM of PixelRNN: two LSTMs walk the image along its diagonals [1].

The left one enters at the top left corner, h(r, c) from h(r, c-1) and h(r-1, c); the right one at
the top right corner, from h(r, c+1) and h(r-1, c).  All positions on a diagonal are computed at
once, on a map whose row r is moved r columns ("skewed"), so that a diagonal is a column.

    left, at x         right, at x            right, moved down one row
      l l l l . .        . . . r r r            . . . . . .
      l l l l . .        . . . r r r            . . . r r r
      l l l x . .        . . . x r r            . . . r r r
                                                . . . x . .

"Bidirectional" is not over time: read literally, the right one has seen (r, c+1), the future.
Moved down one row it knows rows above only, and both together know the whole past.  So in
the first layer the right one may read features that include their own position (mask B); with
mask A in both, the last position of the row above would be unseen.

    x <- x + left(x) + down(right(x'))       x' = x, but for the first layer

[1] A. van den Oord, N. Kalchbrenner, K. Kavukcuoglu, Pixel recurrent neural networks, 2016.
"""

import torch.nn.functional as F
from torch import Generator, Tensor, nn

from latentcore.networks.priors.causal import CausalConv
from latentcore.networks.priors.diagonal_cache import DiagonalCache, LeftAlongRow, RightAlongRow
from latentcore.networks.priors.diagonal_lstm import DiagonalLSTM
from latentcore.networks.priors.settings import PriorSettings
from latentcore.networks.priors.weights import layers


class DiagonalBiLSTM(nn.Module):
    """See `protocol.Stack`."""

    def __init__(self, s: PriorSettings, generator: Generator) -> None:
        super().__init__()
        self.width = s.grid[1]
        sizes = (s.hidden, s.hidden, s.first)
        self.first = layers(CausalConv(sizes, mask, s.classes, generator) for mask in ("A", "B"))
        self.left, self.right = (
            layers(DiagonalLSTM(s, generator) for _ in range(s.layers)) for _ in range(2)
        )

    def forward(self, embedded: Tensor, y: Tensor) -> Tensor:
        """(B, hidden, h, w), (B,) -> (B, hidden, h, w)."""
        masked, unmasked = self.first
        x: Tensor = masked(embedded, y)
        read = unmasked(embedded, y)  # by the right one
        for left, right in zip(self.left, self.right, strict=True):
            walked = right(read.flip(3), y).flip(3)
            x = read = x + left(x, y) + F.pad(walked, (0, 0, 1, -1))
        return x

    def cache(self, y: Tensor) -> DiagonalCache:
        """See `protocol.Stack`."""
        left = [LeftAlongRow(net, y, self.width) for net in self.left]
        right = [RightAlongRow(net, y, self.width) for net in self.right]
        return DiagonalCache([c.along(y, self.width) for c in self.first], left, right)
