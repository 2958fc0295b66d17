"""Drawing maps from a prior, one position after the other.

    u ~ Uniform(0, 1),    k_i = the number of codes whose cumulated probability is at most u

The uniforms are drawn before anything else, so that one generator state gives one set of maps,
whether features are cached or every logit comes from a full pass.  (Both agree to rounding; a
code differs only if u falls into that gap, some 1e-6 a draw in single precision.)

Completing: known positions keep the codes they are given, and every other is drawn from
p(k_i | k_<i).  So a draw depends on the known positions before it in raster order; those that
come later stay as they are, but nothing before them has been drawn with them in mind.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from latentcore.networks.priors.head import HeadSteps
from latentcore.networks.priors.protocol import Cache

Logits = Callable[[Tensor, int, int], Tensor]
"""Maps (n, C, h, w), a position in raster order and a channel -> (n, K), from what comes before."""


@dataclass(frozen=True)
class Drawn:
    """One position of n maps: codes (n,) and logits (n, K); (n, C) and (n, K, C) of channels."""

    row: int
    column: int
    codes: Tensor
    logits: Tensor


def draw(logits: Tensor, u: Tensor) -> Tensor:
    """Codes (n,) for logits (n, K) and uniforms (n, 1)."""
    cumulated = torch.softmax(logits, 1).cumsum(1)
    return (cumulated[:, :-1] <= u * cumulated[:, -1:]).sum(1)


@torch.inference_mode()
def raster(
    index: Tensor, known: Tensor | None, source: Callable[[], Logits], generator: Generator
) -> Iterator[Drawn]:
    """Fill index (n, C, h, w) where it is not known (n, h, w), and say every position."""
    logits = source()
    n, channels, height, width = index.shape
    u = torch.rand(height * width, channels, n, 1, generator=generator, device=generator.device)
    u = u.to(index.device)
    for position in range(height * width):
        row, column = divmod(position, width)
        said = []
        for channel in range(channels):
            said.append(logits(index, position, channel))
            code = draw(said[-1], u[position, channel])
            old = index[:, channel, row, column]
            old.copy_(code if known is None else torch.where(known[:, row, column], old, code))
        codes = index[:, :, row, column].clone()
        if channels == 1:
            yield Drawn(row, column, codes[:, 0], said[0])
        else:
            yield Drawn(row, column, codes, torch.stack(said, 2))


class Cached:
    """Logits from the features of the new position only, see `protocol.Cache`."""

    def __init__(self, cache: Cache, head: HeadSteps, embed: Callable[[Tensor], Tensor]) -> None:
        self.cache, self.head, self.embed = cache, head, embed

    def __call__(self, index: Tensor, position: int, channel: int) -> Tensor:
        """See `Logits`; to be asked position after position."""
        codes = index.flatten(2)  # n C N
        if channel == 0:
            row, column = divmod(position, index.shape[3])
            before = self.embed(codes[:, :, position - 1]) if position else None
            self.features = self.cache.step(row, column, before).relu_()
        return self.head.step(self.features, position, codes[:, :channel, position].unbind(1))
