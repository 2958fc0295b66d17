"""Weights drawn from an explicit generator, so that one seed gives one network.

PyTorch's layers fill themselves from the global generator as they are built: two models built at
once in two threads would disturb each other.  Here a layer is made empty and filled with uniform
numbers of variance gain^2 / fan_in [1], which keeps the size of activations from layer to layer;
biases start at zero.

[1] K. He et al., Delving deep into rectifiers, 2015.
"""

from math import sqrt
from typing import Any, TypeVar

import torch
from torch import nn

Layer = TypeVar("Layer", bound=nn.Module)

HIDDEN = sqrt(2)  # gain before a SiLU, which passes on about half of the variance
LINEAR = 1.0  # gain of an output


def layer(
    kind: type[Layer],
    *sizes: int,
    generator: torch.Generator,
    gain: float = LINEAR,
    fan: float | None = None,
    **options: Any,  # noqa: ANN401 (whatever the layer takes)
) -> Layer:
    """A Linear, Conv2d, ConvTranspose2d or one of their subclasses, filled from the generator."""
    made: Layer = nn.utils.skip_init(kind, *sizes, **options)  # type: ignore[no-untyped-call]
    return fill(made, generator, gain, fan)


def fill(
    module: Layer, generator: torch.Generator, gain: float = LINEAR, fan: float | None = None
) -> Layer:
    """Fill one layer in place.  `fan` counts the inputs of one output; None: by its shape."""
    weight, bias = module.weight, module.bias
    assert isinstance(weight, torch.Tensor)
    bound = gain * sqrt(3 / (fan or _fan(module)))
    with torch.no_grad():
        weight.uniform_(-bound, bound, generator=generator)
        if isinstance(bias, torch.Tensor):
            bias.zero_()
    return module


def _fan(module: nn.Module) -> float:
    """Inputs that one output sums over."""
    weight = module.weight
    assert isinstance(weight, torch.Tensor)
    if isinstance(module, nn.ConvTranspose2d):
        height, width = module.stride
        return weight.shape[0] * weight[0, 0].numel() / (height * width)
    return weight[0].numel()
