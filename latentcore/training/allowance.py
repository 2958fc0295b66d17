"""A limit on the tensors that a piece of code may make.

Settings that come from a file can describe a model of any size.  Under an allowance every
tensor that is made from nothing (`torch.empty`, `torch.zeros`, ...) is measured first, on a device
without memory, and the one that passes the limit is not made.
"""

from collections.abc import Callable, Iterable
from typing import Any

from torch.overrides import TorchFunctionMode
from torch.utils._device import _device_constructors

LEAST = 4096  # bytes that a tensor and the module around it cost, however small


class Exceeded(MemoryError):
    """More was asked for than was allowed."""


class Allowance(TorchFunctionMode):
    """Inside `with Allowance(size):` at most `size` bytes of new tensors; then Exceeded."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.left = size

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Iterable[type],  # noqa: ARG002 (PyTorch's shape)
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:  # noqa: ANN401
        kwargs = kwargs or {}
        if func in _device_constructors():
            bare = {k: v for k, v in kwargs.items() if k not in ("generator", "pin_memory", "out")}
            probe = func(*args, **{**bare, "device": "meta"})
            self.left -= max(probe.numel() * probe.element_size(), LEAST)
            if self.left < 0:
                raise Exceeded(f"a tensor of shape {tuple(probe.shape)} passes the limit")
        return func(*args, **kwargs)
