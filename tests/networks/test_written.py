"""A network written out as arrays does what the network does, run by a few lines of SciPy."""

import numpy as np
import pytest
import torch
from scipy.signal import correlate, upfirdn
from torch import nn

from latentcore.networks.draws import seeded
from latentcore.networks.layers import ConvDecoder, ConvEncoder, DenseDecoder
from latentcore.networks.layers.written import (
    ADD,
    CONVOLUTION,
    KEEP,
    LINEAR,
    SILU,
    TRANSPOSED,
    written,
)

NETWORKS = {
    "dense": lambda: DenseDecoder(3, [8, 5], (1, 2, 4), seeded(0)).net,
    "linear": lambda: DenseDecoder(3, [], (6,), seeded(0)).net,
    "decoder": lambda: (
        ConvDecoder(3, 6, 2, image=(9, 5), grid=(1, 1), generator=seeded(0), blocks=1).net
    ),
    "encoder": lambda: ConvEncoder(3, 6, 4, image=(7, 8), grid=(2, 1), generator=seeded(0)).net,
}
INPUT = {"dense": (3,), "linear": (3,), "decoder": (3, 1, 1), "encoder": (3, 7, 8)}


def run(layers, weights, x):
    """Read the arrays back, one sample: (C, H, W) or (D,)."""
    kept, weights = [], list(weights.astype(float))

    def take(*shape):
        taken = np.array(weights[: np.prod(shape, dtype=int)]).reshape(shape)
        del weights[: taken.size]
        return taken

    for kind, inside, outside, kh, kw, sh, sw, ph, pw, oh, ow in layers:
        if kind == LINEAR:
            x = take(outside, inside) @ x.ravel() + take(outside)
        elif kind == SILU:
            x = x / (1 + np.exp(-x))
        elif kind == CONVOLUTION:
            weight, bias = take(outside, inside, kh, kw), take(outside)
            wide = np.pad(x, ((0, 0), (ph, ph), (pw, pw)))
            x = np.stack([correlate(wide, w, "valid")[0] for w in weight])[:, ::sh, ::sw]
            x = x + bias[:, None, None]
        elif kind == TRANSPOSED:
            weight, bias = take(inside, outside, kh, kw), take(outside)
            height = (x.shape[1] - 1) * sh + kh
            width = (x.shape[2] - 1) * sw + kw
            full = np.zeros((outside, height + oh, width + ow))
            for i, o in np.ndindex(inside, outside):
                u, s, v = np.linalg.svd(weight[i, o])  # a kernel is a sum of separable ones
                for a, scale, b in zip(u.T, s, v, strict=False):
                    across = upfirdn(scale * b, x[i], sw, axis=1)[:, :width]
                    full[o, :height, :width] += upfirdn(a, across, sh, axis=0)[:height]
            bottom, right = full.shape[1] - ph, full.shape[2] - pw
            x = full[:, ph:bottom, pw:right] + bias[:, None, None]
        elif kind == KEEP:
            kept.append(x)
        else:
            assert kind == ADD
            x = x + kept.pop()
    assert not weights and not kept
    return x


@pytest.mark.parametrize("name", NETWORKS)
def test_the_arrays_do_what_the_network_does(name):
    network = NETWORKS[name]()
    with torch.no_grad():
        for weight in network.parameters():
            weight.normal_(0, 0.5, generator=seeded(1))
    layers, weights = written(network)
    assert layers.dtype == np.int32 and layers.shape[1] == 11
    assert weights.dtype == np.float32
    assert len(weights) == sum(w.numel() for w in network.parameters())
    x = torch.randn(INPUT[name], generator=seeded(2))
    with torch.no_grad():
        expected = network.double()(x.double()[None])[0].numpy()
    np.testing.assert_allclose(
        run(layers, weights, x.double().numpy()), expected, rtol=1e-6, atol=1e-9
    )


def test_what_cannot_be_written_is_named():
    with pytest.raises(TypeError, match="a Tanh cannot"):
        written(nn.Sequential(nn.Linear(2, 2), nn.Tanh()))
