"""Codebooks whose codes can be put somewhere: the k-means start and the restart act on these."""

from abc import abstractmethod

import torch
from torch import Generator, Tensor

from latentcore.networks.quantizers.kmeans import kmeans
from latentcore.networks.quantizers.quantizer import Quantised, Quantizer
from latentcore.networks.quantizers.restart import replacements
from latentcore.networks.quantizers.settings import QuantizerSettings


class Movable(Quantizer):
    """K free codes.  `moved` (K,): the `settled` at which each was last restarted, 0 if never."""

    moved: Tensor

    def __init__(self, settings: QuantizerSettings) -> None:
        super().__init__(settings, settings.codes, settings.width)
        self.register_buffer("moved", torch.zeros(settings.codes, dtype=torch.int64))

    @property
    @abstractmethod
    def free(self) -> Tensor:
        """The tensor (K, D) that holds the codes, to be written to."""

    @property
    def codebook(self) -> Tensor:
        """See Quantizer."""
        return self.free

    def picture(self) -> dict[str, Tensor]:
        """See Quantizer: also when codes were restarted."""
        return super().picture() | {"moved": self.moved}

    def begin(self, rows: Tensor, generator: Generator) -> None:
        """See Quantizer: k-means of the rows."""
        if self.settings.kmeans:
            self.free.copy_(kmeans(rows, self.codes, generator))

    def improve(self, seen: Quantised, share: Tensor, generator: Generator) -> None:
        """See Quantizer: codes learn, then dead ones move."""
        self.learn(seen, share)
        if self.settings.restart:
            dead, to = replacements(self.share, self.settings.restart, seen.rows, generator)
            self.free.copy_(torch.where(dead[:, None], to, self.free))
            self.share.copy_(torch.where(dead, self.share.mean(), self.share))
            self.moved.masked_fill_(dead, self.settled)

    def learn(self, seen: Quantised, share: Tensor) -> None:
        """What the method itself changes, if anything."""


def uniform(settings: QuantizerSettings, generator: Generator) -> Tensor:
    """Codes in the cube of side 2/K around zero, where public code begins: (K, D)."""
    codes = torch.rand(settings.codes, settings.width, generator=generator)
    return (2 * codes - 1) / settings.codes
