"""The last steps of every format: one rank where they are mixed, nothing empty, a kind."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from latentcore.arrays import Array, Indices
from latentcore.data.tables import lineage, ranking
from latentcore.data.tables.choices import Log
from latentcore.data.tables.table import Kind, Table, TableError
from latentcore.data.unreadable import counted, listed, were


def finish(  # noqa: PLR0913 (what a table is made of)
    values: Array,
    ids: tuple[str, ...],
    taxa: list[str],
    metadata: Mapping[str, tuple[str, ...]],
    log: Log,
    taxonomy: Mapping[str, str] | None = None,
) -> Table:
    """Drop what holds nothing or would be counted twice, decide the kind, and make the table.

    `values` are the table's from now on, and may be moved within their memory.  `taxonomy` maps a
    taxon to its lineage where the name does not spell it out.
    """
    stay = ranking.counted_once(values, taxa, log)
    positive = values > 0
    seen = stay & positive.any(axis=0)
    if never := int((stay & ~seen).sum()):
        log.say(f"{counted(never, 'taxon', 'taxa')} seen in no sample {were(never)} left out.")
    taxa = [t for t, s in zip(taxa, seen, strict=True) if s]
    full: NDArray[np.bool_] = np.asarray(positive[:, seen].any(axis=1))
    del positive
    if not full.any():
        raise TableError(
            "Every abundance is zero.",
            expected="Expected counts or proportions.",
            do="Check that the right columns hold the taxa.",
        )
    if not full.all():
        lost = [name for name, f in zip(ids, full, strict=True) if not f]
        log.say(
            f"{counted(len(lost), 'sample')} without any taxon {were(len(lost))} left out: "
            f"{listed(lost)}."
        )
    rows = np.flatnonzero(full)
    values = only(values, rows, np.flatnonzero(seen))
    with np.errstate(over="ignore"):
        if not np.isfinite(values.sum()):
            raise TableError(
                "The abundances are too large to be added up.",
                expected="Expected counts or proportions.",
                do="Check the decimal sign and the delimiter.",
            )
    known = taxonomy or {}
    ranks = lineage.columns([lineage.parse(known.get(taxon) or taxon) for taxon in taxa])
    kind = _kind(values, log)
    return Table(
        values,
        tuple(ids[i] for i in rows),
        tuple(taxa),
        kind,
        {name: tuple(column[i] for i in rows) for name, column in metadata.items()},
        tuple(log.notes),
        ranks,
        dict(log.found),
        {rank: sums[rows] for rank, sums in log.sums.items()},
    )


def only(values: Array, rows: Indices, columns: Indices) -> Array:
    """Rows and columns in the order of the array, C-contiguous and in the same memory if possible.

    A large table would be held twice while it is copied.  What little is left of one is copied.
    """
    size, width = len(rows) * len(columns), len(columns)
    if size == values.size and values.flags.c_contiguous:
        return values
    if 2 * size < values.size or not (values.flags.c_contiguous and values.flags.writeable):
        return np.ascontiguousarray(values[np.ix_(rows, columns)])
    flat = values.reshape(-1)
    for to, row in enumerate(rows):  # never to behind what is read next
        flat[to * width : (to + 1) * width] = values[row, columns]
    return flat[:size].reshape(len(rows), width)


def _kind(values: Array, log: Log) -> Kind:
    """Counts are whole numbers whose totals vary; all else is read as proportions."""
    totals = values.sum(axis=1)
    if all((row == np.floor(row)).all() for row in values) and (
        np.ptp(totals) > 0 or totals[0] > 100
    ):
        if values.max() <= 1:
            log.say("All cells are 0 or 1: this is presence and absence, not abundance.")
        return "counts"
    whole = next((w for w in (1.0, 100.0, 1e6) if 0.5 * w < np.median(totals) <= 1.02 * w), None)
    if whole is None:
        log.say("Totals are near none of 1, 100 or a million; they are closed to 1 anyway.")
    elif (low := int((totals < 0.9 * whole).sum())) > 0:
        log.say(
            f"The total is under 90 % of {whole:g} in {counted(low, 'sample')} (least "
            f"{totals.min():.4g}): a part is missing from the table. All are closed to 1 anyway."
        )
    return "proportions"
