"""How much a file may ask for.  A small file can claim, or unfold to, any size."""

from latentcore.data.images.imageset import ImageError
from latentcore.data.unreadable import counted

LARGEST = 200_000_000  # bytes that anything in a file may unfold to
MOST_IMAGES = 100_000
MOST_PIXELS = 1_000_000_000  # of all pictures that are decoded
LARGEST_PICTURE = 25_000_000  # pixels
MOST_MEMBERS = 200_000  # files in an archive
MOST_CLASSES = 1_000
SIDES = (8, 64)


def few(n: int) -> None:
    """No more images than can be held."""
    if n > MOST_IMAGES:
        raise ImageError(
            f"The file holds {counted(n, 'image')}.",
            expected=f"Expected at most {MOST_IMAGES:,}.",
            do="Take a part of them.",
        )


def small(size: int, what: str = "The file") -> None:
    """No more bytes than can be held."""
    if size > LARGEST:
        raise ImageError(
            f"{what} holds {size:,} bytes once it is unpacked.",
            expected=f"Expected at most {LARGEST:,}.",
            do="Take a part of the images, or make them smaller.",
        )
