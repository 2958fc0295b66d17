"""Gumbel-softmax: the code is drawn, and the draw has a gradient [1], [2].

    q(k | z_e) = softmax_k(-||z_e - e_k||^2 / 2),    y = softmax((log q + G) / tau),  G ~ Gumbel

argmax_k (log q + G) is a draw from q.  Forward, the decoder reads that code; backward, the
gradient is that of the mixture sum_k y_k e_k, which reaches the encoder and every code.  The price
of a posterior that is not certain is its KL from the uniform prior, in nats a position:

    KL = log K + sum_k q_k log q_k

A temperature near 0 makes the gradient right and noisy, a high one smooth and wrong.

[1] Jang, Gu, Poole 2017, Categorical reparameterization with Gumbel-softmax (straight-through).
[2] Sonderby, Poole, Mnih 2017, Continuous relaxation training of discrete latent variable image
    models: logits from distances.
"""

from math import log

import torch
from torch import Generator, Tensor
from torch.nn import functional as F

from latentcore.networks.draws import uniform
from latentcore.networks.quantizers.assignment import offsets
from latentcore.networks.quantizers.gradient import Gradient
from latentcore.networks.quantizers.quantizer import Quantised

SMALL = torch.finfo(torch.float32).tiny


class GumbelSoftmax(Gradient):
    """Codes that are parameters, reached by the decoder's gradient."""

    def quantise_rows(self, rows: Tensor, generator: Generator) -> Quantised:
        """See Quantizer."""
        log_q = F.log_softmax(-offsets(rows, self.code) / 2, dim=1)
        noisy = log_q + gumbel(log_q, generator)
        index = noisy.argmax(1)
        soft = F.softmax(noisy / self.settings.temperature, dim=1) @ self.code
        hard = F.embedding(index, self.code)
        kl = log(self.codes) + (log_q.exp() * log_q).sum(1).mean()
        return Quantised(
            soft + (hard - soft).detach(),
            index,
            self.settings.beta * kl,
            {"kl": kl.detach()},
            rows=rows.detach(),
        )


def gumbel(like: Tensor, generator: Generator) -> Tensor:
    """Standard Gumbel draws of the shape of `like`."""
    exponential = -torch.log1p(-uniform(like.shape, like, generator))
    return -exponential.clamp(min=SMALL).log()
