"""Autoregressive priors over maps of codes or pixels: p(k) = prod_i p(k_i | k_<i).

`prior.py` is the model, `architectures.py` lists what may stand inside it, one file each.
"""

from typing import TYPE_CHECKING

from latentcore.lazily import exporter

if TYPE_CHECKING:
    from latentcore.networks.priors.prior import Prior
    from latentcore.networks.priors.settings import PriorSettings

__all__ = [
    "Prior",
    "PriorSettings",
]

__getattr__ = exporter(
    __name__,
    {
        "Prior": "prior",
        "PriorSettings": "settings",
    },
)
