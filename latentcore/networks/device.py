"""Where networks are trained, and in which arithmetic.

CUDA, else Apple's MPS, else the CPU; the environment variable LATENT_DEVICE overrides.  Products
in bfloat16 halve the time of a step where the hardware has them (every recent CUDA card; CPUs with
avx512_bf16) and are slower than float32 where it emulates them, so the hardware is asked.
Channels-last memory is 1.1 to 1.4 times as fast for small convolutions on CPUs, and what tensor
cores want on CUDA.
"""

import os
from contextlib import AbstractContextManager, nullcontext
from typing import TypeVar

import torch
from torch import Tensor, nn

Module = TypeVar("Module", bound=nn.Module)


def choose() -> torch.device:
    """The device of LATENT_DEVICE, else the best there is.

    Raises ValueError if LATENT_DEVICE is not a device of this computer; it names those that are.
    """
    there = available()
    wanted = os.environ.get("LATENT_DEVICE", "").strip().lower()
    if not wanted:
        return torch.device(there[0])
    if wanted.split(":")[0] not in there or not _exists(wanted):
        raise ValueError(
            f"LATENT_DEVICE={wanted} is not a device of this computer, which has "
            f"{', '.join(there)}. Choose one of these, or leave it unset for {there[0]}"
        )
    return torch.device(wanted)


def available() -> list[str]:
    """The kinds of device of this computer, best first; "cpu" is always the last."""
    found = [("cuda", torch.cuda.is_available()), ("mps", torch.backends.mps.is_available())]
    return [name for name, there in found if there] + ["cpu"]


def _exists(name: str) -> bool:
    """Whether the device can be named with this number."""
    try:
        number = torch.device(name).index or 0
    except RuntimeError:  # cuda:first
        return False
    return number < (torch.cuda.device_count() if name.startswith("cuda") else 1)


def has_bfloat16(device: torch.device) -> bool:
    """Whether the hardware multiplies in bfloat16, so that autocast pays."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    if device.type == "cpu":
        return bool(torch.cpu.get_capabilities().get("avx512_bf16", False))
    return False


def autocast(
    device: torch.device, wanted: bool | None = None
) -> AbstractContextManager[object, bool | None]:
    """Convolutions and products in bfloat16: None where it pays, True always, False never.

    Only the network's layers belong inside; losses and counts stay float32.  Raises ValueError
    if it is asked for (True) and the hardware lacks it.
    """
    there = has_bfloat16(device)
    if wanted and not there:
        raise ValueError(
            f"this {device.type} has no bfloat16 arithmetic (a CPU needs avx512_bf16, a GPU CUDA). "
            "Leave the choice to the hardware (None) or train in float32 (False)"
        )
    if there and wanted is not False:
        return torch.autocast(device.type, torch.bfloat16)
    return nullcontext()


def place(module: Module, device: torch.device) -> Module:
    """The module moved to the device, convolutions laid out as they are fastest there."""
    return module.to(device, memory_format=_layout(device))  # type: ignore[call-overload,no-any-return]


def place_images(x: Tensor, device: torch.device) -> Tensor:
    """Samples moved to the device; images (B, C, H, W) in the layout of the module's weights."""
    layout = _layout(device) if x.dim() == 4 else torch.contiguous_format
    return x.to(device, memory_format=layout, non_blocking=True)


def _layout(device: torch.device) -> torch.memory_format:
    return torch.contiguous_format if device.type == "mps" else torch.channels_last
