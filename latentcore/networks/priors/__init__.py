"""Autoregressive priors over maps of codes or pixels: p(k) = prod_i p(k_i | k_<i).

`prior.py` is the model, `architectures.py` lists what may stand inside it, one file each.
"""

from latentcore.networks.priors.prior import Prior
from latentcore.networks.priors.settings import PriorSettings

__all__ = ["Prior", "PriorSettings"]
