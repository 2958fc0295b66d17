"""From features to logits, channel after channel.

A position of an image holds red, green and blue; they are drawn in this order, each given those
before it [1].  Features f_i know all earlier positions, so only this last step has to be ordered:

    logits_i(c) = Q_c relu(P_c relu(f_i) + sum_{c' < c} E_{c c'}[x_i(c')])

A code or a grey level is the case of one channel.  P and Q are shared by all positions, or, in
a network that shares nothing, each position has its own.

[1] A. van den Oord, N. Kalchbrenner, K. Kavukcuoglu, Pixel recurrent neural networks, 2016.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Generator, Tensor, nn

from latentcore.networks.priors.settings import PriorSettings
from latentcore.networks.priors.weights import weight


class Head(nn.Module):
    """Features (B, N, H) and codes (B, N, C) -> logits (B, N, C, K); `own`: a pair a position."""

    def __init__(self, s: PriorSettings, own: bool, generator: Generator) -> None:
        super().__init__()
        pairs, c, h = s.positions if own else 1, s.channels, s.hidden
        self.mix = weight(pairs, c, h, h, inputs=h, generator=generator)
        self.mix_bias = nn.Parameter(torch.zeros(pairs, c, h))
        self.out = weight(pairs, c, s.codes, h, inputs=h, generator=generator)
        self.out_bias = nn.Parameter(torch.zeros(pairs, c, s.codes))
        self.earlier = nn.ParameterList(
            weight(channel, s.codes, h, inputs=1, generator=generator) for channel in range(1, c)
        )

    def forward(self, features: Tensor, codes: Tensor) -> Tensor:
        """All logits at once."""
        f = product("bnh,{n}cgh->bncg", F.relu(features), self.mix) + self.mix_bias
        known = codes.unbind(2)
        f = torch.stack([self.told(x, known[:c]) for c, x in enumerate(f.unbind(2))], 2)
        return product("bnch,{n}ckh->bnck", F.relu(f), self.out) + self.out_bias

    def told(self, x: Tensor, known: Sequence[Tensor]) -> Tensor:
        """x (..., H) of a channel, plus what the codes (...) of the channels before it say."""
        for c, code in enumerate(known):
            x = x + F.embedding(code, self.earlier[len(known) - 1][c])
        return x

    def steps(self) -> "HeadSteps":
        """The same, position after position."""
        return HeadSteps(self)


def product(law: str, x: Tensor, weights: Tensor) -> Tensor:
    """Einstein sum with weights that differ at each position n, or with the one that all share."""
    if len(weights) == 1:
        return torch.einsum(law.format(n=""), x, weights[0])
    return torch.einsum(law.format(n="n"), x, weights)


class HeadSteps:
    """A head at one position for one channel; transposed views are made once."""

    def __init__(self, head: Head) -> None:
        self.head = head
        self.pairs = [
            [(b, w.T, c, v.T) for b, w, c, v in zip(*pair, strict=True)]
            for pair in zip(head.mix_bias, head.mix, head.out_bias, head.out, strict=True)
        ]

    def step(self, features: Tensor, position: int, known: Sequence[Tensor]) -> Tensor:
        """relu(features) (B, H) and the codes (B,) of the channels before -> logits (B, K)."""
        pair = self.pairs[position if len(self.pairs) > 1 else 0]
        mix_bias, mix, out_bias, out = pair[len(known)]
        x = self.head.told(torch.addmm(mix_bias, features, mix), known)
        return torch.addmm(out_bias, x.relu_(), out)
