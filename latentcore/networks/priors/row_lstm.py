"""Row LSTM of PixelRNN: the image from the top, a whole row at a time [1].

    s(r, c) = S * h(r-1, c-1..c+1) + I * x(r, c-1..c) + d[y]        for a kernel of 3
    h(r, c), c(r, c) = cell(s(r, c), c(r-1, c)),    x <- x + h

S is not masked, because the row above is past; I is (mask B), because its own row is not.  The
first x is a masked convolution A of the embeddings.  So the memory reaches the top, in a triangle
that a row widens by one column on each side; one layer sees

    # # # # # # # # # # .
    # # # # # # # # # . .
    . # # # # # # # . . .
    . . # # # # # . . . .
    . . . # # x . . . . .

[1] A. van den Oord, N. Kalchbrenner, K. Kavukcuoglu, Pixel recurrent neural networks, 2016.
"""

import torch
import torch.nn.functional as F
from torch import Generator, Tensor, nn

from latentcore.networks.priors.causal import CausalConv
from latentcore.networks.priors.line import Line, Rows, matrix
from latentcore.networks.priors.lstm import cell, lstm_bias
from latentcore.networks.priors.settings import PriorSettings
from latentcore.networks.priors.weights import layers, weight


class RowLSTMLayer(nn.Module):
    """(B, H, h, w), classes (B,) -> (B, H, h, w)."""

    def __init__(self, s: PriorSettings, generator: Generator) -> None:
        super().__init__()
        self.reach, h = s.kernel // 2, s.hidden
        taps = self.reach + 1
        inputs = (taps + s.kernel) * h
        self.input = weight(4 * h, h, 1, taps, inputs=inputs, generator=generator)
        self.state = weight(4 * h, h, 1, s.kernel, inputs=inputs, generator=generator)
        self.bias = lstm_bias(s.classes, h, generator)

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """The input's sums for all rows at once, the state's row after row."""
        sums = F.conv2d(F.pad(x, (self.reach, 0)), self.input) + self.bias[y][:, :, None, None]
        state, kernel, width = matrix(self.state), self.state.shape[3], x.shape[3]
        h = c = torch.zeros_like(x[:, :, 0]).transpose(1, 2)  # B w H
        rows = []
        for row in sums.permute(2, 0, 3, 1).contiguous().unbind(0):
            above = F.pad(h, (0, 0, self.reach, self.reach))
            window = torch.cat([above[:, j : j + width] for j in range(kernel)], 2)
            h, c = cell(row + window @ state, c)
            rows.append(h)
        return x + torch.stack(rows, 1).permute(0, 3, 1, 2)


class RowLSTM(nn.Module):
    """See `protocol.Stack`."""

    def __init__(self, s: PriorSettings, generator: Generator) -> None:
        super().__init__()
        self.width = s.grid[1]
        self.first = CausalConv((s.hidden, s.hidden, s.first), "A", s.classes, generator)
        self.layers = layers(RowLSTMLayer(s, generator) for _ in range(s.layers))

    def forward(self, embedded: Tensor, y: Tensor) -> Tensor:
        """(B, hidden, h, w), (B,) -> (B, hidden, h, w)."""
        x: Tensor = self.first(embedded, y)
        for layer in self.layers:
            x = layer(x, y)
        return x

    def cache(self, y: Tensor) -> "RowLSTMCache":
        """See `protocol.Stack`."""
        return RowLSTMCache(self, y)


class RowLSTMCache:
    """See `protocol.Cache`."""

    def __init__(self, net: RowLSTM, y: Tensor) -> None:
        self.first = net.first.along(y, net.width)
        self.layers = [RowLSTMAlongRow(layer, y, net.width) for layer in net.layers]

    def step(self, row: int, column: int, before: Tensor | None) -> Tensor:
        """See `protocol.Cache`."""
        if before is not None:
            self.first.line.slots[column - 1].copy_(before)  # -1: the last column of the full row
        if column == 0 and row > 0:
            self.first.turn()
            for layer in self.layers:
                layer.turn()
        x = self.first.step(column)
        for layer in self.layers:
            x = x.add_(layer.step(column, x))
        return x


class RowLSTMAlongRow:
    """One layer while sampling: carries h and c of the row above until they are replaced."""

    def __init__(self, layer: RowLSTMLayer, y: Tensor, width: int) -> None:
        bias, hidden = layer.bias[y], layer.input.shape[1]
        self.line = Line(bias, hidden, width, layer.reach)
        self.windows = self.line.windows(layer.reach + 1)
        self.input, self.state = matrix(layer.input), matrix(layer.state)
        self.above = Rows(bias, (1, width, hidden), layer.reach)
        self.h = bias.new_zeros(width, len(y), hidden)
        self.c = list(torch.zeros_like(self.h).unbind(0))
        self.bias = bias.repeat(width, 1)  # w B, 4H
        self.sums = self.bias.clone()
        self.rows = self.sums.view(width, *bias.shape).unbind(0)

    def turn(self) -> None:
        """The row is full: what its states add to the next one."""
        self.above.push(self.h)
        torch.addmm(self.bias, self.above.windows(), self.state, out=self.sums)

    def step(self, column: int, x: Tensor) -> Tensor:
        """The new h (B, H) at a column for its input x (B, H)."""
        self.line.slots[column].copy_(x)
        sums = torch.addmm(self.rows[column], self.windows[column], self.input)
        h, self.c[column] = cell(sums, self.c[column])
        self.h[column] = h
        return h
