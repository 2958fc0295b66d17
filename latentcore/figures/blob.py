"""What a canvas gets: one run of bytes that a browser reads without copying or parsing numbers.

    "EMF1", length of the header (4 bytes, little-endian), JSON header, arrays

The header is padded to a multiple of eight and the arrays are laid out widest item first, so every
one of them starts aligned; header["arrays"] tells name, kind, length and offset of each.
"""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

MAGIC = b"EMF1"


def blob(header: Mapping[str, Any], arrays: Mapping[str, np.ndarray[Any, Any]]) -> bytes:
    """Header and arrays as bytes.  Arrays are little-endian f8, f4, i4, u2 or u1."""
    ordered = sorted(arrays.items(), key=lambda item: -item[1].itemsize)
    places, offset = [], 0
    for name, array in ordered:
        places.append([name, f"{array.dtype.kind}{array.itemsize}", array.size, offset])
        offset += array.nbytes
    text = json.dumps({**header, "arrays": places}, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    body = b"".join(np.ascontiguousarray(array).tobytes() for _, array in ordered)
    return MAGIC + len(text).to_bytes(4, "little") + text + body
