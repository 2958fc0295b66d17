"""Ordered levels: the mass that a logistic distribution puts on the interval around each level.

    p(x) = S((x + h - m) / s) - S((x - h - m) / s),   h = 1/2 / (L - 1),   S the sigmoid,

with the tails given to the first and the last level, so that the levels sum to one [1].  Two
numbers a channel instead of L: what one wants for 256 levels.  The difference is taken as
S(b) - S(a) = S(b) S(-a) (1 - exp(a - b)), which keeps its digits where both are close to 1.

[1] T. Salimans et al., PixelCNN++, 2017, equation 2 (here one logistic, no mixture).
"""

from typing import ClassVar

import torch
from torch import Tensor
from torch.nn.functional import logsigmoid

from latentcore.networks.draws import uniform
from latentcore.networks.likelihoods.likelihood import Likelihood, per_sample, precise

NARROWEST = -7.0  # log scale; 1/1100 of the range, a quarter of one of 256 levels


class DiscretisedLogistic(Likelihood):
    """Output: a location (0 is the middle level) and a log-scale for each channel."""

    name: ClassVar[str] = "discretised logistic"
    discrete = True

    def __init__(self, levels: int | None) -> None:
        super().__init__(levels)
        self.whole()

    def channels(self, data_channels: int) -> int:
        """See Likelihood: location and log-scale."""
        return 2 * data_channels

    def split(self, output: Tensor) -> tuple[Tensor, Tensor]:
        """Location and scale; an output of 0 is the middle and a tenth of the range."""
        location, log_scale = precise(output).chunk(2, 1)
        return location + 0.5, (log_scale - 2.3).clamp(NARROWEST, 20).exp()

    def log_prob(self, output: Tensor, x: Tensor) -> Tensor:
        """See Likelihood.  Raises TypeError if x is not whole numbers."""
        if x.is_floating_point():
            raise TypeError(
                f"a discretised logistic takes levels 0..{self.whole() - 1} as whole numbers, "
                f"got {x.dtype}"
            )
        location, scale = self.split(output)
        last = self.whole() - 1
        offset = self.scaled(x, location.dtype) - location
        below, above = (offset - 0.5 / last) / scale, (offset + 0.5 / last) / scale
        zero = torch.zeros_like(offset)
        inner = torch.log(-torch.expm1(-1 / (last * scale)))
        nats = torch.where(x < last, logsigmoid(above), zero)
        nats = nats + torch.where(x > 0, logsigmoid(-below), zero)
        return per_sample(nats + torch.where((x > 0) & (x < last), inner, zero))

    def mean(self, output: Tensor) -> Tensor:
        """See Likelihood: the exact mean, from P(x > l) summed over levels l."""
        location, scale = self.split(output)
        last = self.whole() - 1
        mean = torch.zeros_like(location)
        for level in range(last):  # one at a time: 256 of them at once need gigabytes
            mean += ((location - (level + 0.5) / last) / scale).sigmoid()
        return mean / last

    def sample(self, output: Tensor, generator: torch.Generator) -> Tensor:
        """See Likelihood: a logistic draw, rounded to the nearest level."""
        location, scale = self.split(output)
        u = uniform(location.shape, location, generator).clamp(1e-7, 1 - 1e-7)
        drawn = (location + scale * torch.logit(u)) * (self.whole() - 1)
        return drawn.round().clamp(0, self.whole() - 1).long()
