"""Taxa added up by rank: all species of a genus become the genus.

    s__a, s__b, s__c  ->  g__X = s__a + s__b,  unclassified F = s__c (of family F, no genus named)

Nothing is dropped: a taxon whose lineage ends above the rank is added up with others of the same
ancestors, so every sample keeps its total and every sum at a higher rank stays.  Lineages, not
names, are compared, because a name can stand in two places of the tree.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from latentcore.arrays import Array

if TYPE_CHECKING:
    from latentcore.data.tables import Table

Path = tuple[tuple[str, str], ...]
"""Ranks and their names from the top down."""
LETTERS = {"domain": "d", "strain": "t"}
UNKNOWN = "unclassified"


def aggregate(table: Table, rank: str) -> Table:
    """The table with its taxa added up by `rank`, in the order in which they are met.

    Raises ValueError where no taxon has a name at that rank.
    """
    if rank not in table.ranks:
        named = ", ".join(table.ranks) or "none"
        raise ValueError(f"the taxa have no rank {rank!r}; the ranks that are named: {named}")
    above = list(table.ranks)[: list(table.ranks).index(rank) + 1]
    paths = [_path(table, above, j) for j in range(len(table.taxa))]
    at = {path: g for g, path in enumerate(dict.fromkeys(paths))}
    group = np.array([at[path] for path in paths])
    ranks = {
        name: tuple(dict(path).get(name, "") for path in at)
        for name in above
        if any(name in dict(path) for path in at)
    }
    note = (
        f"{len(table.taxa):,} taxa were added up by {rank}: "
        f"{sum(bool(name) for name in ranks[rank]):,} have a name there."
    )
    return replace(
        table,
        values=summed(table.values, group, len(at)),
        taxa=tuple(_name(path, rank) for path in at),
        ranks=ranks,
        notes=(*table.notes, note),
    )


def summed(values: Array, group: Array, groups: int) -> Array:
    """Columns of values (N, D) of the same group (D,) added up: (N, groups)."""
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], np.arange(groups))
    added: Array = np.add.reduceat(values[:, order], starts, axis=1)
    return added


def _path(table: Table, ranks: list[str], j: int) -> Path:
    """The named ranks of a taxon."""
    return tuple((rank, name) for rank in ranks if (name := table.ranks[rank][j]))


def _name(path: Path, rank: str) -> str:
    """A lineage as MetaPhlAn writes it, which readers understand again."""
    spelt = [f"{LETTERS.get(name, name[0])}__{value}" for name, value in path]
    if not path:
        return UNKNOWN
    return "|".join(spelt if path[-1][0] == rank else [*spelt, f"{UNKNOWN} {path[-1][1]}"])
