"""Black or white: log p(x) = x log m + (1 - x) log(1 - m) per pixel, m = sigmoid(output).

For binary samples (levels = 2) this is a probability.  For grey ones it is a cross-entropy that is
often used and is no log-likelihood, because it does not sum or integrate to one [1]; it is allowed
and says so by `discrete` being False.

[1] G. Loaiza-Ganem and J. P. Cunningham, The continuous Bernoulli, 2019.
"""

from typing import ClassVar

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from latentcore.networks.draws import uniform
from latentcore.networks.likelihoods.likelihood import Likelihood, per_sample, precise


class Bernoulli(Likelihood):
    """Output: one logit for each channel."""

    name: ClassVar[str] = "bernoulli"

    @property
    def discrete(self) -> bool:
        """See Likelihood: for two levels only."""
        return self.levels == 2

    def channels(self, data_channels: int) -> int:
        """See Likelihood: one each."""
        return data_channels

    def log_prob(self, output: Tensor, x: Tensor) -> Tensor:
        """See Likelihood."""
        logit = precise(output)
        grey = self.scaled(x, logit.dtype)
        return -per_sample(binary_cross_entropy_with_logits(logit, grey, reduction="none"))

    def mean(self, output: Tensor) -> Tensor:
        """See Likelihood."""
        return precise(output).sigmoid()

    def sample(self, output: Tensor, generator: torch.Generator) -> Tensor:
        """See Likelihood: every pixel is fully black or fully white."""
        white = self.mean(output)
        drawn = uniform(white.shape, white, generator) < white
        return drawn.to(white.dtype) if self.levels is None else drawn.long() * (self.levels - 1)
