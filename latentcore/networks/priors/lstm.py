"""The cell that both recurrent networks share: (h, c) from four sums [1].

    i, f, o = sigmoid(s_i), sigmoid(s_f), sigmoid(s_o)
    c = f c' + i tanh(s_g),    h = o tanh(c)

[1] S. Hochreiter, J. Schmidhuber, Long short-term memory, 1997.
"""

import torch
from torch import Generator, Tensor, nn

from latentcore.networks.priors.weights import bias


def cell(sums: Tensor, c: Tensor) -> tuple[Tensor, Tensor]:
    """Sums (..., 4 H) and the old cell (..., H) -> h and c, both (..., H)."""
    gates, g = torch.split(sums, [3 * c.shape[-1], c.shape[-1]], -1)
    i, f, o = torch.sigmoid(gates).chunk(3, -1)
    c = torch.addcmul(f * c, i, torch.tanh(g))
    return o * torch.tanh(c), c


def lstm_bias(classes: int, hidden: int, generator: Generator) -> nn.Parameter:
    """(classes or 1, 4 H), 1 for the forget gates, so that a cell remembers until it learns to."""
    start = bias(classes, 4 * hidden, generator)
    with torch.no_grad():
        start[:, hidden : 2 * hidden] += 1
    return start
