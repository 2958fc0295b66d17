"""NumPy's own files, .npy and .npz, without pickle and without trusting their headers.

A header of a few bytes can describe an array of any size, and an archive can unfold a thousandfold.
So headers are read first, on their own; only the arrays that are wanted are unpacked, and no
further than their header says.
"""

import io
import zipfile
from dataclasses import dataclass
from math import prod
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from latentcore.data.images import limits
from latentcore.data.images.asked import Values
from latentcore.data.images.imageset import ImageError
from latentcore.data.unreadable import listed, short

Numbers = NDArray[Any]

MAGIC = b"\x93NUMPY"
HEAD = 1 << 14  # bytes; a header is shorter, whatever it says of itself
LABELS = {"label", "labels", "y", "target", "targets", "class", "classes"}
APART = {"test", "val", "valid", "validation"}
READERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}


@dataclass(frozen=True)
class Header:
    """What an array is said to be."""

    name: str
    shape: tuple[int, ...]
    columns: bool  # first axis fastest
    dtype: np.dtype[Any]

    @property
    def words(self) -> set[str]:
        """Parts of the name: x_train -> x, train."""
        return set(self.name.lower().replace("-", "_").split("_"))


def array(raw: bytes, where: str) -> Numbers:
    """The array in the bytes of an .npy file.  Raises ImageError."""
    stream = io.BytesIO(raw)
    return _values(*_header(stream, where), stream)


def pair(
    archive: zipfile.ZipFile, members: list[str], notes: list[str]
) -> tuple[Numbers, Values | None]:
    """Images and, if there are any, labels among the members of an .npz file.

    Raises ImageError.
    """
    headers = []
    for member in members:
        with archive.open(member) as stream:
            headers.append(_header(stream, member.removesuffix(".npy"))[0])
    images = [h for h in headers if len(h.shape) in (3, 4) and h.dtype.kind in "biuf"]
    if not images:
        said = [f"{h.name} {h.shape} {h.dtype}" for h in headers]
        raise ImageError(
            "No array in the file looks like images.",
            where=f"It holds {listed(said)}.",
            expected="Expected one of shape images x height x width, with or without channels.",
            do="Reshape the images and save them again with numpy.savez.",
        )
    chosen = min(images, key=lambda h: (bool(h.words & APART), -h.shape[0], h.name))
    labels = _labels(chosen, headers)
    used = [h.name for h in (chosen, labels) if h]
    if unused := [h.name for h in headers if h.name not in used]:
        notes.append(f"Read {listed(used)}; left out {listed(unused)}.")
    return _member(archive, chosen), as_labels(_member(archive, labels)) if labels else None


def as_labels(values: Numbers) -> Values:
    """Whole numbers as they are; anything else as words."""
    flat = values.reshape(-1)
    if flat.dtype.kind in "iu":
        return flat
    words = (v.decode("utf-8", "replace") if isinstance(v, bytes) else v for v in flat.tolist())
    return [str(word) for word in words]


def _labels(images: Header, headers: list[Header]) -> Header | None:
    """The array with a value for each image whose name fits best; a lone one needs no name."""
    n = images.shape[0]
    fits = [h for h in headers if h.shape in ((n,), (n, 1)) and h.dtype.kind in "biuUS"]
    named = [h for h in fits if h.words & LABELS]
    if not named:
        return fits[0] if len(fits) == 1 else None
    return max(named, key=lambda h: len(h.words & images.words))


def _member(archive: zipfile.ZipFile, header: Header) -> Numbers:
    with archive.open(f"{header.name}.npy") as stream:
        return _values(*_header(stream, header.name), stream)


def _header(stream: IO[bytes], name: str) -> tuple[Header, bytes]:
    """Shape and type, with nothing taken that they ask for, and what was read beyond them."""
    head = io.BytesIO(stream.read(HEAD))
    try:
        shape, columns, dtype = READERS[npy.read_magic(head)](head)
    except Exception as error:  # it parses Python text, which raises anything
        raise ImageError(
            f"The NumPy array {short(name)} has a header that cannot be read.",
            expected="Expected an array saved by numpy.save or numpy.savez.",
            do="Save it again.",
        ) from error
    return Header(name, tuple(shape), bool(columns), dtype), head.read()


def _values(header: Header, begun: bytes, stream: IO[bytes]) -> Numbers:
    where = f"The array {short(header.name)}"
    if header.dtype.hasobject or header.dtype.kind not in "biufUS" or not header.dtype.itemsize:
        raise ImageError(
            f"{where} holds Python objects, records, or something else than numbers.",
            expected="Expected plain numbers: objects are pickled, and could run programs.",
            do="Save the images as one array of bytes (uint8).",
        )
    size = max(prod(header.shape), 0) * header.dtype.itemsize
    limits.small(size, where)
    raw = (begun + stream.read(max(size - len(begun), 0)))[:size]
    if min(header.shape, default=0) < 0 or len(raw) < size:
        raise ImageError(
            f"{where} should have {size:,} bytes, shape {header.shape}; {len(raw):,} are there.",
            expected="Expected a whole file.",
            do="Download or save it again: it may have been cut short.",
        )
    flat: Numbers = np.frombuffer(raw, header.dtype)
    return flat.reshape(header.shape, order="F" if header.columns else "C")
