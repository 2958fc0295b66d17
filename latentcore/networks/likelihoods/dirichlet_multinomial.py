"""Counts whose shares scatter: a multinomial with shares from a Dirichlet, integrated out.

    log p(x) = log n!/prod x_j! + log G(A) - log G(n + A) + sum_j log G(x_j + a_j) - log G(a_j)

with A = sum_j a_j [1].  The larger A, the nearer to a multinomial.  Zeros are counts like others.

[1] J. E. Mosimann, On the compound multinomial distribution, 1962.
"""

from typing import ClassVar

import numpy as np
import torch
from torch import Tensor

from latentcore.arrays import Array
from latentcore.networks.likelihoods.composition import (
    Composition,
    counts,
    draw_shares,
    log_concentration,
    log_ways,
)
from latentcore.networks.likelihoods.likelihood import precise


class DirichletMultinomial(Composition):
    """Output: a logit for each part, then the log of the total concentration over p."""

    name: ClassVar[str] = "Dirichlet-multinomial"
    discrete = True

    def channels(self, data_channels: int) -> int:
        """See Likelihood: the parts and one."""
        return data_channels + 1

    def shares(self, output: Tensor) -> Tensor:
        """See Composition."""
        return output[:, :-1].softmax(1)

    def log_prob(self, output: Tensor, x: Tensor) -> Tensor:
        """See Likelihood: of counts, given their total."""
        number, a = counts(x), log_concentration(output).exp()
        total = a.sum(1)
        whole = torch.lgamma(total) - torch.lgamma(number.sum(1) + total)
        parts = (torch.lgamma(number + a) - torch.lgamma(a)).sum(1)
        return (log_ways(number) + whole + parts).to(precise(output).dtype)

    def draw(self, output: Array, rng: np.random.Generator) -> np.ndarray:
        """See Composition."""
        return rng.multinomial(self.depth, draw_shares(output, rng))
