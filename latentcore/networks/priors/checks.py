"""What callers hand over, checked: shapes always, values where looking does not stop a GPU."""

import torch
from torch import Tensor

from latentcore.networks.priors.settings import PriorSettings


def within(values: Tensor, count: int, name: str) -> None:
    """Whole numbers 0..count-1."""
    if values.dtype != torch.int64:
        raise TypeError(f"{name} must hold whole numbers (torch.int64), got {values.dtype}")
    if values.device.type == "cpu" and values.numel():
        low, high = (int(v) for v in values.aminmax())
        if low < 0 or high >= count:
            raise ValueError(
                f"{name} holds numbers from {low} to {high}; this prior knows 0..{count - 1}"
            )


def maps(index: Tensor, s: PriorSettings) -> Tensor:
    """Codes (B, h, w), or (B, C, h, w) of several channels -> (B, C, h, w)."""
    codes = _shaped(index, s)
    within(codes, s.codes, "the map")
    return codes


def _shaped(index: Tensor, s: PriorSettings) -> Tensor:
    wanted = s.grid if s.channels == 1 else (s.channels, *s.grid)
    if tuple(index.shape[1:]) != wanted:
        raise ValueError(
            f"codes of shape {tuple(index.shape)} do not fit this prior, which wants "
            f"{('B', *wanted)}: build it with the grid and channels of the codes"
        )
    return index.unsqueeze(1) if s.channels == 1 else index


def labels(y: Tensor | None, n: int, s: PriorSettings, device: torch.device) -> Tensor:
    """Classes (n,), all 0 for an unconditional prior."""
    if s.classes == 0:
        if y is not None:
            raise ValueError("this prior has no classes: leave y out, or build it with classes")
        return torch.zeros(n, dtype=torch.int64, device=device)
    if y is None:
        raise ValueError(f"this prior is conditional on {s.classes} classes: give y, one a sample")
    if tuple(y.shape) != (n,):
        raise ValueError(f"y must hold one class for each of {n} samples, got {tuple(y.shape)}")
    within(y, s.classes, "y")
    return y


def completion(
    n: int, given: Tensor | None, known: Tensor | None, s: PriorSettings
) -> tuple[Tensor, Tensor] | None:
    """Codes in raster order (N, C, n), 0 where unknown, and the mask (N, n); None for no codes."""
    if n < 1:
        raise ValueError(f"n is how many maps to draw, 1 or more, got {n}")
    if given is None and known is None:
        return None
    if given is None or known is None:
        raise ValueError("completing needs both: the given codes, and a mask of those known")
    if known.dtype != torch.bool or tuple(known.shape) not in (s.grid, (n, *s.grid)):
        raise ValueError(
            f"known must be a mask (torch.bool) of shape {s.grid} or {(n, *s.grid)}, "
            f"got {known.dtype} of shape {tuple(known.shape)}"
        )
    codes = _shaped(given, s)
    if len(codes) != n:
        raise ValueError(f"{n} maps were asked for, but {len(codes)} are given: make them equal")
    mask = known.expand(n, *s.grid)
    codes = codes.masked_fill(~mask[:, None], 0)
    within(codes, s.codes, "the given map")
    return codes.flatten(2).permute(2, 1, 0), mask.flatten(1).T
