"""What is drawn of a variational autoencoder while it trains.

The decoder goes along, written out, so that a page can decode any z without asking.  It travels in
sixteen bits, which moves a pixel by less than one of 256 levels.

    mean, log_variance (n, Z)   of q(z|x) for held-out samples x, spread over them evenly
    y (n,), classes (bytes,)    their classes, if there are labels; the names as JSON
    layers (L, 11), weights (P,)  the decoder: see `latentcore.networks.layers.written`
    x (m, C, H, W)              the first of them, 0 .. 255
    posterior (d, m, C, H, W)   what d draws from each one's q(z|x) decode to
    prior (g, C, H, W)          what draws from the prior decode to
    axes (2, s, C, H, W)        a walk along the axis with the largest KL, then the smallest
    between (s, C, H, W)        a walk from one of x to another, of another class if there is one
    terms (2,)                  E_q[log p(x|z)] and KL in nats, mean over the n samples
"""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from latentcore.networks.layers.written import written
from latentcore.networks.vae import VAE, pictures
from latentcore.runs.dataset import Dataset
from latentcore.training.run import Run

ENCODED, SHOWN, DRAWS, NEW = 300, 8, 4, 32
WALK = (-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0)  # in standard deviations of the prior


def picture(run: Run[Any], data: Dataset) -> Mapping[str, NDArray[Any]]:
    """See the module.  Draws come from a generator of their own: the run is as it was."""
    model: VAE = run.model
    m = len(data.test)
    chosen = np.unique(np.linspace(0, m - 1, min(m, ENCODED)).astype(int))
    shown = chosen[np.linspace(0, len(chosen) - 1, min(SHOWN, len(chosen))).astype(int)]
    generator = torch.Generator(run.device).manual_seed(run.order.seed)
    x, few = (torch.from_numpy(data.test[i]).to(run.device) for i in (chosen, shown))
    ends = few[[0, _other(data, shown)]]
    with torch.no_grad():
        q, terms = model.encode(x), model.terms(x, generator).mean()
        layers, weights = written(model.decoder.get_submodule("net"))
        drawn = model.encode(few).sample(DRAWS, generator)
        arrays: dict[str, NDArray[Any]] = {
            "mean": q.mean.cpu().numpy(),
            "log_variance": q.log_variance.cpu().numpy(),
            "layers": layers,
            "weights": weights.astype(np.float16),
            "x": _bytes(model.likelihood.scaled(few)),
            "posterior": np.stack([_decoded(model, z) for z in drawn]),
            "prior": _decoded(model, model.prior(NEW, generator)),
            "axes": _walks(model, q.kl_per_axis().mean(0)),
            "between": _bytes(torch.from_numpy(pictures.interpolate(model, ends, len(WALK)))),
            "terms": torch.stack([terms.log_likelihood, terms.kl]).cpu().numpy(),
        }
    if data.y_test is not None:
        arrays["y"] = data.y_test[chosen].astype(np.uint16)
        arrays["classes"] = np.frombuffer(json.dumps(data.classes).encode(), np.uint8)
    return arrays


def _decoded(model: VAE, z: Tensor) -> NDArray[np.uint8]:
    return _bytes(model.likelihood.mean(model.decode(z)))


def _walks(model: VAE, kl: Tensor) -> NDArray[np.uint8]:
    walks = pictures.traverse(model, torch.zeros_like(kl), WALK)
    return _bytes(torch.from_numpy(walks[[int(kl.argmax()), int(kl.argmin())]]))


def _other(data: Dataset, shown: NDArray[np.int64]) -> int:
    """The first of the samples shown whose class is not that of sample 0; else the last."""
    if data.y_test is None:
        return len(shown) - 1
    others = np.flatnonzero(data.y_test[shown] != data.y_test[shown[0]])
    return int(others[0]) if len(others) else len(shown) - 1


def _bytes(brightness: Tensor) -> NDArray[np.uint8]:
    """0 .. 1 -> 0 .. 255."""
    return (255 * brightness.clamp(0, 1)).round().to(torch.uint8).cpu().numpy()
