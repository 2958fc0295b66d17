"""A prior while it trains: what it saves, what it finds hard, and what it draws.

    ladder (4,)             bits per code on held-out maps: uniform, frequencies, frequencies by
                            position, learned
    nats (h, w)             of the learned prior by position, mean over held-out maps
    codes (), grey ()       K; whether the codes are grey levels, so that a map is a picture
    real, uniform, named    .codes (n, h, w): held-out maps, codes drawn evenly, and, of a prior
                            with classes, named.codes (C, 4, h, w); .seen: the same decoded
    drawn, upper, left      drawn position by position: from nothing, and with the upper or the
                            left half of held-out maps given:
        .codes (n, h, w)        .known (h, w)       .y (n,) the class, if there are any
        .entropy (n, h, w)      bits, of the distribution a code was drawn from
        .chance (n, h, w)       the probability that the drawn code had
        .top, .share (n, h, w, 3)   the likeliest codes there, and their probabilities
        .after (F,), .seen (F, n, C, H, W)     the map decoded after so many positions; what is not
                            drawn yet stands at the code most frequent there in training

Pictures are bytes, 0 dark, 255 bright; they are left out where codes are grey levels already, or
where what is decoded is no image.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Generator, Tensor

from latentcore.networks.draws import seeded
from latentcore.networks.priors.ladder import counted, ladder
from latentcore.networks.priors.prior import Prior
from latentcore.networks.priors.sampling import Drawn
from latentcore.networks.vqvae.code_model import CodeModel
from latentcore.runs.dataset import Dataset
from latentcore.training.run import Run

Arrays = dict[str, NDArray[Any]]
SAMPLES, COMPLETED, NAMED, CLASSES = 12, 6, 4, 10
TOP = 3
MEASURED = 512  # held-out maps
BYTES = 90_000  # of pictures along the way; with more the map is decoded less often


def picture(run: Run[Any], data: Dataset) -> Mapping[str, NDArray[Any]]:
    """See the module; the same noise at every step, so that pictures grow out of each other."""
    view = View.of(run, data)
    prior, s = view.prior, view.prior.settings
    test, y = view.test[:MEASURED], None if view.y is None else view.y[:MEASURED]
    with torch.no_grad():
        rungs = ladder(prior, view.train, (test,) if y is None else (test, y))
        nats = prior.nats(test, y).mean(0)
        arrays: Arrays = {
            "ladder": np.array([rungs.uniform, rungs.marginal, rungs.position, rungs.prior]),
            "nats": nats.cpu().numpy(),
            "codes": np.array(s.codes),
            "grey": np.array(data.decoder is None),
        }
        arrays |= _named("real", view.shown(view.test[:SAMPLES]))
        arrays |= _named("uniform", view.shown(view.evenly(SAMPLES)))
        arrays |= _named("drawn", view.drawn(SAMPLES, view.classes(SAMPLES)))
        for side, known in view.halves().items():
            given = view.test[:COMPLETED]
            theirs = None if view.y is None else view.y[:COMPLETED]
            arrays |= _named(side, view.drawn(len(given), theirs, given, known))
        if s.classes:
            each = torch.arange(min(s.classes, CLASSES)).repeat_interleave(NAMED)
            codes = prior.sample(len(each), view.generator(), each.to(view.device))
            shown = view.shown(codes)
            arrays |= _named(
                "named", {k: a.reshape(-1, NAMED, *a.shape[1:]) for k, a in shown.items()}
            )
    return arrays


def _named(name: str, arrays: Arrays) -> Arrays:
    return {f"{name}.{part}": array for part, array in arrays.items()}


@dataclass(frozen=True)
class View:
    """A prior, what decodes its codes, and the maps it is shown with."""

    prior: Prior
    decoder: CodeModel | None
    train: Tensor
    test: Tensor
    y: Tensor | None
    frequent: Tensor
    seed: int

    @classmethod
    def of(cls, run: Run[Any], data: Dataset) -> "View":
        """Maps on the device of the prior; classes only if it knows any."""
        prior, device = run.model, run.device
        train, test = (torch.from_numpy(maps).to(device) for maps in (data.x, data.test))
        labels = data.y_test if prior.settings.classes else None
        y = None if labels is None else torch.from_numpy(labels).to(device)
        h, w = prior.settings.grid
        frequent = counted(train.flatten(1), prior.settings.codes).argmax(1).view(h, w)
        return cls(prior, data.decoder, train, test, y, frequent, run.order.seed)

    @property
    def device(self) -> torch.device:
        """Of the prior."""
        return self.train.device

    def generator(self) -> Generator:
        """Fresh, so that every step draws with the same numbers."""
        return seeded(self.seed)

    def classes(self, n: int) -> Tensor | None:
        """One class after the other, n in all."""
        count = self.prior.settings.classes
        return torch.arange(n, device=self.device) % count if count else None

    def evenly(self, n: int) -> Tensor:
        """Maps (n, h, w) under the uniform prior."""
        s = self.prior.settings
        return torch.randint(s.codes, (n, *s.grid), generator=self.generator())

    def halves(self) -> dict[str, Tensor]:
        """Which positions are given, (h, w), by name; none where a half would be nothing."""
        row, column = torch.meshgrid(*map(torch.arange, self.prior.settings.grid), indexing="ij")
        h, w = self.prior.settings.grid
        known = {"upper": row < h // 2, "left": column < w // 2}
        return {side: mask.to(self.device) for side, mask in known.items() if mask.any()}

    def shown(self, codes: Tensor) -> Arrays:
        """Maps (n, h, w) and what they decode to."""
        arrays = {"codes": codes.cpu().numpy().astype(np.int16)}
        seen = self.decoded(codes)
        return arrays if seen is None else arrays | {"seen": seen}

    def decoded(self, codes: Tensor) -> NDArray[np.uint8] | None:
        """(n, h, w) -> (n, C, H, W) bytes; None without a decoder, or if that makes no images."""
        if self.decoder is None:
            return None
        device = next(self.decoder.parameters()).device
        mean = self.decoder.likelihood.mean(self.decoder.decode(codes.to(device)))
        if mean.dim() != 4:
            return None
        return (mean.clamp(0, 1) * 255).round().byte().cpu().numpy()

    def drawn(
        self, n: int, y: Tensor | None, given: Tensor | None = None, known: Tensor | None = None
    ) -> Arrays:
        """Maps drawn or completed, and all that was said on the way."""
        steps = list(self.prior.sampling(n, self.generator(), y, given, known))
        codes = torch.stack([step.codes for step in steps], 1)  # n N
        mask = torch.zeros_like(self.frequent, dtype=torch.bool) if known is None else known
        grid = self.prior.settings.grid
        arrays: Arrays = {
            name: torch.unflatten(tensor, 1, grid).cpu().numpy()
            for name, tensor in _said(steps, codes).items()
        }
        arrays["known"] = mask.cpu().numpy()
        if y is not None:
            arrays["y"] = y.cpu().numpy()
        return arrays | self.along(codes, mask.flatten())

    def along(self, codes: Tensor, known: Tensor) -> Arrays:
        """The maps (n, N) decoded after 0, a few, ..., all of the positions that are drawn."""
        first = self.decoded(codes[:1].view(1, *self.frequent.shape))
        if first is None:
            return {}
        drawn = (~known).nonzero().flatten()
        stride = ceil(len(drawn) * len(codes) * first.size / BYTES)
        after = [*range(0, len(drawn), stride), len(drawn)]
        maps = self.frequent.flatten().repeat(len(after), len(codes), 1)  # F n N
        for frame, count in enumerate(after):
            there = known.clone()
            there[drawn[:count]] = True
            maps[frame, :, there] = codes[:, there]
        seen = self.decoded(maps.view(-1, *self.frequent.shape))
        assert seen is not None
        return {"after": np.array(after), "seen": seen.reshape(*maps.shape[:2], *seen.shape[1:])}


def _said(steps: list[Drawn], codes: Tensor) -> dict[str, Tensor]:
    """Of n maps and N positions: (n, N) and (n, N, 3)."""
    log_p = torch.stack([step.logits for step in steps], 1).log_softmax(2)  # n N K
    share, top = log_p.exp().topk(min(TOP, log_p.shape[2]), 2)
    return {
        "codes": codes.short(),
        "entropy": (-(log_p.exp() * log_p).sum(2) / np.log(2)).half(),
        "chance": log_p.gather(2, codes[:, :, None])[:, :, 0].exp().half(),
        "top": top.short(),
        "share": share.half(),
    }
