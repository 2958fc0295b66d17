"""How the codes are used: which, how many, and how evenly.

Perplexity is exp(H) of the empirical distribution of the codes: K when all are used alike, 1 when
only one is.  Both numbers depend on how many positions were counted: 64 positions cannot use 128
codes.  So counts add, and are read after a whole pass over the data, not after a batch.
"""

from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor


@dataclass(frozen=True)
class Usage:
    """Positions given to each code: counts (K,), int64.  `a + b` counts both."""

    counts: Tensor

    @classmethod
    def of(cls, index: Tensor, codes: int) -> Self:
        """Counts of an index tensor of any shape."""
        return cls(torch.bincount(index.flatten(), minlength=codes))

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(self.counts + other.counts)

    @property
    def used(self) -> int:
        """How many codes were chosen at least once."""
        return int((self.counts > 0).sum())

    @property
    def entropy(self) -> float:
        """Of the empirical distribution of the codes, in nats."""
        share = self.counts.double() / self.counts.sum().clamp(min=1)
        return float(-torch.xlogy(share, share).sum())

    @property
    def perplexity(self) -> float:
        """exp(entropy): how many evenly used codes would be as varied."""
        return float(torch.tensor(self.entropy).exp())
