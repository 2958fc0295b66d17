"""What sampling remembers of one layer: the row it is in, and the rows above that matter."""

import torch
import torch.nn.functional as F
from torch import Tensor


class Line:
    """A layer's input along the current row: `slots[c]` (B, channels) is where column c is written.

    Zeros lie `reach` columns to the left, as a convolution pads.  Slots and windows are views made
    once, because at this size making a view costs as much as using it.
    """

    def __init__(self, like: Tensor, channels: int, width: int, reach: int) -> None:
        self.reach, self.width, self.channels = reach, width, channels
        self.now = like.new_zeros(len(like), reach + width, channels)
        self.slots = list(self.now[:, reach:].unbind(1))

    def windows(self, taps: int) -> list[Tensor]:
        """For each column c the `taps` columns from c - reach on, side by side: (B, taps I)."""
        flat, size = self.now.flatten(1), self.channels
        return [flat[:, c * size : (c + taps) * size] for c in range(self.width)]

    def row(self) -> Tensor:
        """The row as a map without height: (B, channels, width)."""
        return self.now[:, self.reach :].transpose(1, 2)


class Rows:
    """The last rows of a map, `value` (B, channels, rows, width + 2 pad), zeros at first."""

    def __init__(self, like: Tensor, shape: tuple[int, int, int], pad: int) -> None:
        channels, rows, width = shape
        self.pad = pad
        self.value = like.new_zeros(len(like), channels, rows, width + 2 * pad)

    def push(self, row: Tensor) -> Tensor:
        """Add a row (B, channels, width) below, forget the topmost, and return the value."""
        padded = F.pad(row, (self.pad, self.pad))[:, :, None]
        self.value = torch.cat([self.value[:, :, 1:], padded], 2)
        return self.value
