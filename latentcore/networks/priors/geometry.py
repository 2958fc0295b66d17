"""Which positions a convolutional prior can see, from its masks alone.

A layer reads a window around every position; written as a matrix of zeros and ones, window by
position, the field of a stack is a product (any path through its layers):

    pixelcnn    F_0 = A,             F_l = B F_{l-1}
    gated       V_0 = V',            V_l = V V_{l-1}
                H_0 = W' + V_0,      H_l = H_{l-1} + W H_{l-1} + V_l

with + for "or".  A, V' and W' leave the own position out, B, V and W do not.  Fields only grow with
depth, so it is enough to know with how many layers each position comes into view; one that never
does is in the blind spot [1].

Nothing here needs PyTorch; `receptive_field.py` asks the gradient of a network the same question.

[1] A. van den Oord and others, Conditional image generation with PixelCNN decoders, 2016.
"""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Offsets = list[tuple[int, int]]

NEVER = 255
STACKS = ("pixelcnn", "gated")


def above(kernel: int, own: bool = False) -> Offsets:
    """The k // 2 rows above, k wide, and with `own` the row itself too: (row, column) offsets."""
    reach = kernel // 2
    return [(-r, c) for r in range(1 - own, reach + 1) for c in range(-reach, reach + 1)]


def left(kernel: int, own: bool = False) -> Offsets:
    """The k // 2 positions on the left, and with `own` the position itself."""
    return [(0, -c) for c in range(1 - own, kernel // 2 + 1)]


def windows(architecture: str, kernel: int, first: bool) -> dict[str, Mask]:
    """The kernels of a layer by name, each (k, k): where it has weights."""
    if architecture == "pixelcnn":
        name, parts = "mask A" if first else "mask B", above(kernel) + left(kernel, not first)
        return {name: _picture(kernel, parts)}
    return {
        "vertical": _picture(kernel, above(kernel, not first)),
        "horizontal": _picture(kernel, left(kernel, not first)),
    }


def depths(
    architecture: str, grid: tuple[int, int], first: int = 3, kernel: int = 3
) -> NDArray[np.uint8]:
    """With how many layers after the first each position comes into view: (h w, h w).

    Row i is what position i (in raster order) sees; NEVER where no number of layers is enough.
    Raises ValueError for an architecture whose field its masks do not tell.
    """
    if architecture not in STACKS:
        raise ValueError(f"the masks of {' and '.join(STACKS)} are known here, not {architecture}")
    n = grid[0] * grid[1]
    found = np.full((n, n), NEVER, np.uint8)
    before = np.zeros((n, n), bool)
    for layers, seen in enumerate(_fields(architecture, grid, first, kernel)):
        if layers and np.array_equal(seen, before):
            return found
        found[seen & ~before] = layers
        before = seen
    raise AssertionError("fields are found without end")


def past(grid: tuple[int, int]) -> Mask:
    """What every position may see: all that come before it, (h w, h w)."""
    n = grid[0] * grid[1]
    return np.tri(n, n, -1, dtype=bool)


def _fields(architecture: str, grid: tuple[int, int], first: int, kernel: int) -> Iterator[Mask]:
    """The field of every position with 0, 1, 2, ... layers after the first."""
    if architecture == "pixelcnn":
        yield (field := _reads(grid, above(first) + left(first)))
        later = _reads(grid, above(kernel) + left(kernel, own=True))
        while True:
            yield (field := later @ field)
    vertical = _reads(grid, above(first))
    yield (field := vertical | _reads(grid, left(first)))
    rows, line = _reads(grid, above(kernel, own=True)), _reads(grid, left(kernel, own=True))
    while True:
        vertical = rows @ vertical
        yield (field := line @ field | vertical)


def _reads(grid: tuple[int, int], offsets: Iterable[tuple[int, int]]) -> Mask:
    """Whether a window around position i holds position j: (h w, h w)."""
    row, column = (axis.ravel() for axis in np.indices(grid))
    found = np.zeros((len(row), len(row)), bool)
    for down, right in offsets:
        found |= (row - row[:, None] == down) & (column - column[:, None] == right)
    return found


def _picture(kernel: int, offsets: Offsets) -> Mask:
    found = np.zeros((kernel, kernel), bool)
    for down, right in offsets:
        found[kernel // 2 + down, kernel // 2 + right] = True
    return found
