"""The arrays of a BIOM 2.1 file, taken out of HDF5 without trusting it [1].

A dataset may be a link to another file, may lie in one, or may be put together from several; a
reader that follows returns files of the machine it runs on.  Only what lies in these bytes, as
plain numbers or text, of a size that was looked at before, is read.

[1] The HDF5 file format, version 3: IV.A.2.i (external files), VIII (virtual datasets).
"""

import io
import json
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

GZIP, SHUFFLE, FLETCHER, LZF = 1, 2, 3, 32000
FILTERS = {GZIP, SHUFFLE, FLETCHER, LZF}
LAYOUTS = {h5py.h5d.COMPACT, h5py.h5d.CONTIGUOUS, h5py.h5d.CHUNKED}
MOST_TEXT = 50_000_000  # characters of all names and metadata
MOST_COLUMNS = 500  # of metadata
DO = "Write the table again with biom convert, or export it as text."


class Refused(Exception):  # noqa: N818 (it is an answer, not a fault)
    """What was found, and what to do."""


def extract(raw: bytes, options: dict[str, Any]) -> dict[str, NDArray[Any]]:
    """The sparse matrix with its axis, and as JSON ids, metadata and what was left out."""
    try:
        file = h5py.File(io.BytesIO(raw), "r")
    except Exception as error:
        raise Refused("The HDF5 file is damaged or cut off.", DO) from error
    with file:
        try:
            return _arrays(file, options)
        except (Refused, MemoryError):
            raise
        except Exception as error:  # h5py raises anything for a damaged file
            raise Refused("The HDF5 file is damaged.", DO) from error


def _arrays(file: h5py.File, options: dict[str, Any]) -> dict[str, NDArray[Any]]:
    text = Text()
    ids, taxa = (
        text.names(_dataset(file, f"{axis}/ids", options["longest"]))
        for axis in ("sample", "observation")
    )
    axis = "observation" if _at(file, "observation/matrix") is not None else "sample"
    matrix = {
        name: _dataset(file, f"{axis}/matrix/{name}", most)
        for name, most in (
            ("data", options["cells"]),
            ("indices", options["cells"]),
            ("indptr", options["longest"] + 1),
        )
    }
    for name, dataset in matrix.items():
        if dataset.dtype.kind not in ("iuf" if name == "data" else "iu"):
            raise Refused(f"The dataset {axis}/matrix/{name} does not hold numbers.", DO)
    about = {
        "taxa": taxa,
        "ids": ids,
        "samples": text.columns(_at(file, "sample/metadata"), len(ids)),
        "observations": text.columns(_at(file, "observation/metadata"), len(taxa)),
        "left_out": text.left_out,
    }
    found = {name: np.asarray(dataset[()]) for name, dataset in matrix.items()}
    found["axis"] = np.array([axis == "observation"])
    found["about"] = np.frombuffer(json.dumps(about).encode(), np.uint8)
    return found


def _at(file: h5py.Group, path: str) -> h5py.Group | h5py.Dataset | None:
    """What lies at a path in this file; None for nothing.  Links elsewhere are refused."""
    here = file
    for name in path.split("/"):
        link = here.get(name, getlink=True) if isinstance(here, h5py.Group) else None
        if link is None:
            return None
        if not isinstance(link, h5py.HardLink):
            raise Refused(f"{path} is a link, perhaps to a file of another machine.", DO)
        here = here[name]
    return here


def _dataset(file: h5py.Group, path: str, most: int) -> h5py.Dataset:
    """A row of at most `most` values that lie in this file."""
    found = _at(file, path)
    if not isinstance(found, h5py.Dataset):
        raise Refused(f"The file is HDF5, but not BIOM 2.1: it has no {path}.", DO)
    _plain(found, path)
    if found.ndim != 1:
        raise Refused(f"{path} is not a row of values.", DO)
    if found.size > most:
        raise Refused(
            f"The table is too large: {path} holds {found.size:,} values.",
            "Leave out rare taxa, or add them up by genus.",
        )
    return found


def _plain(found: h5py.Dataset, path: str) -> None:
    """Refuse values that lie outside, or are packed by something that would have to be loaded."""
    made = found.id.get_create_plist()
    inside = made.get_layout() in LAYOUTS and made.get_external_count() == 0
    if not inside or found.is_virtual:
        raise Refused(f"The values of {path} lie in another file.", DO)
    if {made.get_filter(i)[0] for i in range(made.get_nfilters())} - FILTERS:
        raise Refused(f"The values of {path} are packed in an unusual way.", DO)


class Text:
    """Names and metadata as text, up to a limit for all of them together."""

    def __init__(self) -> None:
        self.left = MOST_TEXT
        self.left_out: list[str] = []

    def names(self, dataset: h5py.Dataset) -> list[str]:
        """Ids (n,)."""
        if h5py.check_string_dtype(dataset.dtype) is None:
            raise Refused(f"The ids in {dataset.name} are not text.", DO)
        return self._counted([_decoded(value) for value in dataset[()]])

    def columns(self, group: h5py.Group | None, n: int) -> dict[str, list[str]]:
        """Metadata by name, for those that are one text or number, or a row of them, for each."""
        found: dict[str, list[str]] = {}
        if not isinstance(group, h5py.Group):
            return found
        for name in list(group)[:MOST_COLUMNS]:
            dataset = _at(group, name)
            if not isinstance(dataset, h5py.Dataset):
                self.left_out.append(name)
                continue
            _plain(dataset, name)
            text = h5py.check_string_dtype(dataset.dtype) is not None
            fits = dataset.ndim in (1, 2) and dataset.shape[0] == n and dataset.size <= 30 * n
            if not fits or not (text or dataset.dtype.kind in "iufb"):
                self.left_out.append(name)
                continue
            rows = np.asarray(dataset[()]).reshape(n, -1)
            parts = [[_decoded(value) for value in row] for row in rows]
            found[name] = self._counted([";".join(p for p in row if p) for row in parts])
        return found

    def _counted(self, texts: list[str]) -> list[str]:
        self.left -= sum(map(len, texts))
        if self.left < 0:
            raise Refused("Names and metadata are too long.", "Leave out the metadata.")
        return texts


def _decoded(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
