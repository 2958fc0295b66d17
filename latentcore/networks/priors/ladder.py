"""The ladder of a code: what each step of knowledge saves, in bits per code on unseen maps.

    log2 K                             nothing is known but the number of codes
    - mean log2 f(k_i)                 their frequencies f in the training maps
    - mean log2 f_i(k_i)               their frequencies at each position i
    - mean log2 p(k_i | k_<i)          what a learned prior makes of the codes before

The first is what a VQ-VAE pays with its uniform prior, the last what it pays with the learned
one; their difference times N is what learning the prior adds to log p(x) [1].  Frequencies count
one more of every code than was seen, so that a code that training lacks has not probability 0.

[1] A. van den Oord, O. Vinyals, K. Kavukcuoglu, Neural discrete representation learning, 2017.
"""

from dataclasses import dataclass
from math import log2

import torch
from torch import Tensor

from latentcore.networks.priors.prior import Prior
from latentcore.networks.units import bits_per_dim


@dataclass(frozen=True)
class Ladder:
    """Bits per code of held-out maps, each rung with more knowledge than the one before."""

    uniform: float
    marginal: float
    position: float
    prior: float

    def __str__(self) -> str:
        """The rungs, one a line."""
        rungs = {
            "uniform, log2 K": self.uniform,
            "frequencies": self.marginal,
            "frequencies by position": self.position,
            "learned prior": self.prior,
        }
        return "\n".join(f"{name:<24}{bits:7.3f} bits per code" for name, bits in rungs.items())


def ladder(
    prior: Prior,
    train: Tensor,
    test: tuple[Tensor] | tuple[Tensor, Tensor],
    batch: int = 256,
) -> Ladder:
    """Of a prior trained on maps `train` (M, h, w); `test` is other maps (maps,), or (maps, y)."""
    s, maps = prior.settings, test[0]
    ours, theirs = (x.flatten(1) for x in (train, maps))
    counts = counted(ours, s.codes)
    with torch.inference_mode():
        parts = zip(*(torch.split(part, batch) for part in test), strict=True)
        nats = sum(float(-prior.log_prob(*part).sum()) for part in parts)
    return Ladder(
        log2(s.codes),
        _bits(counts.sum(0, keepdim=True).expand_as(counts), theirs),
        _bits(counts, theirs),
        bits_per_dim(nats, theirs.numel()),
    )


def counted(codes: Tensor, count: int) -> Tensor:
    """How often each code stands at each position of maps (M, N): (N, K)."""
    n = codes.shape[1]
    numbered = codes + count * torch.arange(n, device=codes.device)
    return numbered.flatten().bincount(minlength=n * count).view(n, count)


def _bits(counts: Tensor, codes: Tensor) -> float:
    """Of codes (M, N) under add-one frequencies of counts (N, K), each."""
    frequency = (counts + 1) / (counts + 1).sum(1, keepdim=True)
    return float(-frequency.log2().gather(1, codes.T).mean())
