"""Large plain tables, several times faster: numbers go through pandas' parser, never as text.

    the first rows as cells -> which columns are text -> one pass over the file

A number costs ten times as much while it is a Python string.  Whatever is not plain (a cell that is
no number, a header that is short, a layout of its own) gives None, and the file is read cell by
cell, so that there is one sentence for it.
"""

import io

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from latentcore.arrays import Array, Indices
from latentcore.data.tables import columns, naming, taxonomy
from latentcore.data.tables.choices import Log
from latentcore.data.tables.finishing import finish
from latentcore.data.tables.grid import Grid, refuse_large
from latentcore.data.tables.lineage import RANKS
from latentcore.data.tables.orientation import rows_are_taxa, with_header
from latentcore.data.tables.table import Table


def read(head: Grid, body: str, delimiter: str, log: Log) -> Table | None:
    """The first rows as cells, and the text below the header -> Table, or None if not plain.

    Raises TableError, without the place in the file: read cell by cell for that.
    """
    trial = Log(log.choices, list(log.notes), dict(log.found))
    header, label = head.header, log.choices.label
    plain = all(header[1:]) and len(set(header)) == len(header) > 1
    if not plain or with_header(head, trial) is not head:
        return None
    text = _text_columns(head, label)
    frame = _parsed(body, delimiter, text)
    if frame is None or frame.shape[1] != len(header):
        return None
    refuse_large(*frame.shape)
    texts = {j: tuple(frame[j].str.strip()) for j in text}
    others = [j for j in range(len(header)) if j not in texts]
    if any(kind.kind not in "iuf" for kind in frame.dtypes[others]):
        return None
    numbers = np.full(frame.shape, np.nan)
    numbers[:, _span(others)] = frame[others].to_numpy(np.float64)
    known = numbers[:, _span(others)]
    if not (known >= 0).all() or np.isinf(known).any():
        return None
    del frame
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


def _parsed(body: str, delimiter: str, text: list[int]) -> pd.DataFrame | None:
    """Cells below the header; None where the rows cannot be cut or a column is mixed."""
    try:
        return pd.read_csv(
            io.BytesIO(body.encode()),  # StringIO holds four bytes for every letter
            sep=delimiter,
            header=None,
            dtype=dict.fromkeys(text, str),
            na_filter=False,
            low_memory=False,
        )
    except (ValueError, OverflowError):  # pandas' ParserError is a ValueError
        return None


def _span(positions: list[int]) -> slice | list[int]:
    """Neighbouring positions as a slice, which copies nothing."""
    whole = positions and positions == list(range(positions[0], positions[-1] + 1))
    return slice(positions[0], positions[-1] + 1) if whole else positions


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
    return finish(numbers[:, 1:].T, header[1:], list(taxa), {}, log)


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
    for j, column in texts.items():
        numbers[:, j] = columns.as_numbers(np.array(column, dtype=object)[:, None])[:, 0]
    log.say(columns.said_of_ids("column A", header[0]))
    text_at, taxa_at = columns.sort(sheet, numbers, 0, log)
    values = numbers[:, _span(taxa_at)]
    if not set(text_at) <= set(texts) or not (values >= 0).all():
        return None
    return finish(
        values, ids, [header[j] for j in taxa_at], {header[j]: texts[j] for j in text_at}, log
    )
