"""Counts whose shares are known exactly: log p(x) = log n!/prod x_j! + sum_j x_j log s_j.

Reads are drawn one by one from the shares s = softmax(output), so counts scatter by chance alone.
Real communities scatter more (`dirichlet_multinomial.py`).
"""

from typing import ClassVar

import numpy as np
from torch import Tensor

from latentcore.arrays import Array
from latentcore.networks.likelihoods.composition import Composition, counts, exact, log_ways
from latentcore.networks.likelihoods.likelihood import precise


class Multinomial(Composition):
    """Output: one logit for each part."""

    name: ClassVar[str] = "multinomial"
    discrete = True

    def channels(self, data_channels: int) -> int:
        """See Likelihood: one each."""
        return data_channels

    def shares(self, output: Tensor) -> Tensor:
        """See Composition."""
        return output.softmax(1)

    def log_prob(self, output: Tensor, x: Tensor) -> Tensor:
        """See Likelihood: of counts, given their total."""
        number = counts(x)
        log_prob = log_ways(number) + (number * exact(output).log_softmax(1)).sum(1)
        return log_prob.to(precise(output).dtype)

    def draw(self, output: Array, rng: np.random.Generator) -> np.ndarray:
        """See Composition."""
        weight = np.exp(output - output.max(1, keepdims=True))
        return rng.multinomial(self.depth, weight / weight.sum(1, keepdims=True))
