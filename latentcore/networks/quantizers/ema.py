"""A codebook of running means: the codebook term in closed form [1].

The minimum of ||stop(z_e) - e_k||^2 over e_k is the mean of the rows of code k.  With n_k rows in
the batch, of mean m_k, and a running share N_k of the positions,

    N_k <- g N_k + (1 - g) n_k / N,       e_k <- e_k + (1 - g) (n_k / N) / N_k * (m_k - e_k)

which is the exponential moving average of the sums divided by that of the counts, written so that
neither has to be kept.  A code without rows stays exactly where it is.  (Where the counts are kept
apart, start at 0 and are smoothed to avoid the division by zero, a code without rows is
multiplied by 1e5 in one step; here there is no such division.)  With g = 0 this is one iteration
of k-means.

[1] van den Oord, Vinyals, Kavukcuoglu 2017, Neural discrete representation learning, appendix A.
"""

import torch
from torch import Generator, Tensor
from torch.nn import functional as F

from latentcore.networks.quantizers.assignment import nearest, sums
from latentcore.networks.quantizers.movable import Movable, uniform
from latentcore.networks.quantizers.quantizer import Quantised, distance, straight_through
from latentcore.networks.quantizers.settings import QuantizerSettings

SMALL = torch.finfo(torch.float32).tiny


class EMA(Movable):
    """Codes that are running means of their rows; the optimiser does not see them."""

    mean: Tensor

    def __init__(self, settings: QuantizerSettings, generator: Generator) -> None:
        super().__init__(settings)
        self.register_buffer("mean", uniform(settings, generator))

    @property
    def free(self) -> Tensor:
        """See Movable."""
        return self.mean

    def quantise_rows(self, rows: Tensor, generator: Generator) -> Quantised:  # noqa: ARG002
        """See Quantizer."""
        index = nearest(rows, self.codebook)
        codes = F.embedding(index, self.codebook)
        commitment = distance(rows, codes)
        return Quantised(
            self.through(rows, codes),
            index,
            self.settings.beta * commitment,
            {"commitment": commitment.detach()},
            rows=rows.detach(),
        )

    def through(self, rows: Tensor, codes: Tensor) -> Tensor:
        """The codes, with a gradient for the rows: (N, D), (N, D) -> (N, D)."""
        return straight_through(rows, codes)

    def learn(self, seen: Quantised, share: Tensor) -> None:
        """See Movable."""
        self.follow(seen.index, seen.rows, share)

    def follow(self, index: Tensor, rows: Tensor, share: Tensor) -> None:
        """Move each code towards the mean of the rows (N, D) given to it (N,), of share (K,)."""
        pull = (1 - self.settings.decay) / self.share.clamp(min=SMALL)[:, None]
        total = sums(index, rows, self.codes) / len(rows)
        self.mean += pull * (total - share[:, None] * self.mean)
