"""Bounds on the evidence log p(x), in nats per sample.

    log p(x) >= log E[p(x|z) p(z) / q(z|x)]_K  >=  E_q[log p(x|z)] - KL(q(z|x) || p(z)) = ELBO

The middle one averages K importance weights before the logarithm [1].  In expectation it is the
ELBO at K = 1, never falls with K and tends to the evidence.

[1] Y. Burda, R. Grosse and R. Salakhutdinov, Importance weighted autoencoders, 2016.
"""

from dataclasses import dataclass
from math import log

from torch import Tensor

from latentcore.networks.units import bits_per_dim


@dataclass(frozen=True)
class Terms:
    """The two terms of the ELBO, per sample (B,) or averaged (): E_q[log p(x|z)] and the KL."""

    log_likelihood: Tensor
    kl: Tensor

    @property
    def elbo(self) -> Tensor:
        """Their difference, whatever beta the model was trained with."""
        return self.log_likelihood - self.kl

    def mean(self) -> "Terms":
        """Averaged over the batch."""
        return Terms(self.log_likelihood.mean(), self.kl.mean())

    def bits(self, dims: int) -> "Terms":
        """In bits per dimension.  -elbo is a code length if the likelihood is discrete."""
        return Terms(bits_per_dim(self.log_likelihood, dims), bits_per_dim(self.kl, dims))


def importance_bound(log_weight: Tensor) -> Tensor:
    """The importance-weighted bound: log-weights (K, B) -> (B,)."""
    return log_weight.logsumexp(0) - log(len(log_weight))
