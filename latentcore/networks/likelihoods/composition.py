"""What the likelihoods of compositions share: shares of p parts out of a network's output.

Samples are (B, p): whole numbers are counts, floating-point ones are proportions that sum to one.
Counts say how much was seen; their total is given, not modelled.  Differences of log Gamma
functions of numbers near a million need float64, which costs nothing here.

A likelihood of counts given their total and a density of proportions answer different questions:
never compare log-likelihoods between these files.
"""

from abc import abstractmethod
from math import log

import numpy as np
import torch
from torch import Generator, Tensor

from latentcore.arrays import Array
from latentcore.networks.likelihoods.likelihood import Likelihood


class Composition(Likelihood):
    """`depth` is the total of the counts that `sample` draws."""

    def __init__(self, depth: int = 10_000) -> None:
        super().__init__(None)
        self.depth = depth

    @abstractmethod
    def shares(self, output: Tensor) -> Tensor:
        """Expected composition: (B, C') -> (B, p)."""

    @abstractmethod
    def draw(self, output: Array, rng: np.random.Generator) -> np.ndarray:
        """Samples in NumPy, whose generators know Gamma and multinomial: (B, C') -> (B, p)."""

    def mean(self, output: Tensor) -> Tensor:
        """See Likelihood: expected shares, also of counts."""
        return self.shares(exact(output)).to(output.dtype)

    def sample(self, output: Tensor, generator: Generator) -> Tensor:
        """See Likelihood: counts (int64) of `depth`, or proportions."""
        seed = torch.randint(2**62, (1,), generator=generator, device=generator.device)
        rng = np.random.default_rng(int(seed))
        drawn = self.draw(output.detach().double().cpu().numpy(), rng)
        return torch.from_numpy(drawn).to(output.device)

    def scaled(self, x: Tensor, dtype: torch.dtype = torch.float32) -> Tensor:
        """See Likelihood: shares."""
        numbers = x.to(dtype)
        return numbers / numbers.sum(1, keepdim=True)


def exact(x: Tensor) -> Tensor:
    """In float64, where the device has it."""
    return x.float() if x.device.type == "mps" else x.double()


def counts(x: Tensor) -> Tensor:
    """Counts as exact floats.  Raises TypeError for floating-point samples."""
    if x.is_floating_point():
        raise TypeError(
            f"a likelihood of counts takes whole numbers, got {x.dtype}. Convert counts with "
            ".long(); for proportions use the Dirichlet likelihood"
        )
    return exact(x)


def log_ways(x: Tensor) -> Tensor:
    """log n! / prod_j x_j!, in how many orders the counts could have come: (B, p) -> (B,)."""
    return torch.lgamma(x.sum(1) + 1) - torch.lgamma(x + 1).sum(1)


def log_concentration(output: Tensor) -> Tensor:
    """Logits of the shares and one log-total -> log a_j: (B, p + 1) -> (B, p).

    a = p e^t softmax(l), all ones where the output is zero.  Shares and total are apart, because a
    network that is sure of the shares need not be sure of how much samples scatter around them.
    """
    logits, total = exact(output[:, :-1]), exact(output[:, -1:])
    log_a = logits.log_softmax(1) + total + log(logits.shape[1])
    return log_a.clamp(-25, 25)


def draw_shares(output: Array, rng: np.random.Generator) -> Array:
    """Dirichlet draws: (B, p + 1) -> (B, p), all positive.

    Gamma variables of small shape underflow, so their logarithms are drawn: for shape a,
    log G(a) = log G(a + 1) + log(U) / a [L. Devroye, Non-uniform random variate generation].
    """
    a = log_concentration(torch.from_numpy(output)).exp().numpy()
    log_gamma = np.log(rng.standard_gamma(a + 1)) + np.log1p(-rng.uniform(size=a.shape)) / a
    drawn = np.maximum(np.exp(log_gamma - log_gamma.max(1, keepdims=True)), 1e-300)
    shares: Array = drawn / drawn.sum(1, keepdims=True)
    return shares
