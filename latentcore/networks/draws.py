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


def choices(weight: Tensor, draws: int, generator: torch.Generator) -> Tensor:
    """Several draws per row, with replacement, proportional to weights: (..., L) -> (..., draws).

    By inverting the distribution function, in float64 so that small weights of many are not lost.
    """
    exact = weight if weight.device.type == "mps" else weight.double()
    below = exact.cumsum(-1)
    u = uniform((*weight.shape[:-1], draws), below, generator) * below[..., -1:]
    return torch.searchsorted(below, u, right=True).clamp(max=weight.shape[-1] - 1)


def permutation(n: int, like: Tensor, generator: torch.Generator) -> Tensor:
    """The numbers 0..n-1 in random order, on the device of `like`: (n,)."""
    drawn = torch.randperm(n, generator=generator, device=generator.device)
    return drawn.to(like.device, non_blocking=True)
