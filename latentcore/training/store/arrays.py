"""The arrays of a picture as bytes, and back: safetensors, compressed by zlib.  No pickle.

Reading costs no more memory than `LARGEST`, whatever the bytes say.
"""

import zlib
from collections.abc import Mapping

import numpy as np
import safetensors.numpy
from numpy.typing import NDArray
from safetensors import SafetensorError

from latentcore.training.store.errors import StoreError

Arrays = Mapping[str, NDArray[np.generic]]

LARGEST = 64_000_000  # bytes of a picture, before compression
LEVEL = 1  # twice as small in a few milliseconds; more effort gains little on such arrays


def pack(arrays: Arrays) -> bytes:
    """Numbers and booleans of any shape as bytes.

    Raises TypeError for an array of anything else, ValueError for a picture that is too large.
    """
    for name, array in arrays.items():
        if array.dtype.kind not in "biufc" or array.dtype.itemsize > 8:
            raise TypeError(f"a picture holds numbers and booleans; {name!r} is {array.dtype}")
    size = sum(array.nbytes for array in arrays.values())
    if size > LARGEST:
        raise ValueError(f"a picture has at most {LARGEST:,} bytes, this one {size:,}")
    whole = {name: np.asarray(array, order="C") for name, array in arrays.items()}
    return zlib.compress(safetensors.numpy.save(whole), LEVEL)


def unpack(raw: bytes) -> dict[str, NDArray[np.generic]]:
    """The arrays that `pack` was given, read-only.  Raises StoreError for any other bytes."""
    stream = zlib.decompressobj()
    try:
        plain = stream.decompress(raw, LARGEST + 1_000_000)  # the header besides
        if not stream.eof:
            raise ValueError("it is cut short, or larger than any picture")
        return safetensors.numpy.load(plain)
    except (zlib.error, SafetensorError, KeyError, ValueError) as error:
        raise StoreError(
            "A picture in the store cannot be read.",
            where=f"{error}.",
            expected="Expected arrays as they were written here.",
            do="Delete the run, or train it again.",
        ) from error
