"""The approximate posterior q(z|x) = N(mu(x), diag sigma^2(x)), and its distance from N(0, I).

    z = mu + sigma eps,  eps ~ N(0, I)                                (pathwise gradient) [1]
    KL(q || N(0, I)) = 1/2 sum_j (mu_j^2 + sigma_j^2 - 1 - log sigma_j^2)

The network puts out log sigma^2.  It is squashed into +-12 (the identity near zero), because one
large number early in training would otherwise be exponentiated into infinity, and a hard limit
would stop the gradient there for good.

[1] D. P. Kingma and M. Welling, Auto-encoding variational Bayes, 2014, appendix B;
    D. J. Rezende et al., Stochastic backpropagation, 2014.
"""

from dataclasses import dataclass
from math import log, pi
from typing import Self

import torch
from torch import Tensor

from latentcore.networks.draws import normal
from latentcore.networks.likelihoods.likelihood import precise

LIMIT = 12.0  # sigma between 1/400 and 400


@dataclass(frozen=True)
class Posterior:
    """Mean and log-variance of every sample's z: (B, Z) each."""

    mean: Tensor
    log_variance: Tensor

    @classmethod
    def of(cls, output: Tensor) -> Self:
        """From an encoder's output: (B, 2 Z, ...) -> means, then log-variances."""
        mean, raw = precise(output).flatten(1).chunk(2, 1)
        return cls(mean, LIMIT * torch.tanh(raw / LIMIT))

    def sample(self, samples: int, generator: torch.Generator) -> Tensor:
        """Draws that the gradient passes through: (K, B, Z)."""
        noise = normal((samples, *self.mean.shape), self.mean, generator)
        return self.mean + (0.5 * self.log_variance).exp() * noise

    def kl_per_axis(self) -> Tensor:
        """KL from the prior in nats, axis by axis: (B, Z)."""
        excess = torch.expm1(self.log_variance) - self.log_variance
        return 0.5 * (self.mean.square() + excess)

    def kl(self) -> Tensor:
        """KL from the prior N(0, I) in nats per sample: (B,)."""
        return self.kl_per_axis().sum(1)

    def log_prob(self, z: Tensor) -> Tensor:
        """Log density in nats: (K, B, Z) -> (K, B)."""
        error = (z - self.mean).square() * (-self.log_variance).exp()
        return -0.5 * (error + self.log_variance + log(2 * pi)).sum(-1)

    def log_ratio(self, z: Tensor) -> Tensor:
        """log p(z) - log q(z|x) with the prior p = N(0, I), in nats: (K, B, Z) -> (K, B)."""
        return -0.5 * (z.square() + log(2 * pi)).sum(-1) - self.log_prob(z)
