"""A prior over maps of codes or pixels, p(k) = prod_i p(k_i | k_<i), whatever stands inside.

    codes -> embedding -> causal stack -> head -> softmax over {0..K-1} at every position

Codes are names, so they enter through an embedding [2], and the output is categorical [1].

    prior = Prior(PriorSettings("gated", (4, 4), codes=128), generator)
    loss = prior.loss((index,), generator)                  nats per map
    new = prior.sample(16, generator)                       (16, 4, 4)

[1] A. van den Oord, N. Kalchbrenner, K. Kavukcuoglu, Pixel recurrent neural networks, 2016.
[2] A. van den Oord, O. Vinyals, K. Kavukcuoglu, Neural discrete representation learning, 2017.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Generator, Tensor, nn

from latentcore.networks.draws import uniform
from latentcore.networks.likelihoods.likelihood import precise
from latentcore.networks.loss import Loss
from latentcore.networks.priors import checks
from latentcore.networks.priors.architectures import ARCHITECTURES
from latentcore.networks.priors.head import Head
from latentcore.networks.priors.protocol import Stack
from latentcore.networks.priors.sampling import Cached, Drawn, Logits, raster
from latentcore.networks.priors.settings import PriorSettings
from latentcore.networks.units import bits_per_dim

SHOWN = 16  # samples in a look


class Prior(nn.Module):
    """Maps are (B, h, w), or (B, C, h, w) of several channels; see `PriorSettings`.

    The generator fills the weights.  Satisfies `latentcore.training.trainable.Trainable`.
    """

    def __init__(self, settings: PriorSettings, generator: Generator) -> None:
        super().__init__()
        if settings.architecture not in ARCHITECTURES:
            raise ValueError(
                f"there is no architecture {settings.architecture!r}: "
                f"choose one of {', '.join(ARCHITECTURES)}"
            )
        self.settings = settings
        size = settings.channels, settings.codes, settings.hidden
        self.embedding = nn.ParameterList(torch.randn(size, generator=generator).unbind(0))
        self.stack: Stack = ARCHITECTURES[settings.architecture](settings, generator)
        self.head = Head(settings, settings.architecture == "masked", generator)

    def embed(self, codes: Sequence[Tensor]) -> Tensor:
        """The codes (...) of each channel -> (..., hidden), summed over channels."""
        first, *others = map(F.embedding, codes, self.embedding)
        return sum(others, start=first)

    def logits(self, index: Tensor, y: Tensor | None = None) -> Tensor:
        """Given all positions before: (B, h, w) -> (B, K, h, w), or (B, K, C, h, w)."""
        codes = checks.maps(index, self.settings)
        classes = checks.labels(y, len(codes), self.settings, codes.device)
        logits = self._logits(codes, classes).permute(0, 3, 2, 1)  # B K C N
        logits = logits.reshape(*logits.shape[:3], *self.settings.grid)
        return logits[:, :, 0] if self.settings.channels == 1 else logits

    def nats(self, index: Tensor, y: Tensor | None = None) -> Tensor:
        """-log p(k_i | k_<i) at every position, summed over channels: (B, h, w)."""
        codes = checks.maps(index, self.settings)
        classes = checks.labels(y, len(codes), self.settings, codes.device)
        target = codes.flatten(2).transpose(1, 2)  # B N C
        logits = self._logits(codes, classes)
        each = F.cross_entropy(logits.flatten(0, 2), target.flatten(), reduction="none")
        return each.view(target.shape).sum(2).view(-1, *self.settings.grid)

    def log_prob(self, index: Tensor, y: Tensor | None = None) -> Tensor:
        """log p(k), or log p(k | y), in nats: (B, h, w) -> (B,)."""
        return -self.nats(index, y).sum((1, 2))

    def _logits(self, codes: Tensor, y: Tensor) -> Tensor:
        """(B, C, h, w), (B,) -> (B, N, C, K)."""
        embedded = self.embed(codes.unbind(1)).permute(0, 3, 1, 2)
        features = self.stack(embedded, y).flatten(2).transpose(1, 2)
        return precise(self.head(features, codes.flatten(2).transpose(1, 2)))

    def loss(self, batch: tuple[Tensor, ...], generator: Generator) -> Loss:  # noqa: ARG002
        """Of (index,) or (index, y), nats per map; an unconditional prior does not look at y."""
        index, y = batch[0], batch[1] if self.settings.classes else None
        total = self.nats(index, y).sum((1, 2)).mean()
        s, nats = self.settings, total.detach()
        bits = bits_per_dim(nats, s.channels * s.positions)
        return Loss(total, {"nats_per_position": nats / s.positions, "bits_per_code": bits})

    def settle(self, loss: Loss, generator: Generator) -> None:
        """Nothing is learned without a gradient."""

    def look(
        self, batch: tuple[Tensor, ...], generator: Generator
    ) -> Mapping[str, NDArray[np.generic]]:
        """Up to 16 maps, as many drawn (of the same classes), and the mean nats by position."""
        index, y = batch[0], batch[1] if self.settings.classes else None
        with torch.no_grad():
            nats = self.nats(index, y).mean(0)
        n = min(len(index), SHOWN)
        drawn = self.sample(n, generator, None if y is None else y[:n])
        arrays = {"index": index[:n], "sample": drawn, "nats": nats}
        return {name: tensor.cpu().numpy() for name, tensor in arrays.items()}

    def sample(  # noqa: PLR0913 (what to draw, what is known, and how)
        self,
        n: int,
        generator: Generator,
        y: Tensor | None = None,
        given: Tensor | None = None,
        known: Tensor | None = None,
        cached: bool = True,
    ) -> Tensor:
        """Draw n maps (n, h, w), or complete the `given` ones where they are not `known`.

        y holds a class for each.  `known` (h, w) or (n, h, w) is a mask: those positions keep the
        codes of given (n, h, w); a draw is conditioned on the ones before it, see `sampling.py`.
        """
        drawn = [d.codes for d in self.sampling(n, generator, y, given, known, cached)]
        maps = torch.stack(drawn, -1)
        return maps.view(*maps.shape[:-1], *self.settings.grid)

    def sampling(  # noqa: PLR0913 (as `sample`)
        self,
        n: int,
        generator: Generator,
        y: Tensor | None = None,
        given: Tensor | None = None,
        known: Tensor | None = None,
        cached: bool = True,
    ) -> Iterator[Drawn]:
        """As `sample`, saying every position as it is drawn, known ones included."""
        s = self.settings
        classes = checks.labels(y, n, s, self.embedding[0].device)
        fixed = checks.completion(n, given, known, s)
        u = uniform((s.positions, s.channels, n, 1), self.embedding[0], generator)

        def source() -> Logits:
            if cached:
                return Cached(s, n, self.stack.cache(classes), self.head.steps(), self.embed)
            return lambda drawn: self._next(drawn, classes)

        return raster(s, source, u, fixed)

    def _next(self, drawn: list[Tensor], y: Tensor) -> Tensor:
        """Logits (n, K) after the codes drawn so far, by a pass over whole maps: 0 for the rest."""
        s = self.settings
        position, channel = divmod(len(drawn), s.channels)
        maps = y.new_zeros(len(y), s.positions * s.channels)
        if drawn:
            maps[:, : len(drawn)] = torch.stack(drawn, 1)
        codes = maps.view(-1, *s.grid, s.channels).permute(0, 3, 1, 2)
        return self._logits(codes, y)[:, position, channel]
