"""Weights drawn from a generator, so that building a network leaves the global one alone."""

from collections.abc import Iterable
from typing import TypeVar, cast

import torch
from torch import Generator, nn

Layer = TypeVar("Layer", bound=nn.Module)


def weight(*shape: int, inputs: int, generator: Generator, gain: float = 1.0) -> nn.Parameter:
    """Uniform with standard deviation gain / sqrt(inputs), `inputs` being what one output sums."""
    limit = gain * (3 / max(inputs, 1)) ** 0.5
    return nn.Parameter(torch.empty(shape).uniform_(-limit, limit, generator=generator))


def bias(classes: int, width: int, generator: Generator) -> nn.Parameter:
    """One bias a class, (max(classes, 1), width): an unconditional network has a single class.

    Not 0, because at the first position there is nothing else, and a rectified unit at 0 would
    never learn what its class is.
    """
    return weight(max(classes, 1), width, inputs=10, generator=generator)


def layers(each: Iterable[Layer]) -> list[Layer]:
    """An `nn.ModuleList`, called a list of what it holds so that types are checked."""
    return cast(list[Layer], nn.ModuleList(each))
