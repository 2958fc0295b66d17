"""Any distribution over L levels per pixel and channel: log p(x = l) = log softmax(output)_l.

Says nothing of levels being ordered, so it can learn any shape and has to learn it [1].  Output
channels are ordered levels first: (B, L C, ...) is (B, L, C, ...).

[1] A. van den Oord et al., Pixel recurrent neural networks, 2016, section 3.3.
"""

from typing import ClassVar

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from latentcore.networks.draws import categorical
from latentcore.networks.likelihoods.likelihood import Likelihood, per_sample, precise


class Categorical(Likelihood):
    """Output: L logits for each channel."""

    name: ClassVar[str] = "categorical"
    discrete = True

    def __init__(self, levels: int | None) -> None:
        super().__init__(levels)
        self.whole()

    def channels(self, data_channels: int) -> int:
        """See Likelihood: L each."""
        return self.whole() * data_channels

    def logits(self, output: Tensor) -> Tensor:
        """(B, L C, ...) -> (B, L, C, ...)."""
        batch, wide, *place = output.shape
        return precise(output).reshape(batch, self.whole(), wide // self.whole(), *place)

    def log_prob(self, output: Tensor, x: Tensor) -> Tensor:
        """See Likelihood.  Raises TypeError if x is not whole numbers."""
        if x.is_floating_point():
            raise TypeError(
                f"a categorical likelihood takes levels 0..{self.whole() - 1} as whole numbers, "
                f"got {x.dtype}"
            )
        return -per_sample(cross_entropy(self.logits(output), x.long(), reduction="none"))

    def mean(self, output: Tensor) -> Tensor:
        """See Likelihood: the expected level / (L - 1)."""
        prob = self.logits(output).softmax(1)
        level = torch.linspace(0, 1, self.whole(), dtype=prob.dtype, device=prob.device)
        return (prob * level.reshape(-1, *[1] * (prob.dim() - 2))).sum(1)

    def sample(self, output: Tensor, generator: torch.Generator) -> Tensor:
        """See Likelihood."""
        return categorical(self.logits(output).softmax(1), generator)
