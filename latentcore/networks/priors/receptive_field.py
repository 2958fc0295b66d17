"""Which positions a prediction can see, found by asking the gradient.

A random sum of the features at a position is differentiated with respect to every embedding; where
the gradient is exactly zero, nothing is seen.  Convolutions see a window of

    first + layers (kernel - 1)

columns and the rows above within half of it, minus the blind spot of a single stack.
"""

import torch
from torch import Tensor

from latentcore.networks.draws import seeded
from latentcore.networks.priors.prior import Prior

REPEATS = 32  # random maps: in some of them a rectified unit is off


def influence(prior: Prior, position: tuple[int, int], seed: int = 0) -> Tensor:
    """Mean size of the gradient of the features at (row, column), by position: (h, w).

    Taken over random maps.  The map of a trained prior fades with distance:
    its effective field is smaller than what it could see.  The channels of one position see each
    other in their order; that is not in this picture.
    """
    s, (row, column) = prior.settings, position
    if not (0 <= row < s.grid[0] and 0 <= column < s.grid[1]):
        raise ValueError(f"position {position} lies outside of the grid {s.grid}")
    generator = seeded(seed)
    codes = torch.randint(s.codes, (s.channels, REPEATS, *s.grid), generator=generator)
    y = torch.randint(max(s.classes, 1), (REPEATS,), generator=generator)
    direction = torch.randn(REPEATS, s.hidden, generator=generator)
    device = prior.embedding[0].device
    with torch.enable_grad():
        embedded = prior.embed(codes.to(device).unbind(0)).permute(0, 3, 1, 2).detach()
        embedded.requires_grad_()
        at = prior.stack(embedded, y.to(device))[:, :, row, column]
        (gradient,) = torch.autograd.grad((at * direction.to(at)).sum(), embedded)
    return gradient.abs().mean((0, 1))


def receptive_field(prior: Prior, position: tuple[int, int]) -> Tensor:
    """Whether the prediction at (row, column) depends on each position: bool (h, w)."""
    return influence(prior, position) > 0
