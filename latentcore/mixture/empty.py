"""What happens to a component that has lost its samples.

Its parameters would be 0 / 0.  It is either given a second chance at the sample that the
mixture explains worst, with the average shape of the others, or dropped; both are reported.
"""

from dataclasses import replace

import numpy as np

from latentcore.data.chunked import Samples
from latentcore.mixture.mixture import Mixture
from latentcore.mixture.sweep import Sums

EMPTY = 1e-6  # expected samples of average weight


def reseed(mixture: Mixture, k: int, sums: Sums, data: Samples) -> tuple[Mixture, str]:
    """Component k moved to the worst explained sample with weight 1 / K, and what was done."""
    row = sums.worst[1]
    log_weight = mixture.log_weight + np.log1p(-1 / len(mixture))
    log_weight[k] = -np.log(len(mixture))
    log_weight -= np.log(np.exp(log_weight).sum())
    fresh = replace(
        mixture,
        log_weight=log_weight,
        components=mixture.components.refreshed(k).moved(k, data.row(row)),
        heads=None if mixture.heads is None else mixture.heads.cleared(k),
    )
    return fresh, (
        f"component {k + 1} was empty (n_k = {sums.count[k]:.1e}) and was reseeded at sample "
        f"{row}, the one explained worst"
    )


def drop(mixture: Mixture, k: int, sums: Sums) -> tuple[Mixture, str]:
    """The mixture without component k, and what was done."""
    rest = mixture.take(np.delete(np.arange(len(mixture)), k))
    return rest, (
        f"component {k + 1} was empty (n_k = {sums.count[k]:.1e}) and was dropped; "
        f"{len(rest)} remain"
    )
