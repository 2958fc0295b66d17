"""Real values with normal errors: log p(x) = -1/2 [(x - m)^2 / s^2 + log s^2 + log 2 pi] per pixel.

The standard deviation s is fixed (then the mean alone is learned, by least squares), one learned
number, or put out by the network for every pixel.  A learned s may run to zero on pixels that never
vary (the rim of digits), where the density grows without limit, so s^2 = floor^2 + exp(output).

It is a density: bits per dimension from it are no code length.

[1] D. P. Kingma and M. Welling, Auto-encoding variational Bayes, 2014, appendix C.2.
"""

from abc import abstractmethod
from math import log, pi
from typing import ClassVar

import torch
from torch import Tensor, nn

from latentcore.networks.draws import normal
from latentcore.networks.likelihoods.likelihood import Likelihood, per_sample, precise


class Normal(Likelihood):
    """What all three share; `split` says where mean and variance come from."""

    discrete = False

    @abstractmethod
    def split(self, output: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and variance, which broadcast: (B, C', ...) -> (B, C, ...), (B, C, ...) or ()."""

    def channels(self, data_channels: int) -> int:
        """See Likelihood: the mean."""
        return data_channels

    def log_prob(self, output: Tensor, x: Tensor) -> Tensor:
        """See Likelihood."""
        mean, variance = self.split(precise(output))
        error = (self.scaled(x, mean.dtype) - mean).square() / variance
        return -0.5 * per_sample(error + variance.log() + log(2 * pi))

    def mean(self, output: Tensor) -> Tensor:
        """See Likelihood: the network's own number, which may lie outside [0, 1]."""
        return self.split(precise(output))[0]

    def sample(self, output: Tensor, generator: torch.Generator) -> Tensor:
        """See Likelihood: floats, scaled."""
        mean, variance = self.split(precise(output))
        return mean + variance.sqrt() * normal(mean.shape, mean, generator)


class Gaussian(Normal):
    """The same known standard deviation everywhere."""

    name: ClassVar[str] = "gaussian"

    def __init__(self, levels: int | None, sigma: float) -> None:
        super().__init__(levels)
        self.register_buffer("variance", torch.tensor(positive(sigma) ** 2), persistent=False)

    def split(self, output: Tensor) -> tuple[Tensor, Tensor]:
        """See Normal."""
        return output, self.get_buffer("variance")


class GaussianLearnt(Normal):
    """One learned standard deviation for all pixels, `sigma` at the start."""

    name: ClassVar[str] = "gaussian, learned sigma"

    def __init__(self, levels: int | None, sigma: float, floor: float = 1e-3) -> None:
        super().__init__(levels)
        self.floor = floor
        self.log_variance = nn.Parameter(torch.tensor(2 * log(positive(sigma))))

    def split(self, output: Tensor) -> tuple[Tensor, Tensor]:
        """See Normal."""
        return output, self.floor**2 + self.log_variance.exp()


class GaussianPixels(Normal):
    """A standard deviation for every pixel and sample; output: means, then log-variances."""

    name: ClassVar[str] = "gaussian, sigma per pixel"

    def __init__(self, levels: int | None, sigma: float, floor: float = 1e-2) -> None:
        super().__init__(levels)
        self.floor = floor
        self.start = 2 * log(positive(sigma))

    def channels(self, data_channels: int) -> int:
        """See Likelihood: mean and log-variance."""
        return 2 * data_channels

    def split(self, output: Tensor) -> tuple[Tensor, Tensor]:
        """See Normal.  An output of 0 is the starting sigma."""
        mean, log_variance = output.chunk(2, 1)
        return mean, self.floor**2 + (self.start + log_variance).clamp(max=20).exp()


def positive(sigma: float) -> float:
    """The standard deviation, if it is one."""
    if not sigma > 0:
        raise ValueError(f"a standard deviation is positive, got {sigma}")
    return sigma
