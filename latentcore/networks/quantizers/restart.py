"""Codes that are hardly used begin again where the encoder's outputs are [1].

A code whose running share of the positions falls below a fraction of the mean share is dead: it
gets few rows, so it moves little, so it gets few rows.  It is put at a row of the current batch,
a different one for each dead code, and credited with the mean share, so that it has time to
collect rows of its own before it is judged again.

Shapes are the same whatever the number of dead codes, and nothing is read back from the device.

[1] Williams et al. 2020, Hierarchical quantized autoencoders (appendix); Dhariwal et al. 2020,
    Jukebox, section 3.1.
"""

import torch
from torch import Generator, Tensor

from latentcore.networks.draws import permutation


@torch.no_grad()
def replacements(
    share: Tensor, fraction: float, rows: Tensor, generator: Generator
) -> tuple[Tensor, Tensor]:
    """Which codes to move (K,), bool, and where to (K, D): shares (K,), rows (N, D).

    When more codes are dead than there are rows, the last of them wait for another batch: two
    codes at one place would leave one of them without rows.
    """
    dead = share < fraction * share.mean()
    number = dead.cumsum(0) - 1  # of each dead code among the dead
    dead = dead & (number < len(rows))
    order = permutation(len(rows), rows, generator)
    return dead, rows[order[number.clamp(0, len(rows) - 1)]]
