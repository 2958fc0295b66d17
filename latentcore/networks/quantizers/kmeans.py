"""K-means, to begin with codes where the encoder's outputs are.

A codebook drawn around zero starts with every row nearest to the same few codes; the others are
never chosen and never learn.  Centres drawn one by one with probability proportional to the
squared distance from those before (k-means++ [1]) and then moved to the means of their rows
(Lloyd [2]) start with every code in use.

[1] Arthur, Vassilvitskii 2007, k-means++: the advantages of careful seeding.
[2] Lloyd 1982, Least squares quantization in PCM.
"""

import torch
from torch import Generator, Tensor

from latentcore.networks.draws import choices
from latentcore.networks.quantizers.assignment import counts, nearest, sums

TINY = 1e-20  # keeps the draw possible when all rows lie on centres already


@torch.no_grad()
def kmeans(rows: Tensor, codes: int, generator: Generator, steps: int = 10) -> Tensor:
    """Centres of the rows: (N, D) -> (K, D).  With fewer rows than codes some centres repeat."""
    centres = spread(rows, codes, generator)
    for _ in range(steps):
        centres = lloyd(rows, centres)
    return centres


def spread(rows: Tensor, codes: int, generator: Generator) -> Tensor:
    """Rows far from one another, by k-means++: (N, D) -> (K, D)."""
    distance = rows.new_ones(len(rows))  # for the first: all alike
    chosen = []
    for _ in range(codes):
        chosen.append(rows[choices(distance, 1, generator)])
        new = (rows - chosen[-1]).square().sum(1) + TINY
        distance = new if len(chosen) == 1 else torch.minimum(distance, new)
    return torch.cat(chosen)


def lloyd(rows: Tensor, centres: Tensor) -> Tensor:
    """Each centre at the mean of its rows; one without rows stays: (N, D), (K, D) -> (K, D)."""
    index = nearest(rows, centres)
    size = counts(index, len(centres))[:, None]
    return torch.where(size > 0, sums(index, rows, len(centres)) / size.clamp(min=1), centres)
