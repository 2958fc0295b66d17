"""Coloured shapes on black: a set of which everything is known, so that codes can be read.

A pixel is covered by a share of its area.  Of a bar that runs with the grid the share is exact,
overlap across times overlap down; squares and crosses are made of bars.  Along any other edge, at
a distance d from the middle of a pixel of width w, it is very nearly

    clip(1/2 - d / w, 0, 1)

`size` is the square root of the shape's area as a share of the side, whatever its kind, so size
and kind are told apart by the eye and not by the amount of ink.  After dSprites [1].

[1] Matthey et al. 2017, dSprites: disentanglement testing sprites dataset.
"""

from dataclasses import dataclass

import numpy as np

from latentcore.arrays import Array, Indices
from latentcore.data.images.imageset import ImageSet

KINDS = ("disc", "square", "triangle", "cross")
SIZES = (0.2, 0.45)
REACH = 2 / 3**0.75  # farthest point of any kind from its centre, in sizes: the triangle's corner
CHUNK = 512  # images drawn at a time


@dataclass(frozen=True)
class Shapes:
    """The images (labelled by kind) and what each of them shows.

    centre (N, 2): column and row of the shape's centre, from 0 to 1 across the image.
    size (N,): square root of its area, in the same unit.   hue (N,): 0 to 1 around the circle
    from red over green and blue (without effect in grey images).
    """

    images: ImageSet
    centre: Array
    size: Array
    hue: Array

    @property
    def kind(self) -> Indices:
        """Position in KINDS: (N,)."""
        assert self.images.y is not None
        return self.images.y


def draw(n: int, rng: np.random.Generator, side: int = 32, channels: int = 3) -> Shapes:
    """n images of one shape each, wholly inside: pixels (n, channels, side, side).

    Kinds are equally frequent; sizes and hues are evenly spread (one in each n-th of the range),
    and so is the centre within the room that the size leaves.
    """
    if n < 1 or channels not in (1, 3) or not 8 <= side <= 64:
        raise ValueError(
            f"draw n >= 1 images of 1 or 3 channels and a side of 8 to 64; got n = {n}, "
            f"channels = {channels}, side = {side}"
        )
    kind = rng.permutation(np.arange(n) % len(KINDS))
    size = SIZES[0] + (SIZES[1] - SIZES[0]) * _spread(n, rng)
    hue = _spread(n, rng)
    margin = REACH * size
    room = np.stack([_spread(n, rng), _spread(n, rng)], axis=1)
    centre = margin[:, None] + (1 - 2 * margin[:, None]) * room
    pixels = np.empty((n, channels, side, side), np.uint8)
    for begin in range(0, n, CHUNK):
        part = slice(begin, begin + CHUNK)
        cover = coverage(kind[part], centre[part], size[part], side)[:, None]  # n 1 H W
        ink = colour(hue[part])[:, :, None, None] if channels == 3 else 1.0
        pixels[part] = np.rint(255 * cover * ink)
    return Shapes(ImageSet(pixels, 256, kind, KINDS, "shapes"), centre, size, hue)


def coverage(kind: Indices, centre: Array, size: Array, side: int) -> Array:
    """Share of each pixel inside the shape: (n,), (n, 2), (n,) -> (n, side, side)."""
    at = np.arange(side) + 0.5  # in pixels from here on
    x = at[None, None, :] - side * centre[:, 0, None, None]  # n 1 W
    y = at[None, :, None] - side * centre[:, 1, None, None]  # n H 1
    cover = np.empty((len(kind), side, side))
    for k, inside in enumerate((_disc, _square, _triangle, _cross)):
        i = np.flatnonzero(kind == k)
        cover[i] = inside(x[i], y[i], side * size[i, None, None])
    return cover


def colour(hue: Array) -> Array:
    """Red, green and blue of a pure hue: (n,) -> (n, 3), the largest 1 and the least 0."""
    k = (np.array([5, 3, 1]) + 6 * hue[:, None]) % 6  # n 3
    rgb: Array = 1 - np.clip(np.minimum(k, 4 - k), 0, 1)
    return rgb


def _disc(x: Array, y: Array, size: Array) -> Array:
    return _within(np.hypot(x, y) - size / np.sqrt(np.pi))


def _square(x: Array, y: Array, size: Array) -> Array:
    return _bar(x, y, size, size)


def _triangle(x: Array, y: Array, size: Array) -> Array:
    """Equilateral, a corner on top; the centre is a third of its height above the base."""
    slope = np.sqrt(3) / 2 * np.abs(x) - y / 2
    return _within(np.maximum(slope, y) - size / 27**0.25)


def _cross(x: Array, y: Array, size: Array) -> Array:
    """Five squares of a fifth of the area."""
    arm = size / np.sqrt(5)
    return _bar(x, y, 3 * arm, arm) + _bar(x, y, arm, 3 * arm) - _bar(x, y, arm, arm)


def _within(distance: Array) -> Array:
    cover: Array = np.clip(0.5 - distance, 0, 1)
    return cover


def _bar(x: Array, y: Array, width: Array, height: Array) -> Array:
    """Share of a pixel at (x, y) inside a bar around the origin."""
    across, down = (
        np.clip(np.minimum(at + 0.5, length / 2) - np.maximum(at - 0.5, -length / 2), 0, 1)
        for at, length in ((x, width), (y, height))
    )
    cover: Array = across * down
    return cover


def _spread(n: int, rng: np.random.Generator) -> Array:
    """One number in each n-th of 0 to 1, in random order: (n,)."""
    spread: Array = (rng.permutation(n) + rng.random(n)) / n
    return spread
