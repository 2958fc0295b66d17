"""PNG and JPEG files to pixels of one size, one at a time.

Sizes are read from every header before anything is decoded.  Where no side is asked for it is
the middle one of their shorter edges, at most 64.  Each picture is turned as its camera said,
laid on white where it is transparent, cut to the square in its middle and reduced by averaging
areas.
"""

import io
from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image, ImageOps

from latentcore.arrays import Indices
from latentcore.data.images import fitting, limits
from latentcore.data.images.asked import Asked
from latentcore.data.images.imageset import ImageError, Pixels
from latentcore.data.unreadable import counted, listed, were

FORMATS = ("PNG", "JPEG")
Picture = tuple[str, Callable[[], bytes]]
"""A name to speak of it by, and how to get its bytes."""


def decode(pictures: Sequence[Picture], asked: Asked) -> tuple[Pixels, Indices]:
    """Pixels (n, C, side, side) of the pictures that could be decoded, and which (n,) those are.

    Raises ImageError if none can be, or if they are too many or too large.
    """
    limits.few(len(pictures))
    sizes = [_size(raw) for _, raw in pictures]
    total = sum(w * h for w, h in filter(None, sizes))
    if total > limits.MOST_PIXELS:
        raise ImageError(
            f"The pictures have {total / 1e6:,.0f} million pixels in all.",
            expected=f"Expected at most {limits.MOST_PIXELS // 10**6:,} million.",
            do="Make them smaller before packing them: 64 x 64 is the most that is used.",
        )
    side = asked.side or _usual(sizes)
    limits.small(len(pictures) * 3 * side * side)
    pixels = np.empty((len(pictures), 3, side, side), np.uint8)
    kept, lost = [], []
    for i, (name, raw) in enumerate(pictures):
        square = _square(raw, side) if sizes[i] else None
        if square is None:
            lost.append(name)
        else:
            pixels[i] = square.transpose(2, 0, 1)
            kept.append(i)
    _left_out(lost, kept, asked)
    _resized([size for size in sizes if size], side, asked)
    return fitting.grey(pixels[kept], asked.notes), np.array(kept)


def _usual(sizes: list[tuple[int, int] | None]) -> int:
    """The middle one of the shorter edges, at most 64."""
    edges = sorted(min(size) for size in sizes if size)
    return min(edges[len(edges) // 2], limits.SIDES[1]) if edges else 1


def _left_out(lost: list[str], kept: list[int], asked: Asked) -> None:
    if not kept:
        raise ImageError(
            f"Of {counted(len(lost), 'picture')} none can be decoded.",
            where=f"Tried {listed(lost)}." if lost else "",
            expected="Expected PNG or JPEG files of at most "
            f"{limits.LARGEST_PICTURE // 10**6} million pixels each.",
            do="Open one in a picture viewer; export them again if it fails there too.",
        )
    if lost:
        asked.notes.append(
            f"{counted(len(lost), 'picture')} {were(len(lost))} left out as damaged or too large: "
            f"{listed(lost)}."
        )


def _resized(sizes: list[tuple[int, int]], side: int, asked: Asked) -> None:
    others = sorted(set(sizes) - {(side, side)})
    if others:
        w, h = others[0]
        more = f" and {counted(len(others) - 1, 'other size')}" if len(others) > 1 else ""
        asked.notes.append(
            f"Pictures of {w} x {h}{more} were cut to the square in their middle and resized to "
            f"{side} x {side}."
        )


def _size(raw: Callable[[], bytes]) -> tuple[int, int] | None:
    """Width and height, from the header alone; None if it is none, or says too much."""
    try:
        with Image.open(io.BytesIO(raw()), formats=FORMATS) as image:
            w, h = image.size
    except Exception:  # a decoder of bytes from anywhere raises anything, warnings included
        return None
    return (w, h) if 0 < w * h <= limits.LARGEST_PICTURE else None


def _square(raw: Callable[[], bytes], side: int) -> Pixels | None:
    """Red, green, blue (side, side, 3); None if the bytes are damaged."""
    try:
        with Image.open(io.BytesIO(raw()), formats=FORMATS) as image:
            image.draft("RGB", (4 * side, 4 * side))  # JPEG skips detail that would be averaged
            plain = _opaque(ImageOps.exif_transpose(image))
            return np.asarray(fitting.squared(plain, side))
    except Exception:
        return None


def _opaque(image: Image.Image) -> Image.Image:
    """Red, green and blue, on white."""
    if image.mode.startswith(("I", "F")):  # sixteen bits a pixel
        upper = np.clip(np.asarray(image, dtype=np.float64) / 257, 0, 255)
        return Image.fromarray(np.rint(upper).astype(np.uint8)).convert("RGB")
    if image.has_transparency_data:
        seen = image.convert("RGBA")
        white = Image.new("RGBA", seen.size, "white")
        return Image.alpha_composite(white, seen).convert("RGB")
    return image.convert("RGB")
