"""What sampling remembers of one layer: the row it is in, and the rows above that matter.

A convolution at one place is a product of the numbers in its window with a matrix; here are the
windows, and the kernel as that matrix.
"""

from torch import Tensor


def matrix(kernel: Tensor) -> Tensor:
    """A kernel (O, I, rows, columns) as (rows columns I, O), in the order of the windows below."""
    return kernel.permute(2, 3, 1, 0).flatten(0, 2).contiguous()


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
        """The whole row: (w, B, channels)."""
        return self.now[:, self.reach :].transpose(0, 1)


class Rows:
    """The last rows of a map, (rows, w, B, channels), zeros at first, `reach` more on each side."""

    def __init__(self, like: Tensor, shape: tuple[int, int, int], reach: int) -> None:
        rows, width, channels = shape
        self.reach = reach
        self.now = like.new_zeros(rows, width + 2 * reach, len(like), channels)

    def push(self, row: Tensor) -> None:
        """Add a row (w, B, channels) below, and forget the topmost."""
        if len(self.now) > 1:
            self.now[:-1] = self.now[1:].clone()
        self.now[-1, self.reach : self.reach + len(row)] = row

    def windows(self) -> Tensor:
        """For each column of each map, all rows and the columns in reach: (w B, rows columns I)."""
        each = self.now.unfold(1, 2 * self.reach + 1, 1)  # rows w B I columns
        return each.permute(1, 2, 0, 4, 3).flatten(2).flatten(0, 1)
