"""What BIOM 1 and BIOM 2.1 have in common: values, ids, and what is said about each of them."""

from collections.abc import Mapping, Sequence

import numpy as np

from latentcore.arrays import Array
from latentcore.data.tables.choices import Log
from latentcore.data.tables.finishing import finish
from latentcore.data.tables.grid import refuse_large
from latentcore.data.tables.naming import plain
from latentcore.data.tables.table import Table, TableError
from latentcore.data.unreadable import counted, short

About = Mapping[str, object]
__all__ = ["About", "refuse_large", "table"]


def table(  # noqa: PLR0913 (values, two lists of ids, two of metadata)
    values: Array,
    ids: list[str],
    taxa: list[str],
    samples: Sequence[About],
    observations: Sequence[About],
    log: Log,
) -> Table:
    """values (N, D), N sample ids, D taxa and metadata for each -> Table.  Raises TableError."""
    if not ids or not taxa:
        raise TableError(
            "The BIOM file holds no table.",
            where=f"It has {counted(len(ids), 'sample')} and {counted(len(taxa), 'observation')}.",
            expected="Expected one of each at least.",
            do="Check that nothing was filtered away before it was written.",
        )
    _unique(ids, "samples")
    _unique(taxa, "observations")
    wrong = np.argwhere(~((values >= 0) & np.isfinite(values)))
    if len(wrong):
        i, j = (int(v) for v in wrong[0])
        raise TableError(
            f"The value of {short(taxa[j])} in sample {short(ids[i])} is {values[i, j]:g}.",
            expected="Expected a count or a proportion, zero or more.",
            do="Write counts or proportions, not logarithms or centred values.",
        )
    names = dict.fromkeys(name for about in samples for name in about)
    metadata = {name: tuple(_text(about.get(name)) for about in samples) for name in names}
    log.decide("rows", "taxa", ("taxa",))
    return finish(values, tuple(ids), taxa, metadata, log, _taxonomy(taxa, observations))


def _unique(names: list[str], what: str) -> None:
    if "" in names or len(set(names)) < len(names):
        first = next(name for name in names if not name or names.count(name) > 1)
        raise TableError(
            f"Two {what} have the id {short(first)}." if first else f"One of the {what} has no id.",
            expected=f"Expected {what} to have ids of their own.",
            do="Rename or remove the copy and write the file again.",
        )


def _taxonomy(taxa: list[str], observations: Sequence[About]) -> dict[str, str]:
    """Lineages from the metadata called taxonomy, lists or texts."""
    found = {}
    for taxon, about in zip(taxa, observations, strict=True):
        for name, value in about.items():
            if plain(name) in {"taxonomy", "taxon"} and value:
                found[taxon] = _text(value)
    return found


def _text(value: object) -> str:
    """Metadata as text: lists are joined as lineages are."""
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return ";".join(_text(part) for part in value)
    return " ".join(str(value).split())
