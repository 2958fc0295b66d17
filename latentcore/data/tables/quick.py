"""Large plain tables, several times faster: numbers go through Arrow's parser, never as text.

    the first rows as cells -> which columns are text -> one pass over the file

A number costs ten times as much while it is a Python string.  Whatever is not plain (a cell that is
no number, a header that is short, a layout of its own) gives None, and the file is read cell by
cell, so that there is one sentence for it.
"""

import io
from typing import Any, Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import csv

from latentcore.arrays import Array, Indices
from latentcore.data.tables import columns, naming, taxonomy
from latentcore.data.tables.choices import Log, Watch
from latentcore.data.tables.delimited import Delimited
from latentcore.data.tables.finishing import finish
from latentcore.data.tables.grid import Grid, refuse_large
from latentcore.data.tables.lineage import RANKS
from latentcore.data.tables.orientation import rows_are_taxa, with_header
from latentcore.data.tables.table import Table

BLOCK = 4_000_000  # bytes that Arrow parses at a time


def read(head: Grid, file: Delimited, log: Log) -> Table | None:
    """The first rows as cells, and the text -> Table, or None if not plain.

    Raises TableError, without the place in the file: read cell by cell for that.
    """
    trial = log.trial()
    header, label = head.header, log.choices.label
    plain = all(header[1:]) and len(set(header)) == len(header) > 1
    if not plain or with_header(head, trial) is not head:
        return None
    text = _text_columns(head, label)
    turned = naming.taxon_share(head.column(0)) >= 0.5  # a guess: what is wrong is copied once
    found = _parsed(file, len(header), text, log.watch, "F" if turned else "C")
    if found is None:
        return None
    texts, numbers = found
    if not (numbers >= 0).all() or np.isinf(numbers).any():
        return None
    if rows_are_taxa(header, texts.__getitem__, trial):
        return _taxa_in_rows(header, texts, numbers, trial)
    return _samples_in_rows(head, texts, numbers, trial)


def _text_columns(head: Grid, label: str | None) -> list[int]:
    """The first column, those that name something, and those that hold words in the first rows."""
    words: NDArray[np.bool_] = np.asarray(np.isnan(columns.as_numbers(head.cells[1:])).any(axis=0))
    taxa = naming.taxon_share(n for n, w in zip(head.header, words, strict=True) if not w) >= 0.8
    return [
        j
        for j, name in enumerate(head.header)
        if j == 0
        or words[j]
        or name == label
        or naming.is_id(name)
        or naming.is_fact(name)
        or (taxa and not naming.looks_like_taxon(name))
    ]


def _parsed(
    file: Delimited, width: int, text: list[int], watch: Watch, order: Literal["C", "F"]
) -> tuple[dict[int, tuple[str, ...]], Array] | None:
    """Columns of text, and all others as numbers (N, D).

    None where the rows cannot be cut or a column is mixed.  Arrow parses some rows at a time, so
    that little more than the numbers themselves is held in memory.
    """
    most = file.rows - 1
    refuse_large(most, width)
    numbers, row = np.empty((most, width - len(text)), order=order), 0
    texts: dict[int, list[str]] = {j: [] for j in text}
    names = [str(j) for j in range(width)]
    types = {n: pa.string() if j in texts else pa.float64() for j, n in enumerate(names)}
    longest = 4 * len(file.text) // file.rows
    try:
        with csv.open_csv(
            pa.PythonFile(_Bytes(file), "r"),
            csv.ReadOptions(column_names=names, block_size=max(BLOCK, longest), use_threads=False),
            csv.ParseOptions(delimiter=file.delimiter),
            csv.ConvertOptions(column_types=types, null_values=[], strings_can_be_null=False),
        ) as batches:
            for batch in batches:
                at, rows = 0, slice(row, row + batch.num_rows)
                for j, column in enumerate(batch.columns):
                    if j in texts:
                        texts[j] += [cell.strip() for cell in column.to_pylist()]
                    else:
                        numbers[rows, at] = column.to_numpy()
                        at += 1
                row = rows.stop
                watch(row / most)
    except pa.ArrowException:
        return None
    return {j: tuple(column) for j, column in texts.items()}, numbers[:row]


class _Bytes(io.RawIOBase):
    """The text below the header as a file of bytes, encoded while it is read."""

    def __init__(self, file: Delimited) -> None:
        self.text, self.at = file.text, file.text.find("\n", file.header) + 1
        self.rest = b""

    def readable(self) -> bool:
        """It can be read, and nothing else."""
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 (a buffer of bytes)
        """Fill the buffer as far as the text reaches."""
        part = self.rest or self.text[self.at : self.at + len(buffer)].encode()
        self.at += 0 if self.rest else len(buffer)
        n = min(len(part), len(buffer))  # a letter may be several bytes
        buffer[:n], self.rest = part[:n], part[n:]
        return n


def _taxa_in_rows(
    header: tuple[str, ...], texts: dict[int, tuple[str, ...]], numbers: Array, log: Log
) -> Table | None:
    """Names of taxa down the first column and numbers in all others."""
    taxa = texts[0]
    about = taxonomy.WHOLE | taxonomy.ASIDE | set(RANKS)
    odd = any(naming.plain(name) in about for name in header[1:])
    named = naming.taxon_share(taxa) >= 0.8
    facts = any(
        naming.is_fact(taxon) or (named and not naming.looks_like_taxon(taxon)) for taxon in taxa
    )
    if (
        log.choices.label is not None
        or odd
        or facts
        or len(texts) > 1
        or not all(taxa)
        or len({*taxa, header[0]}) <= len(taxa)
    ):
        return None
    if any(naming.plain(taxon) in {"sampleid", "samplename"} for taxon in taxa):
        return None
    log.say(columns.said_of_ids("row 1", header[0]))
    return finish(numbers.T, header[1:], list(taxa), {}, log)


def _samples_in_rows(
    head: Grid, texts: dict[int, tuple[str, ...]], numbers: Array, log: Log
) -> Table | None:
    """Ids in the first column, and taxa and metadata beside them."""
    ids, header = texts[0], head.header
    other = any(naming.plain(name) in {"sampleid", "samplename"} for name in header[1:])
    named = naming.is_id(header[0]) or not header[0]
    empty = any(not any(column) for column in texts.values())
    if other or not named or empty or not all(ids) or len(set(ids)) < len(ids):
        return None
    rest: Indices = np.arange(1, len(ids) + 1)
    sheet = columns.Sheet(header, np.empty((0, 0), object), rest, head.columns)
    known = np.ones(len(header), bool)
    for j, column in texts.items():
        cells = columns.as_numbers(np.array(column, dtype=object)[:, None])
        known[j] = columns.are_numbers(cells)[0]
    log.say(columns.said_of_ids("column A", header[0]))
    text_at, taxa_at = columns.sort(sheet, known, 0, log)
    if not set(text_at) <= set(texts) or set(taxa_at) & set(texts):
        return None
    at = {j: i for i, j in enumerate(j for j in range(len(header)) if j not in texts)}
    whole = len(taxa_at) == len(at)  # a large table is not copied for nothing
    values = numbers if whole else numbers[:, [at[j] for j in taxa_at]]
    return finish(
        values, ids, [header[j] for j in taxa_at], {header[j]: texts[j] for j in text_at}, log
    )
