"""Drawing maps from a prior, one position after the other.

    u ~ Uniform(0, 1),    k_i = the number of codes whose cumulated probability is at most u

The uniforms are drawn before anything else, so that one generator state gives one set of maps,
whether features are cached or every logit comes from a full pass.  (Both agree to rounding; a
code differs only if u falls into that gap, some 1e-6 a draw in single precision.)

Completing: known positions keep the codes they are given, and every other is drawn from
p(k_i | k_<i).  So a draw depends on the known positions before it in raster order; those that
come later stay as they are, but nothing before them has been drawn with them in mind.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from latentcore.networks.priors.head import HeadSteps
from latentcore.networks.priors.protocol import Cache
from latentcore.networks.priors.settings import PriorSettings
from latentcore.networks.priors.threads import threads_for

Logits = Callable[[list[Tensor]], Tensor]
"""Codes (n,) drawn so far, in order of position and channel -> logits (n, K) of the next."""


@dataclass(frozen=True)
class Drawn:
    """One position of n maps: codes (n,) and logits (n, K); (n, C) and (n, K, C) of channels."""

    row: int
    column: int
    codes: Tensor
    logits: Tensor


def draw(logits: Tensor, u: Tensor) -> Tensor:
    """Codes (n,) for logits (n, K) and uniforms (n, 1)."""
    with threads_for(logits.numel()):
        cumulated = torch.softmax(logits, 1).cumsum(1)
        return torch.searchsorted(cumulated, u * cumulated[:, -1:], right=True)[:, 0]


@torch.inference_mode()
def raster(
    s: PriorSettings,
    source: Callable[[], Logits],
    uniform: Tensor,
    given: tuple[Tensor, Tensor] | None,
) -> Iterator[Drawn]:
    """Draw every position in turn with uniforms (N, C, n, 1).

    `given` holds codes (N, C, n) and whether they are known (N, n).
    """
    logits, drawn = source(), list[Tensor]()
    for position, uniforms in enumerate(uniform.unbind(0)):
        said = []
        for channel, u in enumerate(uniforms.unbind(0)):
            said.append(logits(drawn))
            code = draw(said[-1], u)
            if given:
                code = torch.where(given[1][position], given[0][position, channel], code)
            drawn.append(code)
        row, column = divmod(position, s.grid[1])
        if s.channels == 1:
            yield Drawn(row, column, drawn[-1], said[0])
        else:
            yield Drawn(row, column, torch.stack(drawn[-s.channels :], 1), torch.stack(said, 2))


class Cached:
    """Logits from features of the new position only, see `protocol.Cache`."""

    def __init__(
        self,
        s: PriorSettings,
        n: int,
        cache: Cache,
        head: HeadSteps,
        embed: Callable[[Sequence[Tensor]], Tensor],
    ) -> None:
        self.channels, self.width = s.channels, s.grid[1]
        self.multiplications = n * (2 * s.hidden) ** 2
        self.cache, self.head, self.embed = cache, head, embed

    def __call__(self, drawn: list[Tensor]) -> Tensor:
        """See `Logits`; to be asked once for each position and channel."""
        position, channel = divmod(len(drawn), self.channels)
        with threads_for(self.multiplications):
            if channel == 0:
                row, column = divmod(position, self.width)
                before = self.embed(drawn[-self.channels :]) if drawn else None
                self.features = self.cache.step(row, column, before).relu_()
            return self.head.step(self.features, position, drawn[len(drawn) - channel :])
