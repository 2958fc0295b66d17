"""BIOM 2.1: a sparse table in HDF5 [1].

    sample/ids, observation/ids
    observation/matrix/{data, indices, indptr}    values of row i: indptr[i] up to indptr[i + 1]

The file is parsed in a process of its own; here every index is checked before it is used.

[1] biom-format.org, the BIOM file format: version 2.1.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from latentcore.arrays import Array, Indices
from latentcore.data.tables import biom, sandbox
from latentcore.data.tables.choices import Log
from latentcore.data.tables.table import Table, TableError
from latentcore.data.unreadable import listed

SIGNATURE = b"\x89HDF\r\n\x1a\n"


def fits(raw: bytes) -> bool:
    """HDF5 begins with eight bytes of its own."""
    return raw.startswith(SIGNATURE)


def read(raw: bytes, log: Log) -> Table:
    """Bytes -> Table.  Raises TableError."""
    found = sandbox.extract("hdf5", raw)
    about = sandbox.text_of(found["about"])
    ids, taxa = about["ids"], about["taxa"]
    biom.refuse_large(len(taxa), len(ids))
    if bool(found["axis"][0]):
        values = _dense(found, len(taxa), len(ids)).T
    else:
        values = _dense(found, len(ids), len(taxa))
    log.say("A BIOM 2.1 file (HDF5).")
    if about["left_out"]:
        log.say(f"Metadata that are neither text nor numbers: {listed(about['left_out'])}.")
    samples, observations = (
        [{name: column[i] for name, column in about[which].items()} for i in range(n)]
        for which, n in (("samples", len(ids)), ("observations", len(taxa)))
    )
    return biom.table(values, ids, taxa, samples, observations, log)


def _dense(found: dict[str, NDArray[Any]], rows: int, columns: int) -> Array:
    """data (M,), indices (M,), indptr (rows + 1,) -> values (rows, columns).  Raises TableError."""
    data, indices, indptr = (found[name] for name in ("data", "indices", "indptr"))
    if len(indptr) != rows + 1 or len(data) != len(indices):
        raise _wrong("its parts do not have the lengths they should")
    if indptr[0] != 0 or indptr[-1] != len(data) or (indptr[1:] < indptr[:-1]).any():
        raise _wrong("the places where rows begin do not rise from 0 to the number of values")
    if len(indices) and (indices.min() < 0 or indices.max() >= columns):
        raise _wrong(f"a value stands in place {int(indices.max())} of {columns}")
    starts: Indices = indptr.astype(np.int64)
    row = np.repeat(np.arange(rows), starts[1:] - starts[:-1])
    column: Indices = indices.astype(np.int64)
    if len(np.unique(row * columns + column)) < len(row):
        raise _wrong("two values stand in one place")
    values = np.zeros((rows, columns))
    values[row, column] = data
    return values


def _wrong(what: str) -> TableError:
    return TableError(
        f"The table in the BIOM file is damaged: {what}.",
        expected="Expected indices that stay within the table.",
        do="Write it again with biom convert, or export it as text.",
    )
