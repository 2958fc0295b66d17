"""What a sample costs when it is told through codes.

    log p(x) = log sum_k p(x|k) p(k) >= log p(x|z_q) + log p(k),     k the code of x

One term of a sum of positive terms bounds it from below.  With N positions and nothing known about
the codes, log p(k) = -N log K; a learned prior (a PixelCNN over the codes) says more.  In bits it
is the length of a code for x that sends k first: only if p(x|z_q) is a probability, not a density.
"""

from dataclasses import dataclass
from typing import Protocol

from torch import Tensor

from latentcore.networks.units import bits_per_dim


class CodePrior(Protocol):
    """A distribution over maps of codes."""

    def log_prob(self, index: Tensor) -> Tensor:
        """Nats: (B, h, w) -> (B,)."""
        ...


@dataclass(frozen=True)
class Account:
    """Nats per sample, (B,): log p(x|z_q) under the likelihood of this name, and log p(k)."""

    log_likelihood: Tensor
    log_prior: Tensor
    dims: int
    likelihood: str
    discrete: bool

    @property
    def bound(self) -> Tensor:
        """At most log p(x), in nats: (B,)."""
        return self.log_likelihood + self.log_prior

    @property
    def bits_per_dim(self) -> Tensor:
        """Length of the code: (B,).  Raises TypeError for a density, which has none."""
        if not self.discrete:
            raise TypeError(
                f"the likelihood '{self.likelihood}' is a density here, whose bits depend on the "
                "unit of the data and are no code length. Choose a discrete likelihood (and say "
                "how many levels there are), or compare nats"
            )
        return bits_per_dim(-self.bound, self.dims)

    def gain(self, other: "Account") -> Tensor:
        """Nats that this bound is above another of the same samples: (B,).

        Raises ValueError where the likelihoods differ: they measure different things.
        """
        if (self.likelihood, self.dims) != (other.likelihood, other.dims):
            raise ValueError(
                f"a log-likelihood of '{self.likelihood}' in {self.dims} dimensions cannot be "
                f"compared with one of '{other.likelihood}' in {other.dims}"
            )
        return self.bound - other.bound
