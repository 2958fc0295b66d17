"""Large plain tables, several times faster and in a fifth of the memory.

    the first rows as cells -> which columns are text -> one pass over the file

Whatever is not plain (a cell that is no number, a row that is short, a layout of its own) gives
None, and the file is read cell by cell, so that there is one sentence for it.
"""

import numpy as np
from numpy.typing import NDArray

from latentcore.arrays import Array, Indices
from latentcore.data.tables import columns, decimals, naming, qiime, taxonomy
from latentcore.data.tables.choices import Log
from latentcore.data.tables.delimited import Delimited
from latentcore.data.tables.finishing import finish, only
from latentcore.data.tables.grid import Grid
from latentcore.data.tables.orientation import rows_are_taxa, with_header
from latentcore.data.tables.parsing import Columns, parsed
from latentcore.data.tables.table import Table


def read(head: Grid, file: Delimited, log: Log) -> Table | None:
    """The first rows as cells, and the text -> Table, or None if not plain.

    Raises TableError, without the place in the file: read cell by cell for that.
    """
    trial = log.trial()
    header, label = head.header, log.choices.label
    of_qiime, comma = qiime.fits(head), trial.found["decimal"].value == "comma"
    plain = all(header[1:]) and len(set(header)) == len(header) > 1
    plain = plain and not (comma and file.delimiter == ",")
    if not plain or not (of_qiime or with_header(head, trial) is head):
        return None
    text = _text_columns(head, label)
    turned = naming.taxon_share(head.column(0)) >= 0.5  # a guess: what is wrong is copied once
    found = parsed(file, len(header), text, turned, trial)
    if found is None:
        return None
    texts, numbers = found
    if not (numbers >= 0).all() or np.isinf(numbers).any():
        return None
    if comma and not _with_points(texts, file, trial):
        return None
    if of_qiime:
        trial.say(qiime.SAID)
    if rows_are_taxa(header, lambda j: tuple(texts[j]), trial):
        return _taxa_in_rows(head, texts, numbers, trial)
    return _samples_in_rows(head, texts, numbers, trial)


def _text_columns(head: Grid, label: str | None) -> list[int]:
    """The first column, those that name something, and those that hold words in the first rows."""
    words: NDArray[np.bool_] = np.asarray(np.isnan(columns.as_numbers(head.cells[1:])).any(axis=0))
    words[0] = True
    numeric = [name for name, word in zip(head.header, words, strict=True) if not word]
    described = dict(zip(numeric, naming.facts(numeric), strict=True))
    return [
        j
        for j, name in enumerate(head.header)
        if words[j] or name == label or naming.is_id(name) or described[name]
    ]


def _with_points(texts: Columns, file: Delimited, log: Log) -> bool:
    """Turn the commas of numbers among texts into points; False where numbers stand for ids."""
    if any(map(decimals.is_comma, texts[0])):
        return False
    below = file.text.find("\n", file.header) + 1
    changed = file.text.count(",", below)  # one in each number that is no text
    for column in texts.values():
        changed += sum(decimals.is_comma(cell) - cell.count(",") for cell in column)
        column[:] = [cell.replace(",", ".") if decimals.is_comma(cell) else cell for cell in column]
    log.say(decimals.said(changed))
    return True


def _taxa_in_rows(head: Grid, texts: Columns, numbers: Array, log: Log) -> Table | None:
    """Names of taxa down the first column, numbers in others, and what is said about the taxa."""
    header, taxa = head.header, texts[0]
    about, lineages = taxonomy.lineages_of(header, lambda j: texts.get(j, taxa))
    if (
        log.choices.label is not None
        or any(naming.facts(taxa))
        or {0, *about} != set(texts)
        or not all(taxa)
        or len({*taxa, header[0]}) <= len(taxa)
    ):
        return None
    if any(naming.plain(taxon) in {"sampleid", "samplename"} for taxon in taxa):
        return None
    if about:
        log.say(taxonomy.said([header[j] for j in about]))
    log.say(columns.said_of_ids(f"row {head.rows[0] + 1}", header[0]))
    samples = tuple(name for j, name in enumerate(header) if j not in texts)
    return finish(numbers.T, samples, taxa, {}, log, lineages)


def _samples_in_rows(head: Grid, texts: Columns, numbers: Array, log: Log) -> Table | None:
    """Ids in the first column, and taxa and metadata beside them."""
    ids, header = tuple(texts[0]), head.header
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
    values = only(numbers, np.arange(len(ids)), np.array([at[j] for j in taxa_at]))
    return finish(
        values,
        ids,
        [header[j] for j in taxa_at],
        {header[j]: tuple(texts[j]) for j in text_at},
        log,
    )
