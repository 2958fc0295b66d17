"""From arrays of any kind to pixels: axes, range of values, size and shape, each said in a note.

The rules, in order:
- channels may come last or second; a fourth one (opacity) is dropped;
- bytes are taken as they are; true and false are 1 and 0; fractions run from 0 to 1, from -1 to 1
  or from 0 to 255; sixteen-bit numbers keep their upper eight bits;
- a set whose brightest pixel is below 32 has as many levels as it shows, any other has 256;
- colour that is grey in every image becomes one channel;
- images over 64 pixels, or all when a side is asked for, are cut to the square in their middle
  and reduced by averaging areas.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from latentcore.data.images import limits
from latentcore.data.images.imageset import ImageError, Pixels
from latentcore.data.unreadable import short

FEW = 32  # levels, below which they are counted


def pixels(array: NDArray[Any], where: str, side: int | None, notes: list[str]) -> Pixels:
    """Pixels (N, C, H, W) of an array (N, H, W), (N, H, W, C) or (N, C, H, W) from a file.

    `where` names the array.  Raises ImageError.
    """
    if array.ndim not in (3, 4) or 0 in array.shape:
        labels = "These may be labels: open the images, and give these along with them."
        raise ImageError(
            f"{where} has shape {array.shape}.",
            expected="Expected images x height x width, with or without channels.",
            do=labels
            if array.ndim == 1
            else "Reshape it, one image in each entry of the first axis.",
        )
    limits.few(len(array))
    bright = _bytes(_channels(array, where, notes), where, notes)
    return resized(grey(bright, notes), side, notes)


def levels(pixels: Pixels, notes: list[str]) -> int:
    """How many values a pixel can have."""
    top = int(pixels.max())
    if top >= FEW:
        return 256
    notes.append(f"The brightest pixel is {top}: read as {max(top, 1) + 1} levels.")
    return max(top, 1) + 1


def grey(pixels: Pixels, notes: list[str]) -> Pixels:
    """One channel, if the three never differ."""
    if pixels.shape[1] == 1 or (pixels != pixels[:, :1]).any():
        return pixels
    notes.append("All images are grey: read as one channel.")
    return pixels[:, :1]


def resized(pixels: Pixels, side: int | None, notes: list[str]) -> Pixels:
    """The images at the side asked for, or as they are if that is small enough."""
    n, c, h, w = pixels.shape
    if side is None and max(h, w) <= limits.SIDES[1] or (h, w) == (side, side):
        return np.ascontiguousarray(pixels)
    side = side or limits.SIDES[1]
    limits.small(n * c * side * side)
    out = np.empty((n, c, side, side), np.uint8)
    for i, image in enumerate(np.ascontiguousarray(pixels.transpose(0, 2, 3, 1))):  # H W C
        whole = Image.fromarray(image[..., 0] if c == 1 else image)
        out[i] = np.asarray(squared(whole, side)).reshape(side, side, c).transpose(2, 0, 1)
    notes.append(f"Resized from {h} x {w} to {side} x {side}" + _cut(h != w))
    return out


def squared(image: Image.Image, side: int) -> Image.Image:
    """The square in the middle of an image, at the given side, by averaging areas."""
    w, h = image.size
    short_side = min(w, h)
    left, top = (w - short_side) // 2, (h - short_side) // 2
    box = (left, top, left + short_side, top + short_side)
    return image.resize((side, side), Image.Resampling.BOX, box=box)


def _cut(cropped: bool) -> str:
    return ", after cutting each to the square in its middle." if cropped else "."


def _channels(array: NDArray[Any], where: str, notes: list[str]) -> NDArray[Any]:
    """Axes in the order N C H W."""
    if array.ndim == 3:
        return array[:, None]
    last, second = array.shape[3] in (1, 3, 4), array.shape[1] in (1, 3)
    if not (last or second):
        raise ImageError(
            f"{where} has shape {array.shape}, where no axis counts channels.",
            expected="Expected 1 or 3 channels, as the last axis or the second.",
            do="Keep one channel, or three: red, green and blue.",
        )
    array = array.transpose(0, 3, 1, 2) if last else array
    if array.shape[1] == 4:
        notes.append("The fourth channel, opacity, was left out.")
    return array[:, :3]


def _bytes(array: NDArray[Any], where: str, notes: list[str]) -> Pixels:
    """Whole numbers 0 .. 255, however brightness was written."""
    if array.dtype.kind not in "biuf":
        raise ImageError(
            f"{where} holds values of type {short(str(array.dtype))}, which are not brightness.",
            expected="Expected numbers: bytes, or fractions from 0 to 1.",
            do="Save the images as bytes (uint8).",
        )
    if array.dtype == np.uint8:
        return array
    if array.dtype.kind == "b":
        return array.astype(np.uint8)
    low, high = float(array.min()), float(array.max())  # nan if any is
    if array.dtype.kind == "f" and low >= 0 and high <= 1:
        return _rounded(array, 255, 0)
    if array.dtype.kind == "f" and low >= -1 and high <= 1:
        notes.append("Values run from -1 to 1: -1 was read as black, 1 as white.")
        return _rounded(array, 127.5, 127.5)
    if low >= 0 and high <= 255:
        return _rounded(array, 1, 0)
    if array.dtype == np.uint16:
        notes.append("Of sixteen-bit values the upper eight bits were kept.")
        return (array >> 8).astype(np.uint8)
    raise ImageError(
        f"{where} holds values from {low:g} to {high:g}.",
        expected="Expected brightness from 0 to 255, or from 0 to 1, and no gaps.",
        do="Rescale the values, and save them as bytes (uint8).",
    )


def _rounded(array: NDArray[Any], factor: float, shift: float) -> Pixels:
    """factor * array + shift to the nearest whole number, a part at a time to save memory."""
    out = np.empty(array.shape, np.uint8)
    for begin in range(0, len(array), 1024):
        part = slice(begin, begin + 1024)
        out[part] = np.rint(array[part].astype(np.float32) * factor + shift)
    return out
