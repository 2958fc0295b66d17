"""Memory that a sweep writes in again and again.

Fresh arrays of this size come from the operating system page by page, which takes longer than
filling them.  Each worker therefore keeps one piece of memory per purpose, as large as the
largest chunk it has seen.
"""

from collections.abc import Callable
from functools import partial
from math import prod

import numpy as np
from numpy.typing import DTypeLike

from latentcore.arrays import Array

Empty = Callable[..., Array]
"""(shape, dtype) -> an array whose values mean nothing yet, like `numpy.empty`."""


class Scratch:
    """Pieces of memory by name; a piece is overwritten when its name is asked for again."""

    def __init__(self) -> None:
        self._pieces: dict[str, Array] = {}

    def named(self, name: str) -> Empty:
        """A stand-in for `numpy.empty` that always answers with the piece of this name."""
        return partial(self._take, name)

    def _take(self, name: str, shape: tuple[int, ...], dtype: DTypeLike = np.float64) -> Array:
        kind = np.dtype(dtype)
        size = prod(shape) * kind.itemsize
        piece = self._pieces.get(name)
        if piece is None or piece.nbytes < size:
            piece = self._pieces[name] = np.empty(size, np.uint8)
        return np.ndarray(shape, kind, piece)
