"""The Diagonal BiLSTM while sampling.

The left LSTM takes one step a position.  The right one walks a row from its end, so it takes its
steps once the row is full; moved down one row, that is just when they are needed.
"""

import torch
from torch import Tensor

from latentcore.networks.priors.causal import AlongRow
from latentcore.networks.priors.diagonal_lstm import DiagonalLSTM
from latentcore.networks.priors.lstm import cell


class DiagonalCache:
    """See `protocol.Cache`.  `first` are the convolutions with masks A and B."""

    def __init__(
        self, first: list[AlongRow], left: list["LeftAlongRow"], right: list["RightAlongRow"]
    ) -> None:
        self.first, self.left, self.right = first, left, right

    def step(self, row: int, column: int, before: Tensor | None) -> Tensor:
        """See `protocol.Cache`."""
        if before is not None:
            for conv in self.first:
                conv.line.slots[column - 1].copy_(before)  # -1: the last column of the full row
        if column == 0 and row > 0:
            self.turn()
        x = self.first[0].step(column)
        for left, right in zip(self.left, self.right, strict=True):
            x = left.step(column, x).add_(x).add_(right.down[column])
        return x

    def turn(self) -> None:
        """The row is full: the right LSTMs walk it, and all others begin the next one."""
        masked, unmasked = self.first
        full = torch.stack([unmasked.step(c) for c in range(unmasked.line.width)])  # w B H
        for conv in self.first:
            conv.turn()
        for number, (left, right) in enumerate(zip(self.left, self.right, strict=True)):
            right.turn(left.input if number else full)
            left.turn()


class LeftAlongRow:
    """A DiagonalLSTM, position after position; `input` (w, B, H) keeps what it read in this row."""

    def __init__(self, net: DiagonalLSTM, y: Tensor, width: int) -> None:
        self.net, self.bias = net, net.bias[y]
        self.matrix = torch.cat([net.input, net.beside], 1).T.contiguous()  # 2H 4H
        hidden = net.input.shape[1]
        self.input = self.bias.new_zeros(width, len(y), hidden)
        self.h = torch.zeros_like(self.input)  # of this row up to here, of the row above beyond
        self.zero = torch.zeros_like(self.h[0])
        self.c = self.zero
        self.rows = self.bias.repeat(width, 1, 1)

    def turn(self) -> None:
        """What the states of the full row add to the next one."""
        torch.add(self.h @ self.net.above.T, self.bias, out=self.rows)

    def step(self, column: int, x: Tensor) -> Tensor:
        """The new h (B, H) at a column for its input x (B, H)."""
        self.input[column] = x
        h, c = (self.h[column - 1], self.c) if column else (self.zero, self.zero)
        sums = torch.addmm(self.rows[column], torch.cat([x, h], 1), self.matrix)
        h, self.c = cell(sums, c)
        self.h[column] = h
        return h


class RightAlongRow:
    """A mirrored DiagonalLSTM, row after row; `down` (w, B, H) is what the next row sees of it."""

    def __init__(self, net: DiagonalLSTM, y: Tensor, width: int) -> None:
        self.net, self.bias = net, net.bias[y]
        self.down = self.bias.new_zeros(width, len(y), net.input.shape[1])

    def turn(self, x: Tensor) -> None:
        """Walk a full row (w, B, H) from its end."""
        sums = x @ self.net.input.T + self.down @ self.net.above.T + self.bias
        h = c = torch.zeros_like(self.down[0])
        for column in reversed(range(len(x))):
            h, c = cell(torch.addmm(sums[column], h, self.net.beside.T), c)
            self.down[column] = h
