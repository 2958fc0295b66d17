"""Fully connected encoders and decoders, for vectors and for images taken as vectors."""

from collections.abc import Sequence
from itertools import pairwise
from math import prod

import torch
from torch import Tensor, nn

from latentcore.networks.layers.weights import HIDDEN, LINEAR, layer


def mlp(sizes: Sequence[int], generator: torch.Generator) -> nn.Sequential:
    """Linear layers of these sizes with a SiLU between them; two sizes are one linear map."""
    layers: list[nn.Module] = []
    for number, (inside, outside) in enumerate(pairwise(sizes), start=2):
        gain = LINEAR if number == len(sizes) else HIDDEN
        layers += [layer(nn.Linear, inside, outside, generator=generator, gain=gain), nn.SiLU()]
    return nn.Sequential(*layers[:-1])


class DenseEncoder(nn.Module):
    """Samples of any shape to vectors: (B, *shape) -> (B, out).  No hidden layer: a linear map."""

    def __init__(
        self, shape: Sequence[int], hidden: Sequence[int], out: int, generator: torch.Generator
    ) -> None:
        super().__init__()
        self.net = mlp([prod(shape), *hidden, out], generator)

    def forward(self, x: Tensor) -> Tensor:
        """See the class."""
        out: Tensor = self.net(x.flatten(1))
        return out


class DenseDecoder(nn.Module):
    """Vectors to samples of any shape: (B, inside) -> (B, *shape)."""

    def __init__(
        self, inside: int, hidden: Sequence[int], shape: Sequence[int], generator: torch.Generator
    ) -> None:
        super().__init__()
        self.shape = tuple(shape)
        self.net = mlp([inside, *hidden, prod(shape)], generator)

    def forward(self, z: Tensor) -> Tensor:
        """See the class."""
        out: Tensor = self.net(z.flatten(1))
        return out.reshape(len(z), *self.shape)
