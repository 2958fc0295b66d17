"""BIOM 1: a table as JSON, dense or sparse, taxa in rows [1].

    {"rows": [{"id", "metadata"}], "columns": [...], "shape": [D, N],
     "matrix_type": "sparse", "data": [[row, column, value], ...]}

[1] McDonald et al. 2012, The Biological Observation Matrix (BIOM) format.
"""

import json
from typing import Any

import numpy as np

from latentcore.arrays import Array
from latentcore.data.tables import biom
from latentcore.data.tables.choices import Log
from latentcore.data.tables.encoding import decode
from latentcore.data.tables.table import Table, TableError
from latentcore.data.unreadable import short

DO = "Write the table again, with biom convert for instance."
NEEDED = ("rows", "columns", "shape", "data")


def fits(raw: bytes) -> bool:
    """JSON begins with a brace, perhaps after blanks."""
    return raw[:1000].removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"


def read(raw: bytes, log: Log) -> Table:
    """Bytes -> Table.  Raises TableError."""
    whole = _parsed(decode(raw)[0])
    if not isinstance(whole, dict) or any(key not in whole for key in NEEDED):
        raise TableError(
            "The file is JSON, but not BIOM 1.",
            expected=f"Expected the keys {', '.join(NEEDED)}.",
            do=DO,
        )
    taxa, rows = _named(whole["rows"], "rows")
    ids, columns = _named(whole["columns"], "columns")
    if whole["shape"] != [len(taxa), len(ids)]:
        raise _wrong("its shape is not the number of its rows and columns")
    biom.refuse_large(len(taxa), len(ids))
    dense = whole.get("matrix_type", "sparse") == "dense"
    values = (_dense if dense else _sparse)(whole["data"], len(taxa), len(ids))
    log.say(f"A BIOM 1 file (JSON, {'dense' if dense else 'sparse'}).")
    return biom.table(values.T, ids, taxa, columns, rows, log)


def _parsed(text: str) -> Any:  # noqa: ANN401 (JSON is anything)
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise _wrong(f"the JSON cannot be read ({short(str(error), 60)})") from error


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number")


def _named(items: object, what: str) -> tuple[list[str], list[biom.About]]:
    """Ids and metadata of the rows or columns."""
    if not isinstance(items, list):
        raise _wrong(f"its {what} are not a list")
    ids: list[str] = []
    about: list[biom.About] = []
    for item in items:
        name = item.get("id") if isinstance(item, dict) else None
        if not isinstance(name, str | int):
            raise _wrong(f"one of its {what} has no id")
        ids.append(str(name))
        metadata = item.get("metadata")
        about.append(metadata if isinstance(metadata, dict) else {})
    return ids, about


def _numbers(data: object, width: int) -> Array:
    """Rows of `width` numbers.  Raises TableError."""
    if not isinstance(data, list):
        raise _wrong("its data are not a list")
    if not data:
        return np.zeros((0, width))
    plain = all(
        isinstance(row, list) and len(row) == width and all(type(v) in (int, float) for v in row)
        for row in data
    )
    if not plain:
        raise _wrong(f"its data are not rows of {width} numbers")
    try:
        return np.array(data, dtype=np.float64).reshape(len(data), width)
    except OverflowError as error:
        raise _wrong("it holds a number that is too large") from error


def _dense(data: object, rows: int, columns: int) -> Array:
    values = _numbers(data, columns)
    if len(values) != rows:
        raise _wrong(f"it has {len(values)} rows of data for {rows} rows")
    return values


def _sparse(data: object, rows: int, columns: int) -> Array:
    found = _numbers(data, 3)
    at, value = found[:, :2], found[:, 2]
    if (at != np.floor(at)).any() or (at < 0).any() or (at >= [rows, columns]).any():
        raise _wrong("a value stands outside of its rows and columns")
    i, j = at.astype(np.int64).T
    if len(np.unique(i * columns + j)) < len(i):
        raise _wrong("two values stand in one place")
    values = np.zeros((rows, columns))
    values[i, j] = value
    return values


def _wrong(what: str) -> TableError:
    return TableError(
        f"The file is not a whole BIOM 1 file: {what}.",
        expected="Expected rows and columns with ids, their shape, and data that fit it.",
        do=DO,
    )
