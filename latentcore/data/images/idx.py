"""IDX, the format of MNIST [1]: a header of sizes, then the values.

    bytes 0-1   zero
    byte 2      type of the values; 8 is unsigned bytes, the only one read here
    byte 3      number of axes d: 1 for labels, 3 or 4 for images
    then        d sizes of four bytes each, the most significant first
    then        the values, last axis fastest

[1] LeCun, Cortes & Burges, The MNIST database of handwritten digits.
"""

from math import prod

import numpy as np

from latentcore.data.images import limits
from latentcore.data.images.imageset import ImageError, Pixels
from latentcore.data.unreadable import short

HEAD = 64  # bytes that hold any header
TYPES = {0x08: "bytes", 0x09: "signed bytes", 0x0B: "short integers", 0x0C: "integers",
         0x0D: "fractions", 0x0E: "double fractions"}  # fmt: skip


def shape(head: bytes) -> tuple[int, ...]:
    """The sizes in the first bytes of an IDX file; none if they are of another format."""
    if len(head) < 4 or head[:2] != b"\0\0" or head[2] not in TYPES or not 1 <= head[3] <= 8:
        return ()
    return tuple(int.from_bytes(head[i : i + 4], "big") for i in range(4, 4 + 4 * head[3], 4))


def array(raw: bytes, name: str) -> Pixels:
    """The values in their shape.  Sizes are checked before anything is taken.

    Raises ImageError.
    """
    sizes, begin = shape(raw[:HEAD]), 4 + 4 * raw[3]
    said = f"{short(name)} is an IDX file"
    if raw[2] != 0x08:
        raise ImageError(
            f"{said} of {TYPES[raw[2]]}.",
            expected="Expected unsigned bytes, as in MNIST.",
            do="Save the images as bytes, or as a NumPy .npz file.",
        )
    if prod(sizes) != len(raw) - begin:
        raise ImageError(
            f"{said} whose header says {' x '.join(map(str, sizes))}, and "
            f"{max(len(raw) - begin, 0):,} bytes follow.",
            expected=f"Expected {prod(sizes):,} bytes after the header.",
            do="Download it again: it may have been cut short.",
        )
    limits.small(len(raw))
    return np.frombuffer(raw, np.uint8, offset=begin).reshape(sizes)
