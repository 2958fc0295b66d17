"""What every quantiser offers: rows of encoder outputs in, codes out.

    k = argmin_j ||z_e - e_j||,    z_q = e_k                                             [1]

The step from z_e to k is flat: a small change of z_e leaves k as it was, so its derivative is
zero wherever it exists, and the encoder would learn nothing from the decoder.  (There is no
useful subgradient either: k is piecewise constant, not convex.)  The straight-through estimator
hands the gradient at z_q to z_e as if the step were the identity:

    z_q = z_e + stop(e_k - z_e)

`quantise` changes nothing; what is learned without a gradient is learned in `settle`, after the
optimiser's step, from what `quantise` saw.  In the first `settings.start` steps rows pass as they
are, so that the encoder knows the data before the codes divide its outputs.

[1] van den Oord, Vinyals, Kavukcuoglu 2017, Neural discrete representation learning.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from torch import Generator, Tensor, nn
from torch.nn import functional as F

from latentcore.networks.quantizers.assignment import counts, nearest
from latentcore.networks.quantizers.settings import QuantizerSettings
from latentcore.networks.quantizers.usage import Usage


@dataclass(frozen=True)
class Quantised:
    """N rows after the quantiser.

    z_q     (N, D) what the decoder reads; gradients pass as the method says
    index   (N,)   code of each row
    loss    scalar, what the method adds to the network's loss, averaged over rows
    parts   scalars, detached: the terms of `loss` before they are weighted
    rows    (N, D) the encoder's outputs as the codes see them, detached, for `settle`
    """

    z_q: Tensor
    index: Tensor
    loss: Tensor
    parts: Mapping[str, Tensor] = field(default_factory=dict)
    rows: Tensor = field(kw_only=True)


class Quantizer(nn.Module, ABC):
    """K codes of length D.  `share` (K,) is the running share of the positions, at first 1/K."""

    share: Tensor

    def __init__(self, settings: QuantizerSettings, codes: int, width: int) -> None:
        super().__init__()
        self.settings, self.codes, self.width = settings, codes, width
        self.settled = 0
        self.register_buffer("share", torch.full((codes,), 1 / codes))

    @property
    @abstractmethod
    def codebook(self) -> Tensor:
        """The codes: (K, D)."""

    @abstractmethod
    def quantise_rows(self, rows: Tensor, generator: Generator) -> Quantised:
        """The method itself, on prepared rows, in float32: (N, D)."""

    def prepare(self, rows: Tensor) -> Tensor:
        """Encoder outputs in the space of the codes: (N, D) -> (N, D)."""
        return rows

    def quantise(self, z_e: Tensor, generator: Generator) -> Quantised:
        """Encoder outputs (N, D), of any floating type, to codes.  Changes nothing."""
        with torch.autocast(z_e.device.type, enabled=False):
            rows = self.prepare(z_e.float())
            if self.passing:
                zero = rows.new_zeros(())
                return Quantised(rows, self.index(z_e), zero, rows=rows.detach())
            return self.quantise_rows(rows, generator)

    def index(self, z_e: Tensor) -> Tensor:
        """The code of each row, with nothing left to chance: (N, D) -> (N,)."""
        with torch.autocast(z_e.device.type, enabled=False):
            return nearest(self.prepare(z_e.detach().float()), self.codebook)

    def lookup(self, index: Tensor) -> Tensor:
        """Codes by number, of any shape: (...) -> (..., D)."""
        return F.embedding(index, self.codebook)

    def usage(self, index: Tensor) -> Usage:
        """Counts of these codes; add them up over a pass."""
        return Usage.of(index, self.codes)

    def picture(self) -> dict[str, Tensor]:
        """What a look shows of the codes: all of `look` but the batch."""
        return {
            "codebook": self.codebook,
            "share": self.share,
            "step": torch.tensor(self.settled),
            "passing": torch.tensor(self.passing),
        }

    @property
    def passing(self) -> bool:
        """Whether rows still pass as they are."""
        return self.settled < self.settings.start

    @torch.no_grad()
    def settle(self, seen: Quantised, generator: Generator) -> None:
        """Learn what is learned without a gradient, after the optimiser's step."""
        passed = self.passing
        self.settled += 1
        if not passed:
            share = self.shares(seen)
            self.share.lerp_(share, 1 - self.settings.decay)
            self.improve(seen, share, generator)
        elif not self.passing:
            self.begin(seen.rows, generator)

    def shares(self, seen: Quantised) -> Tensor:
        """Share of these rows that each code has: (K,)."""
        return counts(seen.index, self.codes) / len(seen.index)

    def begin(self, rows: Tensor, generator: Generator) -> None:
        """Called once, when the quantiser takes over from passing."""

    def improve(self, seen: Quantised, share: Tensor, generator: Generator) -> None:
        """Called in every later `settle`, with the shares (K,) of this batch."""

    def get_extra_state(self) -> Tensor:
        """How many times it has settled, as a tensor, so that a checkpoint holds tensors only."""
        return torch.tensor(self.settled)

    def set_extra_state(self, state: Tensor) -> None:
        """See get_extra_state."""
        self.settled = int(state)


def straight_through(rows: Tensor, codes: Tensor) -> Tensor:
    """The values of the codes with the gradient of the rows: (N, D), (N, D) -> (N, D)."""
    return rows + (codes - rows).detach()


def distance(rows: Tensor, codes: Tensor) -> Tensor:
    """Squared distance, averaged over rows (not over D): (N, D), (N, D) -> scalar."""
    return F.mse_loss(rows, codes) * rows.shape[1]
