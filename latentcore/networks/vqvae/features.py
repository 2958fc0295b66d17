"""What an encoder sees of a composition: log-ratios, which parts are absent, and how much was seen.

    clr(x + c), [x_j > 0], log(n / 10 000)          p + p + 1 numbers

Centred log-ratios do not depend on the total n; with the pseudo-count c a zero has one too, which
depends on n, so zeros are also marked and the total is told.  Proportions have neither zeros nor a
total: c and the last number are 0.
"""

from math import log

import torch
from torch import Tensor

PSEUDO = 0.5  # of a count
DEPTH = 10_000  # a common total: its logarithm is where that feature is 0


def size(parts: int) -> int:
    """How many numbers there are for p parts."""
    return 2 * parts + 1


def features(x: Tensor) -> Tensor:
    """Counts (int) or proportions (float) to float32: (B, p) -> (B, 2 p + 1)."""
    proportions = x.is_floating_point()
    numbers = x.float()
    total = numbers.sum(1, keepdim=True)
    logs = (numbers if proportions else numbers + PSEUDO).log()
    depth = torch.zeros_like(total) if proportions else total.clamp(min=1).log() - log(DEPTH)
    return torch.cat([logs - logs.mean(1, keepdim=True), (numbers > 0).float(), depth], 1)
