"""The set of images every source returns, and the error every reader raises."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from latentcore.arrays import Indices
from latentcore.data.unreadable import Unreadable

Pixels = NDArray[np.uint8]


class ImageError(Unreadable):
    """A file that cannot be read as a set of images."""


@dataclass(frozen=True)
class ImageSet:
    """N images of C channels (1 grey, 3 red green blue), all of one height and width.

    pixels (N, C, H, W) are whole numbers 0 .. levels - 1, from dark to bright.  `y` (N,) numbers
    the classes that `classes` names; None if there are no labels.  `notes` are sentences on what
    was detected, changed and left out.  Raises ValueError for values that break this.
    """

    pixels: Pixels
    levels: int = 256
    y: Indices | None = None
    classes: tuple[str, ...] = ()
    name: str = ""
    notes: tuple[str, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        """Check shapes and values once, so that no model has to."""
        shape, kind = self.pixels.shape, self.pixels.dtype
        if kind != np.uint8 or len(shape) != 4 or shape[1] not in (1, 3) or 0 in shape:
            raise ValueError(
                f"pixels are bytes of shape (N, 1 or 3, H, W), none of them 0; got {kind} {shape}"
            )
        if not 2 <= self.levels <= 256:
            raise ValueError(f"there are 2 to 256 levels, got {self.levels}")
        if (top := int(self.pixels.max())) >= self.levels:
            raise ValueError(f"a pixel is {top}; with {self.levels} levels they end at one less")
        if self.y is None:
            if self.classes:
                raise ValueError(f"{len(self.classes)} classes are named, but there are no labels")
        elif self.y.shape != shape[:1] or self.y.dtype.kind not in "iu":
            raise ValueError(
                f"y holds one class number an image, ({len(self)},); got {self.y.dtype} "
                f"{self.y.shape}"
            )
        elif not 0 <= self.y.min() <= self.y.max() < len(self.classes):
            raise ValueError(
                f"y holds classes {self.y.min()} to {self.y.max()}; {len(self.classes)} are named"
            )

    def __len__(self) -> int:
        """How many images there are: N."""
        return len(self.pixels)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Channels, height and width of an image: (C, H, W)."""
        _, c, h, w = self.pixels.shape
        return c, h, w

    def scaled(self) -> NDArray[np.float32]:
        """Brightness from 0 to 1: (N, C, H, W)."""
        return (self.pixels / np.float32(self.levels - 1)).astype(np.float32, copy=False)

    def rows(self, index: Indices) -> "ImageSet":
        """The images at the given numbers (n,), in that order."""
        y = None if self.y is None else self.y[index]
        return ImageSet(self.pixels[index], self.levels, y, self.classes, self.name, self.notes)


def split(images: ImageSet, share: float = 0.2, seed: int = 0) -> tuple[ImageSet, ImageSet]:
    """Training and test images; `share` of every class (to within one image) is for the test.

    Raises ValueError if either would be empty.
    """
    n = len(images)
    order = np.random.default_rng(seed).permutation(n)
    if images.y is not None:
        order = order[np.argsort(images.y[order], kind="stable")]
    steps = np.floor(np.arange(n + 1) * share + 0.5)  # the test takes every (1 / share)-th
    chosen = np.diff(steps) > 0
    if not 0 < chosen.sum() < n:
        raise ValueError(
            f"{n} images cannot be parted: a share of {share:g} is held out, which leaves one side "
            "empty; hand in more"
        )
    return images.rows(np.sort(order[~chosen])), images.rows(np.sort(order[chosen]))
