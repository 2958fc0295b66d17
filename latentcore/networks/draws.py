"""Random numbers from an explicit generator, wherever the generator and the samples live.

A generator of the CPU gives the same numbers on every device; one of the samples' own device
spares the copy.
"""

from collections.abc import Sequence

import torch
from torch import Tensor


def seeded(seed: int, device: torch.device | str = "cpu") -> torch.Generator:
    """A generator of its own; neither reads nor moves the global one."""
    return torch.Generator(device).manual_seed(seed)


def normal(shape: Sequence[int], like: Tensor, generator: torch.Generator) -> Tensor:
    """Standard normal noise of the given shape, in the type and on the device of `like`."""
    drawn = torch.randn(shape, generator=generator, device=generator.device, dtype=like.dtype)
    return drawn.to(like.device, non_blocking=True)


def uniform(shape: Sequence[int], like: Tensor, generator: torch.Generator) -> Tensor:
    """Uniform noise in [0, 1) of the given shape, in the type and on the device of `like`."""
    drawn = torch.rand(shape, generator=generator, device=generator.device, dtype=like.dtype)
    return drawn.to(like.device, non_blocking=True)


def categorical(prob: Tensor, generator: torch.Generator) -> Tensor:
    """One draw along axis 1, by inverting the distribution function: (B, L, ...) -> (B, ...)."""
    below = prob.cumsum(1)
    total = below[:, -1:]  # 1 up to rounding, which must not push a draw past the last level
    u = uniform(total.shape, prob, generator)
    return (below[:, :-1] <= u * total).sum(1)
