"""The table every law test of the quantisers runs over."""

from dataclasses import replace

import torch

from latentcore.networks.draws import seeded
from latentcore.networks.quantizers import METHODS, QuantizerSettings
from latentcore.networks.quantizers.methods import quantizer

K, D, N = 24, 3, 200
SETTINGS = QuantizerSettings(codes=K, width=D, levels=(4, 3, 3), decay=0.9)
HARD = [name for name in METHODS if name not in ("soft EM", "gumbel")]
MOVABLE = [name for name in METHODS if name not in ("FSQ", "SimVQ")]


def made(method, seed=0, **changes):
    """A quantiser whose codes are spread among the rows, not in a small cube."""
    q = quantizer(replace(SETTINGS, method=method, **changes), seeded(seed))
    if method in MOVABLE:
        with torch.no_grad():
            q.free.copy_(torch.randn(q.free.shape, generator=seeded(seed + 100)))
    return q


def rows(n=N, seed=1, width=D):
    return torch.randn(n, width, generator=seeded(seed))


def copied(module):
    return {name: tensor.clone() for name, tensor in module.state_dict().items()}


def same(state, module):
    now = module.state_dict()
    return state.keys() == now.keys() and all(torch.equal(state[n], now[n]) for n in now)
