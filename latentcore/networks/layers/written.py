"""A network written out as two arrays, so that something that is not PyTorch can run it.

    layers (L, 11)   kind, in, out, kernel, stride, padding, output padding (two numbers each)
    weights (P,)     of the layers in that order, each its weight as PyTorch lays it out, then bias

Kinds: a linear map (of everything flattened), SiLU, a convolution, a transposed convolution, and
KEEP ... ADD, between which lies the branch f of a residual block x + f(x).

    Linear(2, 8), SiLU, Linear(8, 64)      ->  [LINEAR 2 8 ...] [SILU ...] [LINEAR 8 64 ...]
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from latentcore.networks.layers.residual import Residual

LINEAR, SILU, CONVOLUTION, TRANSPOSED, KEEP, ADD = range(6)
Row = tuple[int, ...]
PLAIN = (1, 1, 1, 1, 0, 0, 0, 0)  # kernel, stride, padding, output padding of what has none


def written(network: nn.Module) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Layers (L, 11) and weights (P,) of a network.  Raises TypeError for a layer of no kind."""
    found = list(_layers(network))
    weights = [tensor.detach().float().cpu().flatten() for _, own in found for tensor in own]
    flat = torch.cat(weights).numpy() if weights else np.empty(0, np.float32)
    return np.array([row for row, _ in found], np.int32), flat


def _layers(module: nn.Module) -> Iterator[tuple[Row, tuple[torch.Tensor, ...]]]:
    if isinstance(module, nn.Linear):
        yield (LINEAR, module.in_features, module.out_features, *PLAIN), _own(module)
    elif isinstance(module, nn.SiLU):
        yield (SILU, 0, 0, *PLAIN), ()
    elif isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
        yield _convolution(module), _own(module)
    elif isinstance(module, Residual):
        yield (KEEP, 0, 0, *PLAIN), ()
        yield from _layers(nn.Sequential(nn.SiLU(), module.wide, nn.SiLU(), module.point))
        yield (ADD, 0, 0, *PLAIN), ()
    elif isinstance(module, nn.Sequential):
        for part in module:
            yield from _layers(part)
    else:
        raise TypeError(f"a {type(module).__name__} cannot be written out as one of the layers")


def _convolution(module: nn.Conv2d | nn.ConvTranspose2d) -> Row:
    after = (0, 0) if isinstance(module, nn.Conv2d) else module.output_padding
    kind = CONVOLUTION if isinstance(module, nn.Conv2d) else TRANSPOSED
    sizes: list[Any] = [*module.kernel_size, *module.stride, *module.padding, *after]
    return (kind, module.in_channels, module.out_channels, *(int(size) for size in sizes))


def _own(module: nn.Linear | nn.Conv2d | nn.ConvTranspose2d) -> tuple[torch.Tensor, ...]:
    assert module.bias is not None
    return module.weight, module.bias
