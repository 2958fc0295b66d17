"""A convolution that sees only what comes before: masks A and B [1].

A kernel of width k covers k // 2 rows above its own row and k // 2 columns on the left:

    mask A              mask B
      # # # # #           # # # # #       above: k // 2 rows of k
      # # # # #           # # # # #
      # # . . .           # # # . .       left: k // 2, and the centre itself in B
      . . . . .           . . . . .
      . . . . .           . . . . .

The first layer has A, since an embedding must not see itself; features have not seen their own
code, so every layer after it has B.  Weights exist only at #: what is not there cannot leak, and
no mask is multiplied or forgotten.

The sum over # splits into the rows above, which are complete before a row is begun, and the line
on the left; sampling computes the former once a row and only the latter once a position.

[1] A. van den Oord, N. Kalchbrenner, K. Kavukcuoglu, Pixel recurrent neural networks, 2016.
"""

from functools import partial

import torch
import torch.nn.functional as F
from torch import Generator, Tensor, nn

from latentcore.networks.priors.line import Line, Rows, matrix
from latentcore.networks.priors.weights import bias, weight


class CausalConv(nn.Module):
    """(B, width_in, h, w), classes (B,) -> (B, width_out, h, w)."""

    def __init__(
        self, sizes: tuple[int, int, int], mask: str, classes: int, generator: Generator
    ) -> None:
        super().__init__()
        width_in, width_out, kernel = sizes
        self.reach, self.centre = kernel // 2, int(mask == "B")
        taps = self.reach * kernel + self.reach + self.centre
        draw = partial(weight, inputs=taps * width_in, generator=generator)
        self.above = draw(width_out, width_in, self.reach, kernel)
        self.left = draw(width_out, width_in, 1, self.reach + self.centre)
        self.bias = bias(classes, width_out, generator)

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """The rows above (padded on top, short of the last), plus the line on the left."""
        p = self.reach
        rows = F.conv2d(F.pad(x, (p, p, p, -1)), self.above)
        line = F.conv2d(F.pad(x, (p, self.centre - 1)), self.left)
        return rows + line + self.bias[y][:, :, None, None]

    def along(self, y: Tensor, width: int) -> "AlongRow":
        """The same sums, position after position."""
        return AlongRow(self, y, width)


class AlongRow:
    """A causal convolution while sampling: write what it reads, then ask for its output."""

    def __init__(self, conv: CausalConv, y: Tensor, width: int) -> None:
        bias = conv.bias[y]
        channels = conv.left.shape[1]
        self.above = Rows(bias, (conv.reach, width, channels), conv.reach)
        self.line = Line(bias, channels, width, conv.reach)
        self.windows = self.line.windows(conv.reach + conv.centre)
        self.above_matrix, self.left_matrix = matrix(conv.above), matrix(conv.left)
        self.bias = bias.repeat(width, 1)  # w B, O
        self.sums = self.bias.clone()  # nothing is above the first row
        self.rows = self.sums.view(width, *bias.shape).unbind(0)

    def turn(self) -> None:
        """The row is full: begin the next one."""
        self.above.push(self.line.row())
        torch.addmm(self.bias, self.above.windows(), self.above_matrix, out=self.sums)

    def step(self, column: int) -> Tensor:
        """Output (B, O) at a column of the current row."""
        return torch.addmm(self.rows[column], self.windows[column], self.left_matrix)
