"""What a variational autoencoder can show: new samples, reconstructions, walks through z.

New samples come from the prior, z ~ N(0, I).  Sampling q(z|x) reconstructs; it does not generate.
Every result is the mean of p(x|z) as a NumPy array, on the scale of floating-point samples; to draw
x as well, give `model.decode(z)` to `model.likelihood.sample`.
"""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from latentcore.networks.vae.model import VAE

Samples = NDArray[np.floating]


def generate(model: VAE, n: int, generator: torch.Generator) -> Samples:
    """New samples, z from the prior: (n, *shape)."""
    return means(model, model.prior(n, generator))


def reconstruct(model: VAE, x: Tensor, generator: torch.Generator) -> Samples:
    """Samples seen through z from q(z|x): (B, *shape) -> (B, *shape)."""
    with torch.no_grad():
        return means(model, model.encode(x).sample(1, generator)[0])


def traverse(model: VAE, start: Tensor, values: Sequence[float]) -> Samples:
    """One axis of z at a time set to each value, the others as in `start`: (Z,) -> (Z, V, *shape).

    Values are in standard deviations of the prior.  Start from zeros for the middle of the prior,
    or from `model.encode(x).mean[0]` to vary one sample.
    """
    z = start.expand(len(start), len(values), -1).clone()  # Z V Z
    axis = torch.arange(len(start))
    z[axis, :, axis] = torch.as_tensor(values, dtype=z.dtype, device=z.device)
    return means(model, z)


def interpolate(model: VAE, x: Tensor, steps: int) -> Samples:
    """A straight walk in z between two samples' posterior means: (2, *shape) -> (steps, *shape)."""
    with torch.no_grad():
        first, last = model.encode(x).mean
    share = torch.linspace(0, 1, steps, dtype=first.dtype, device=first.device)[:, None]
    return means(model, torch.lerp(first, last, share))


def means(model: VAE, z: Tensor) -> Samples:
    """E[x|z] for z of any shape ending in Z: (..., Z) -> (..., *shape)."""
    with torch.no_grad():
        mean = model.likelihood.mean(model.decode(z))
    return mean.reshape(*z.shape[:-1], *model.settings.shape).cpu().numpy()
