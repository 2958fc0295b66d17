"""An LSTM along the diagonals of a map, from its top left corner [1].

    s(r, c) = I x(r, c) + L h(r, c-1) + U h(r-1, c) + d[y]
    h(r, c), c(r, c) = cell(s(r, c), c(r, c-1))

Both states it needs lie on the diagonal before, so that a whole diagonal is one step.  On a map
whose row r is moved r columns to the right ("skewed"), a diagonal is a column:

    0 1 2         0 1 2 . .
    1 2 3         . 1 2 3 .
    2 3 4         . . 2 3 4

[1] A. van den Oord, N. Kalchbrenner, K. Kavukcuoglu, Pixel recurrent neural networks, 2016.
"""

import torch
import torch.nn.functional as F
from torch import Generator, Tensor, nn

from latentcore.networks.priors.lstm import cell, lstm_bias
from latentcore.networks.priors.settings import PriorSettings
from latentcore.networks.priors.weights import weight


def skew(x: Tensor) -> Tensor:
    """Move row r by r columns: (B, C, h, w) -> (B, C, h, w + h - 1), zeros elsewhere."""
    h, w = x.shape[2:]
    flat = F.pad(x, (0, h)).flatten(2)[:, :, : h * (w + h - 1)]
    return torch.unflatten(flat, 2, (h, w + h - 1))


def unskew(x: Tensor, w: int) -> Tensor:
    """(B, C, h, w + h - 1) -> (B, C, h, w)."""
    h = x.shape[2]
    return torch.unflatten(F.pad(x.flatten(2), (0, h)), 2, (h, w + h))[:, :, :, :w]


class DiagonalLSTM(nn.Module):
    """From the top left corner: (B, H, h, w), classes (B,) -> (B, H, h, w)."""

    def __init__(self, s: PriorSettings, generator: Generator) -> None:
        super().__init__()
        h = s.hidden
        self.input, self.beside, self.above = (
            weight(4 * h, h, inputs=3 * h, generator=generator) for _ in range(3)
        )
        self.bias = lstm_bias(s.classes, h, generator)

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """One diagonal after the other; left of the image all sums are 0, and so are h and c."""
        sums = F.conv2d(x, self.input[:, :, None, None]) + self.bias[y][:, :, None, None]
        state = torch.cat([self.above, self.beside], 1).T  # 2H 4H
        h = c = torch.zeros_like(x[:, :, :, 0]).transpose(1, 2)  # B h H
        diagonals = []
        for diagonal in skew(sums).permute(3, 0, 2, 1).contiguous().unbind(0):
            above = F.pad(h, (0, 0, 1, -1))
            h, c = cell(diagonal + torch.cat([above, h], 2) @ state, c)
            diagonals.append(h)
        return unskew(torch.stack(diagonals, 3).transpose(1, 2), x.shape[3])
