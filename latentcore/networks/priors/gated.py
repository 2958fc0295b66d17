"""Gated PixelCNN: a vertical and a horizontal stack, so that nothing of the past is unseen [1].

    vertical: rows above only       horizontal: the line on the left
      v v v v v v v                   . . . . . . .
      v v v v v v v                   . . . . . . .
      v v v v v v v                   . . . . . . .
      . . . x . . .                   h h h x . . .

Both are gated: g takes tanh of one half of its channels times sigmoid of the other.  V, W, P and R
are convolutions, c and d the biases of the class:

    v_l = g(a_l),    a_l = V_l * v_{l-1} + c_l[y]             V: k // 2 + 1 rows of k
    h_l = h_{l-1} + R_l g(W_l * h_{l-1} + P_l a_l + d_l[y])   W: k // 2 + 1 columns; P, R: 1 x 1

The past is cut off once, in the first layer: V_1 covers the k // 2 rows strictly above, W_1 the
k // 2 columns strictly on the left (mask A).  From then on v at a row knows the rows above only, so
own rows and columns may be read, and v feeds h in the same row without another shift.

[1] A. van den Oord and others, Conditional image generation with PixelCNN decoders, 2016.
"""

from functools import partial

import torch
import torch.nn.functional as F
from torch import Generator, Tensor, nn

from latentcore.networks.priors.line import Line, Rows, matrix
from latentcore.networks.priors.settings import PriorSettings
from latentcore.networks.priors.weights import bias, layers, weight

GAIN = 1.5  # what the gates take away


def gate(x: Tensor) -> Tensor:
    """tanh of the first half of the channels times sigmoid of the second: (B, 2H, ...)."""
    a, b = x.chunk(2, 1)
    return torch.tanh(a) * torch.sigmoid(b)


class GatedLayer(nn.Module):
    """(v, h) -> (v, h); the first layer takes embeddings for both, and cuts off the future."""

    def __init__(self, s: PriorSettings, generator: Generator, first: bool) -> None:
        super().__init__()
        kernel, h = s.first if first else s.kernel, s.hidden
        self.reach, self.own = kernel // 2, int(not first)
        rows = taps = self.reach + self.own
        draw = partial(weight, generator=generator)
        self.vertical = draw(2 * h, h, rows, kernel, inputs=rows * kernel * h, gain=GAIN)
        self.horizontal = draw(2 * h, h, 1, taps, inputs=taps * h, gain=GAIN)
        self.link = draw(2 * h, 2 * h, 1, 1, inputs=2 * h)
        self.out = draw(h, h, 1, 1, inputs=h)
        self.v_bias, self.h_bias = (bias(s.classes, 2 * h, generator) for _ in range(2))

    def forward(self, v: Tensor, h: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """Two maps (B, hidden, h, w) and classes (B,) -> two maps."""
        p, past = self.reach, self.own - 1  # past = -1 drops the last row and column
        a = F.conv2d(F.pad(v, (p, p, p, past)), self.vertical) + self.v_bias[y][:, :, None, None]
        b = F.conv2d(F.pad(h, (p, past)), self.horizontal) + F.conv2d(a, self.link)
        new = F.conv2d(gate(b + self.h_bias[y][:, :, None, None]), self.out)
        return gate(a), h + new if self.own else new


class Gated(nn.Module):
    """See `protocol.Stack`."""

    def __init__(self, s: PriorSettings, generator: Generator) -> None:
        super().__init__()
        self.width = s.grid[1]
        self.layers = layers(GatedLayer(s, generator, first=i == 0) for i in range(s.layers + 1))

    def forward(self, embedded: Tensor, y: Tensor) -> Tensor:
        """(B, hidden, h, w), (B,) -> (B, hidden, h, w)."""
        v = h = embedded
        for layer in self.layers:
            v, h = layer(v, h, y)
        return h

    def cache(self, y: Tensor) -> "GatedCache":
        """See `protocol.Stack`."""
        return GatedCache(self, y)


class GatedCache:
    """See `protocol.Cache`: vertical sums once a row, horizontal ones once a position."""

    def __init__(self, net: Gated, y: Tensor) -> None:
        self.layers = [GatedAlongRow(layer, y, net.width) for layer in net.layers]

    def step(self, row: int, column: int, before: Tensor | None) -> Tensor:
        """See `protocol.Cache`."""
        first, *others = self.layers
        if before is not None:
            first.line.slots[column - 1].copy_(before)  # -1 is the last column of the full row
        if column == 0:
            if row > 0:
                first.seen.push(first.line.row())
            v = first.turn()
            for layer in others:
                layer.seen.push(v)
                v = layer.turn()
        h = torch.mm(first.step(column), first.out)
        for layer in others:
            layer.line.slots[column].copy_(h)
            h = torch.addmm(h, layer.step(column), layer.out)
        return h


class GatedAlongRow:
    """One layer while sampling; `seen` is what its vertical stack reads."""

    def __init__(self, layer: GatedLayer, y: Tensor, width: int) -> None:
        self.v_bias, self.h_bias = (b[y].repeat(width, 1) for b in (layer.v_bias, layer.h_bias))
        hidden, rows = len(layer.out), layer.vertical.shape[2]
        like = self.h_bias[: len(y)]
        self.seen = Rows(like, (rows, width, hidden), layer.reach)
        self.line = Line(like, hidden, width, layer.reach)
        self.windows = self.line.windows(layer.reach + layer.own)
        self.vertical, self.horizontal, self.link, self.out = map(
            matrix, (layer.vertical, layer.horizontal, layer.link, layer.out)
        )
        self.sums = torch.empty_like(self.h_bias)
        self.rows = self.sums.view(width, *like.shape).unbind(0)
        self.gates = torch.empty_like(like)
        self.halves = self.gates.chunk(2, 1)

    def turn(self) -> Tensor:
        """Begin a row: the vertical sums for all columns, and what the next layer sees of them."""
        a = torch.addmm(self.v_bias, self.seen.windows(), self.vertical)  # w B, 2H
        torch.addmm(self.h_bias, a, self.link, out=self.sums)
        return gate(a).view(len(self.rows), -1, a.shape[1] // 2)

    def step(self, column: int) -> Tensor:
        """The gated sum (B, H) at a column, before `out`."""
        torch.addmm(self.rows[column], self.windows[column], self.horizontal, out=self.gates)
        a, b = self.halves
        return torch.tanh(a).mul_(b.sigmoid_())
