"""A network with its own weights for every position, masked to the past: MADE on slots [1].

Slots of a table's code are not pixels: nothing moves from one to the next, so no weight is
shared between positions.  Every position has `hidden` units a layer, and a weight leads from a
unit at j to one at i only if j comes before i (first layer), or not after it (those that follow):

         first             others
      j = 1 2 3 4        j = 1 2 3 4
    i=1   . . . .      i=1   # . . .
    i=2   # . . .      i=2   # # . .
    i=3   # # . .      i=3   # # # .
    i=4   # # # .      i=4   # # # #

    x_0 = M_0 e,   x_l = x_{l-1} + M_l relu(x_{l-1})

Weights grow with the square of the number of positions: meant for tens of them, at most.

[1] M. Germain, K. Gregor, I. Murray, H. Larochelle, MADE: masked autoencoder for distribution
    estimation, 2015 (with units assigned to positions in order instead of by chance).
"""

import torch
import torch.nn.functional as F
from torch import Generator, Tensor, nn

from latentcore.networks.priors.settings import PriorSettings
from latentcore.networks.priors.weights import bias, layers, weight

LARGEST = 4096  # units a layer; 16 million weights


class MaskedLayer(nn.Module):
    """(B, N H), classes (B,) -> (B, N H), block triangular."""

    def __init__(self, s: PriorSettings, generator: Generator, own: bool) -> None:
        super().__init__()
        units, h, own_units = s.positions * s.hidden, s.hidden, s.hidden * int(own)
        past = torch.arange(s.positions).repeat_interleave(h) * h + own_units  # inputs of a unit
        self.weight = weight(units, units, inputs=1, generator=generator)
        with torch.no_grad():
            self.weight.div_(past.clamp(min=1).sqrt()[:, None])
        self.bias = bias(s.classes, units, generator)
        self.mask: Tensor
        self.register_buffer("mask", torch.arange(units) < past[:, None], persistent=False)

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """One product with the masked matrix."""
        return F.linear(x, self.weight * self.mask) + self.bias[y]


class Masked(nn.Module):
    """See `protocol.Stack`."""

    def __init__(self, s: PriorSettings, generator: Generator) -> None:
        super().__init__()
        if s.positions * s.hidden > LARGEST:
            raise ValueError(
                f"a grid of {s.grid} with {s.hidden} hidden units at every position makes "
                f"{s.positions * s.hidden} units a layer, more than {LARGEST}: this network is for "
                "a few slots. Lower hidden, or take a network that shares its weights (gated)"
            )
        self.grid, self.hidden = s.grid, s.hidden
        self.layers = layers(MaskedLayer(s, generator, own=i > 0) for i in range(s.layers + 1))

    def forward(self, embedded: Tensor, y: Tensor) -> Tensor:
        """(B, hidden, h, w), (B,) -> (B, hidden, h, w)."""
        first, *others = self.layers
        x: Tensor = first(embedded.flatten(2).transpose(1, 2).flatten(1), y)
        for layer in others:
            x = x + layer(F.relu(x), y)
        return x.view(-1, *self.grid, self.hidden).permute(0, 3, 1, 2)

    def cache(self, y: Tensor) -> "MaskedCache":
        """See `protocol.Stack`."""
        return MaskedCache(self, y)


class MaskedCache:
    """See `protocol.Cache`: every layer's input so far, times the rows of one position."""

    def __init__(self, net: Masked, y: Tensor) -> None:
        self.hidden, self.width = net.hidden, net.grid[1]
        self.weights = [layer.weight for layer in net.layers]
        self.biases = [layer.bias[y] for layer in net.layers]
        self.inputs = [torch.zeros_like(b) for b in self.biases]

    def step(self, row: int, column: int, before: Tensor | None) -> Tensor:
        """See `protocol.Cache`."""
        begin = (row * self.width + column) * self.hidden
        end = begin + self.hidden
        if before is not None:
            self.inputs[0][:, begin - self.hidden : begin] = before
        x = self.sums(0, begin, end, begin)
        for number in range(1, len(self.weights)):
            torch.clamp_min(x, 0, out=self.inputs[number][:, begin:end])
            x = x + self.sums(number, begin, end, end)
        return x

    def sums(self, number: int, begin: int, end: int, past: int) -> Tensor:
        """Sums (B, hidden) of the units begin..end of a layer over its first `past` inputs."""
        weight = self.weights[number][begin:end, :past]
        return torch.addmm(
            self.biases[number][:, begin:end], self.inputs[number][:, :past], weight.T
        )
