"""Soft EM: a row belongs to several codes, each by its posterior [1].

    r_k = softmax_k(-||z_e - e_k||^2 / tau),    k_1..k_m ~ r,    z_q = 1/m sum_i e_{k_i}

The nearest code is hard EM on a mixture of K equal spherical Gaussians; this is the same mixture
with its E-step sampled (m draws a row) and its M-step by running means.  Codes near a row that are
not its nearest also learn from it.  tau = 2 sigma^2 of those Gaussians; tau -> 0 is EMA.

The decoder is trained on means of m codes but `index` names one, the nearest, so that encoding,
accounting and priors see a code.

[1] Roy, Vaswani, Neelakantan, Parmar 2018, Theory and experiments on vector quantized
    autoencoders.
"""

from dataclasses import dataclass, field

import torch
from torch import Generator, Tensor
from torch.nn import functional as F

from latentcore.networks.draws import choices
from latentcore.networks.quantizers.assignment import counts, offsets
from latentcore.networks.quantizers.ema import EMA
from latentcore.networks.quantizers.quantizer import Quantised, distance


@dataclass(frozen=True)
class Drawn(Quantised):
    """Also the codes drawn for each row: (N, m)."""

    drawn: Tensor = field(kw_only=True)


class SoftEM(EMA):
    """EMA over drawn codes."""

    def quantise_rows(self, rows: Tensor, generator: Generator) -> Quantised:
        """See Quantizer."""
        with torch.no_grad():
            logits = -offsets(rows, self.mean) / self.settings.temperature
            index = logits.argmax(1)
            drawn = choices(F.softmax(logits, dim=1), self.settings.samples, generator)
            codes = F.embedding_bag(drawn, self.mean, mode="mean")
        commitment = distance(rows, codes)
        return Drawn(
            self.through(rows, codes),
            index,
            self.settings.beta * commitment,
            {"commitment": commitment.detach()},
            rows=rows.detach(),
            drawn=drawn,
        )

    def shares(self, seen: Quantised) -> Tensor:
        """See Quantizer: of the draws, so that a code is alive while any row draws it."""
        assert isinstance(seen, Drawn)
        return counts(seen.drawn.flatten(), self.codes) / seen.drawn.numel()

    def learn(self, seen: Quantised, share: Tensor) -> None:
        """See Movable: each draw counts as a row."""
        assert isinstance(seen, Drawn)
        each = seen.rows.repeat_interleave(self.settings.samples, 0)
        self.follow(seen.drawn.flatten(), each, share)
