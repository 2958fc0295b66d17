"""The rotation trick: turn and stretch the row onto its code, and hold the turn constant [1].

    z_q = s R z_e,    R turns z_e / ||z_e|| to e_k / ||e_k||,    s = ||e_k|| / ||z_e||

The value is e_k as before, but the gradient reaching z_e is s R^T g: it keeps its angle with the
code instead of its direction in space.  Rows in different parts of one cell get different
gradients, where straight-through gives them all the same.  R is a product of two reflections,

    R z = z - 2 (z . r) r + 2 (z . u) v,    u = z_e/||z_e||, v = e_k/||e_k||, r = (u+v)/||u+v||

so it is never built.

[1] Fifty et al. 2024, Restructuring vector quantization with the rotation trick, section 4.2.
"""

from torch import Tensor
from torch.nn import functional as F

from latentcore.networks.quantizers.ema import EMA

SMALL = 1e-6  # below this length a row or a code has no direction


class Rotation(EMA):
    """EMA with the rotation's gradient."""

    def through(self, rows: Tensor, codes: Tensor) -> Tensor:
        """See EMA."""
        return rotated(rows, codes.detach())


def rotated(rows: Tensor, codes: Tensor) -> Tensor:
    """The codes (N, D), as a linear map, held constant, of the rows (N, D)."""
    fixed = rows.detach()
    length = fixed.norm(dim=1, keepdim=True).clamp(min=SMALL)
    u, v = fixed / length, F.normalize(codes, eps=SMALL)
    r = F.normalize(u + v, eps=SMALL)
    turned = rows - 2 * (rows * r).sum(1, keepdim=True) * r + 2 * (rows * u).sum(1, True) * v
    stretched: Tensor = turned * (codes.norm(dim=1, keepdim=True) / length)
    return stretched
