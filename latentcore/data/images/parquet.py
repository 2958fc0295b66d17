"""Parquet tables as Hugging Face writes them: a column of pictures, and perhaps one of labels [1].

A picture is a struct of bytes (a PNG or JPEG file) and path, or the bytes alone; names of classes
lie in the metadata of the schema, under "huggingface".

[1] https://huggingface.co/docs/hub/datasets-image
"""

import json
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from latentcore.data.images import limits, pictures
from latentcore.data.images.asked import Asked
from latentcore.data.images.imageset import ImageError, ImageSet
from latentcore.data.unreadable import listed, short

IMAGES = ("image", "img", "picture")
LABELS = ("label", "labels", "class", "target", "fine_label", "y")
ROWS = 8  # unpacked at a time: a dictionary can make many large rows of one


def read(raw: bytes, asked: Asked) -> ImageSet:
    """The pictures of a Parquet file.  Raises ImageError."""
    try:
        with pq.ParquetFile(pa.BufferReader(raw)) as file:
            limits.few(file.metadata.num_rows)
            image, label = _image(file.schema_arrow), _label(file.schema_arrow)
            encoded, values = _columns(file, image, label)
            names = _names(file.schema_arrow, label)
    except ImageError:
        raise
    except Exception as error:  # a damaged file raises anything
        raise ImageError(
            "The Parquet file is damaged.",
            where=f"Reading stopped with {short(str(error), 80)}.",
            expected="Expected a whole file.",
            do="Download it again.",
        ) from error
    items = [(f"row {i + 1}", partial(bytes, png)) for i, png in enumerate(encoded)]
    pixels, kept = pictures.decode(items, asked)
    if None in values:
        asked.notes.append(f"The labels in {short(label)} have gaps and were left out.")
        values = []
    chosen = [values[i] for i in kept] if values else None
    numbers = chosen and isinstance(chosen[0], int)
    return asked.finish(pixels, np.array(chosen, np.int64) if numbers else chosen, names)


def _columns(file: pq.ParquetFile, image: str, label: str) -> tuple[list[bytes], list[Any]]:
    """Encoded pictures, and labels if there is a column of them."""
    encoded: list[bytes] = []
    values: list[Any] = []
    size = 0
    for batch in file.iter_batches(ROWS, columns=[image, *filter(None, [label])]):
        for row in batch.column(image).to_pylist():
            encoded.append((row.get("bytes") if isinstance(row, dict) else row) or b"")
            size += len(encoded[-1])
        limits.small(size)
        values += batch.column(label).to_pylist() if label else []
    return encoded, values


def _image(schema: pa.Schema) -> str:
    """The column of pictures: by its name if there are several."""
    fits = [field.name for field in schema if _holds_pictures(field.type)]
    if not fits:
        raise ImageError(
            "The Parquet file has no column of pictures.",
            where=f"Its columns are {listed(schema.names, 8)}.",
            expected="Expected a column with the bytes of a PNG or JPEG file in each row.",
            do="Save the data set with its images inside, not with links to them.",
        )
    return str(min(fits, key=lambda name: (name.lower() not in IMAGES, fits.index(name))))


def _holds_pictures(kind: pa.DataType) -> bool:
    if pa.types.is_struct(kind):
        return kind.get_field_index("bytes") >= 0 and _holds_pictures(kind.field("bytes").type)
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind))


def _label(schema: pa.Schema) -> str:
    """The column of labels, or nothing."""
    for name in schema.names:
        kind = schema.field(name).type
        plain = pa.types.is_integer(kind) or pa.types.is_string(kind)
        if name.lower() in LABELS and (plain or pa.types.is_large_string(kind)):
            return str(name)
    return ""


def _names(schema: pa.Schema, label: str) -> list[str]:
    """What the metadata calls the labels 0, 1, ...; nothing where it is not as expected."""
    try:
        about = json.loads((schema.metadata or {})[b"huggingface"])
        names = about["info"]["features"][label]["names"]
    except (KeyError, TypeError, ValueError, RecursionError):
        return []
    return names if isinstance(names, list) and all(isinstance(n, str) for n in names) else []
