"""The codebook of the paper [1]: codes follow their rows by gradient.

    loss = ||stop(z_e) - e_k||^2 + beta ||z_e - stop(e_k)||^2        averaged over positions

The decoder's gradient passes straight to the encoder, so the codes get none of it; the first term
gives them one of their own, towards the mean of their rows.  The second keeps the encoder's
outputs from growing away from the codes (it bounds their scale).  Both have the same value and
different gradients.

[1] van den Oord, Vinyals, Kavukcuoglu 2017, Neural discrete representation learning, section 3.2.
"""

from torch import Generator, Tensor, nn
from torch.nn import functional as F

from latentcore.networks.quantizers.assignment import nearest
from latentcore.networks.quantizers.movable import Movable, uniform
from latentcore.networks.quantizers.quantizer import Quantised, distance, straight_through
from latentcore.networks.quantizers.settings import QuantizerSettings


class Gradient(Movable):
    """Codes that are parameters of the optimiser."""

    def __init__(self, settings: QuantizerSettings, generator: Generator) -> None:
        super().__init__(settings)
        self.code = nn.Parameter(uniform(settings, generator))

    @property
    def free(self) -> Tensor:
        """See Movable."""
        return self.code

    def quantise_rows(self, rows: Tensor, generator: Generator) -> Quantised:  # noqa: ARG002
        """See Quantizer."""
        index = nearest(rows, self.code)
        codes = F.embedding(index, self.code)
        codebook, commitment = distance(rows.detach(), codes), distance(rows, codes.detach())
        return Quantised(
            straight_through(rows, codes),
            index,
            codebook + self.settings.beta * commitment,
            {"commitment": commitment.detach()},
            rows=rows.detach(),
        )
