"""Convolutional encoder and decoder between images and a latent grid of any size.

Along each axis by itself, size s is halved (kernel 4, stride 2) while the half still covers the
grid and s is above 4; then residual blocks; then one convolution without padding whose kernel is
s - t + 1, which leaves exactly the t cells asked for.  The decoder is the mirror image.

    8 -> 4 in two ways    8 =2=> 4 -1-> 4            kernel 1: each cell has its own patch
    8 -> 1                8 =2=> 4 -4-> 1            kernel 4: the usual fully connected layer
    28 -> 7, 10 -> 3      28 => 14 => 7 -1-> 7       10 => 5 -3-> 3
    (8, 8) -> (1, 8)      (8, 8) => (4, 8) -> (1, 8)

Everything is static in shape, and no layer sees the batch as a whole, so that a loss per sample
does not depend on the batch size.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from latentcore.networks.layers.residual import residuals
from latentcore.networks.layers.weights import HIDDEN, LINEAR, layer

Size = tuple[int, int]


@dataclass(frozen=True)
class Halving:
    """One step of an encoder: (height, width) before and after."""

    before: Size
    after: Size

    @property
    def strides(self) -> Size:
        """2 along a halved axis, else 1."""
        return self.before[0] // self.after[0], self.before[1] // self.after[1]

    @property
    def kernel(self) -> Size:
        """4 along a halved axis, else 3; padding 1 suits both."""
        return self.strides[0] + 2, self.strides[1] + 2

    @property
    def lost(self) -> Size:
        """1 where an odd size was halved and has to be put back by the decoder."""
        return self.before[0] % self.strides[0], self.before[1] % self.strides[1]


def halvings(image: Size, grid: Size) -> list[Halving]:
    """The steps from an image to what the last convolution turns into the grid.

    Raises ValueError if the grid has more cells along an axis than the image has pixels.
    """
    if not all(1 <= t <= s for s, t in zip(image, grid, strict=True)):
        raise ValueError(
            f"a latent grid of {grid[0]} x {grid[1]} does not fit into images of {image[0]} x "
            f"{image[1]}: it needs at least one cell and at most one per pixel along each axis"
        )
    steps, size = [], image
    while (after := (_halved(size[0], grid[0]), _halved(size[1], grid[1]))) != size:
        steps.append(Halving(size, after))
        size = after
    return steps


def _halved(size: int, cells: int) -> int:
    return size // 2 if size // 2 >= cells and size > 4 else size


class ConvEncoder(nn.Module):
    """Images to a grid of vectors: (B, channels, H, W) -> (B, out, h, w)."""

    def __init__(  # noqa: PLR0913 (a network is this many sizes)
        self,
        channels: int,
        hidden: int,
        out: int,
        *,
        image: Size,
        grid: Size,
        generator: torch.Generator,
        blocks: int = 2,
    ) -> None:
        super().__init__()
        steps = halvings(image, grid)
        last = steps[-1].after if steps else image
        layers: list[nn.Module] = []
        inside = channels
        for step in steps or [Halving(image, image)]:
            down = layer(
                nn.Conv2d,
                inside,
                hidden,
                kernel_size=step.kernel,
                stride=step.strides,
                padding=1,
                generator=generator,
                gain=HIDDEN,
            )
            layers += [down, nn.SiLU()]
            inside = hidden
        kernel = (last[0] - grid[0] + 1, last[1] - grid[1] + 1)
        to_grid = layer(nn.Conv2d, hidden, out, kernel_size=kernel, generator=generator)
        self.net = nn.Sequential(*layers[:-1], residuals(hidden, blocks, generator), to_grid)

    def forward(self, x: Tensor) -> Tensor:
        """See the class."""
        out: Tensor = self.net(x)
        return out


class ConvDecoder(nn.Module):
    """A grid of vectors to images: (B, inside, h, w) -> (B, channels, H, W)."""

    def __init__(  # noqa: PLR0913 (a network is this many sizes)
        self,
        inside: int,
        hidden: int,
        channels: int,
        *,
        image: Size,
        grid: Size,
        generator: torch.Generator,
        blocks: int = 2,
    ) -> None:
        super().__init__()
        steps = halvings(image, grid)
        first = steps[-1].after if steps else image
        kernel = (first[0] - grid[0] + 1, first[1] - grid[1] + 1)
        from_grid = layer(
            nn.ConvTranspose2d,
            inside,
            hidden,
            kernel_size=kernel,
            generator=generator,
            fan=inside * min(kernel[0], grid[0]) * min(kernel[1], grid[1]),
        )
        layers = [from_grid, residuals(hidden, blocks, generator)]
        for step in reversed(steps or [Halving(image, image)]):
            final = step.before == image
            up = layer(
                nn.ConvTranspose2d,
                hidden,
                channels if final else hidden,
                kernel_size=step.kernel,
                stride=step.strides,
                padding=1,
                output_padding=step.lost,
                generator=generator,
                gain=LINEAR if final else HIDDEN,
            )
            layers += [up, nn.SiLU()]
        self.net = nn.Sequential(*layers[:-1])

    def forward(self, z: Tensor) -> Tensor:
        """See the class."""
        out: Tensor = self.net(z)
        return out
