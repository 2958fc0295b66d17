"""Proportions: log p(x) = log G(A) + sum_j (a_j - 1) log x_j - log G(a_j), A = sum_j a_j.

A density on the simplex.  Where a part is zero it is zero or infinite, so zeros are refused:
replace them first, or model counts.
"""

from typing import ClassVar

import numpy as np
import torch
from torch import Tensor

from latentcore.arrays import Array
from latentcore.networks.likelihoods.composition import (
    Composition,
    draw_shares,
    exact,
    log_concentration,
)
from latentcore.networks.likelihoods.likelihood import precise


class Dirichlet(Composition):
    """Output: a logit for each part, then the log of the total concentration over p."""

    name: ClassVar[str] = "Dirichlet"
    discrete = False

    def channels(self, data_channels: int) -> int:
        """See Likelihood: the parts and one."""
        return data_channels + 1

    def shares(self, output: Tensor) -> Tensor:
        """See Composition."""
        return output[:, :-1].softmax(1)

    def log_prob(self, output: Tensor, x: Tensor) -> Tensor:
        """See Likelihood: of proportions.  Raises TypeError for counts, ValueError for zeros."""
        if not x.is_floating_point():
            raise TypeError(
                f"a Dirichlet takes proportions that sum to one, got {x.dtype}. Divide counts by "
                "their totals and replace zeros, or use the Dirichlet-multinomial"
            )
        if x.device.type == "cpu":  # elsewhere a look would wait; there the loss becomes infinite
            _check(x)
        a = log_concentration(output).exp()
        parts = (a - 1) * exact(x).log() - torch.lgamma(a)
        return (torch.lgamma(a.sum(1)) + parts.sum(1)).to(precise(output).dtype)

    def draw(self, output: Array, rng: np.random.Generator) -> np.ndarray:
        """See Composition."""
        return draw_shares(output, rng)


def _check(x: Tensor) -> None:
    wrong = (x <= 0).nonzero()
    if len(wrong):
        row, column = wrong[0].tolist()
        raise ValueError(
            f"proportions hold {x[row, column]:g} at row {row} of the batch, column {column} "
            f"({len(wrong)} such in all); a Dirichlet needs positive parts. Replace zeros by a "
            "small share first, merge rare parts, or model counts"
        )
