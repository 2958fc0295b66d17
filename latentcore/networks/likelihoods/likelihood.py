"""What a decoder's output says of a sample: p(x | output).

The network puts out real numbers; a likelihood says how many it needs per channel, what they mean,
and how probable a sample is under them.  Samples follow one convention: integer tensors are levels
0..L-1 and stand for level / (L - 1) in [0, 1]; floating-point tensors are taken as they are.

A density may exceed 1 and depends on units; only a probability of discrete values is the length of
a code.  `discrete` says which one it is, so that nobody claims bits per dimension for a density.
"""

from abc import ABC, abstractmethod
from typing import ClassVar

import torch
from torch import Tensor, nn


class Likelihood(nn.Module, ABC):
    """A distribution of samples (B, C, H, W) or (B, D) given a decoder's output.

    `levels` is L where samples are whole numbers, None where they are real.
    """

    name: ClassVar[str]

    def __init__(self, levels: int | None) -> None:
        super().__init__()
        if levels is not None and levels < 2:
            raise ValueError(f"samples need at least two levels, got {levels}")
        self.levels = levels

    @property
    @abstractmethod
    def discrete(self) -> bool:
        """Whether `log_prob` is the log of a probability, so that bits are those of a code."""

    @abstractmethod
    def channels(self, data_channels: int) -> int:
        """How many channels the decoder puts out for data with this many."""

    @abstractmethod
    def log_prob(self, output: Tensor, x: Tensor) -> Tensor:
        """Nats per sample, summed over channels and pixels: (B, C', ...), (B, C, ...) -> (B,)."""

    @abstractmethod
    def mean(self, output: Tensor) -> Tensor:
        """Expected sample, scaled as floats are: (B, C', ...) -> (B, C, ...)."""

    @abstractmethod
    def sample(self, output: Tensor, generator: torch.Generator) -> Tensor:
        """A sample as `log_prob` takes it: levels (int64) if there are any, else floats."""

    def scaled(self, x: Tensor, dtype: torch.dtype = torch.float32) -> Tensor:
        """Samples as floats, which is what an encoder sees: levels are divided by L - 1."""
        return x.to(dtype) if x.is_floating_point() else x.to(dtype) / (self.whole() - 1)

    def whole(self) -> int:
        """The number of levels.  Raises TypeError if samples were said to be real numbers."""
        if self.levels is None:
            raise TypeError(
                f"a {self.name} likelihood got whole numbers without knowing how many levels there "
                "are. Say so (levels=256 for bytes), or pass floating-point samples"
            )
        return self.levels


def precise(output: Tensor) -> Tensor:
    """At least float32: a network may run in bfloat16, a sum of a thousand log terms may not."""
    return output if output.dtype == torch.float64 else output.float()


def per_sample(nats: Tensor) -> Tensor:
    """The sum over everything but the batch: (B, ...) -> (B,)."""
    return nats.flatten(1).sum(1)
