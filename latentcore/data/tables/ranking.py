"""Mixed ranks: where a genus holds its species and both are in the table, one rank is read.

MetaPhlAn, MetAML and Kraken write every rank of the tree into one table; its sum is then the
number of ranks, not 1.
"""

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from latentcore.arrays import Array
from latentcore.data.tables import lineage, naming
from latentcore.data.tables.choices import Log
from latentcore.data.tables.table import TableError
from latentcore.data.unreadable import counted, listed, short, were

SOME = 200  # samples that are looked at: enough to tell, and pairs can be many


def counted_once(values: Array, taxa: list[str], log: Log) -> NDArray[np.bool_]:
    """Which taxa (D,) to keep so that nothing is counted twice.  Raises TableError."""
    above = _holders(values, taxa)
    if not above:
        if log.choices.rank is not None and "rank" not in log.found:
            raise TableError(
                f"The rank {short(log.choices.rank)} cannot be chosen: ranks are not mixed here.",
                expected="Expected taxa that hold other taxa of the table.",
                do="Leave the rank to detection, and add taxa up by rank afterwards.",
            )
        return np.ones(len(taxa), bool)
    depths = np.array([lineage.depth(lineage.parse(taxon)) for taxon in taxa])
    ranks = [rank for rank in lineage.RANKS if rank in set(depths)]
    aside = np.array([not d and naming.is_left_over(t) for d, t in zip(depths, taxa, strict=True)])
    if not ranks or (depths[~aside] == "").any():  # lineages without ranks: the ends of the tree
        log.say(
            f"Ranks are mixed and add up: {counted(len(above), 'taxon', 'taxa')} with others of "
            f"the table inside {were(len(above))} left out, so that nothing is counted twice "
            f"({listed([taxa[j] for j in above], 2)})."
        )
        return np.isin(np.arange(len(taxa)), above, invert=True)
    rank = log.decide("rank", "species" if "species" in ranks else ranks[-1], ranks)
    stay: NDArray[np.bool_] = (depths == rank) | aside
    log.sums.update({name: values[:, depths == name].sum(axis=1) for name in ranks})
    log.say(_said(values, stay, depths, rank, aside))
    return stay


def _said(
    values: Array, stay: NDArray[np.bool_], depths: NDArray[np.str_], rank: str, aside: Array
) -> str:
    """What one rank of several holds of the whole."""
    whole = max(values[:, depths == other].sum() for other in set(depths))
    share = values[:, depths == rank].sum() / whole if whole > 0 else 1.0
    others = Counter(depths[~stay].tolist())
    held = f" They hold {share:.0%} of the fullest rank." if share < 0.995 else ""
    kept = (
        f" {counted(int(aside.sum()), 'part')} outside of all ranks stayed." if aside.any() else ""
    )
    return (
        f"Ranks are mixed and add up: {counted(int((depths == rank).sum()), 'taxon', 'taxa')} of "
        f"the rank “{rank}” {were(int((depths == rank).sum()))} read, and "
        f"{counted(others.total(), 'taxon', 'taxa')} of other "
        f"ranks left out, so that nothing is counted twice.{held}{kept}"
    )


def _holders(values: Array, taxa: list[str]) -> list[int]:
    """Positions of taxa whose abundance contains that of others in the table.

    Names tell who is above whom; that a genus column holds its species and not only the reads
    left at the genus shows in the numbers: where a species was seen, the genus is never less.
    """
    above = naming.ancestors(taxa)
    pairs = [(j, i) for j, below in above.items() for i in below]
    if not pairs:
        return []
    parent, child = np.array(pairs).T
    seen = holds = 0
    for row in values[:SOME]:
        present = row[child] > 0
        seen += int(present.sum())
        holds += int((present & (row[parent] >= row[child] * (1 - 1e-3))).sum())
    return sorted(above) if seen and holds > 0.95 * seen else []
