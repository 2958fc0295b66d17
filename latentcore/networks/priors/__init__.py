"""Autoregressive priors over maps of codes or pixels: p(k) = prod_i p(k_i | k_<i).

`prior.py` is the model, `architectures.py` lists what may stand inside it, one file each.
"""
