"""A walk through the latent space of a VAE: the decoder's weights once, and no server after that.

The browser gets the decoder written out (`latentcore.networks.layers.written`) with the posteriors
of some samples, and decodes what lies under the pointer itself.  A test holds its pictures to
PyTorch's.  Letters: n samples, Z latent dimensions, images (C, H, W).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latentcore.figures import palette
from latentcore.figures.blob import blob

COLUMNS = 11  # numbers that describe a layer
COLLAPSED = 0.01
"""An axis whose KL from the prior is below this, in nats, says nothing of the sample."""


@dataclass(frozen=True)
class Traversal:
    """Everything the walk needs, as neutral arrays.

    mean, log_variance (n, Z) of q(z|x); y (n,) in 0..len(classes)-1 or None.
    layers (L, 11), weights (P,): the decoder.  shape: (C, H, W) of an image.
    likelihood: its name in `latentcore.networks.likelihoods`; levels: L where it counts them.
    Raises ValueError naming the array, its shape and the expected one.
    """

    mean: NDArray[np.floating[Any]]
    log_variance: NDArray[np.floating[Any]]
    y: NDArray[np.integer[Any]] | None
    classes: tuple[str, ...]
    layers: NDArray[np.integer[Any]]
    weights: NDArray[np.floating[Any]]
    shape: tuple[int, int, int]
    likelihood: str
    levels: int | None

    def __post_init__(self) -> None:
        """Check shapes once, where they can still be named."""
        if self.mean.ndim != 2 or not self.mean.size:
            raise ValueError(f"traversal: mean has shape (n, Z), got {self.mean.shape}")
        n, _ = self.mean.shape
        if self.log_variance.shape != self.mean.shape:
            raise ValueError(
                f"traversal: log_variance has the shape of mean, {self.mean.shape}; got "
                f"{self.log_variance.shape}"
            )
        if self.y is not None and (
            self.y.shape != (n,) or not 0 <= self.y.min() <= self.y.max() < len(self.classes)
        ):
            raise ValueError(
                f"traversal: y holds one of {len(self.classes)} classes for each of {n} samples, "
                f"got shape {self.y.shape}"
            )
        if self.layers.ndim != 2 or self.layers.shape[1] != COLUMNS:
            raise ValueError(f"traversal: layers has shape (L, {COLUMNS}), got {self.layers.shape}")

    @property
    def kl(self) -> NDArray[np.float64]:
        """KL from the prior along each axis, in nats, averaged over the samples: (Z,)."""
        return kl_per_axis(self.mean, self.log_variance)


def kl_per_axis(
    mean: NDArray[np.floating[Any]], log_variance: NDArray[np.floating[Any]]
) -> NDArray[np.float64]:
    """1/2 (mu^2 + sigma^2 - 1 - log sigma^2), averaged over samples: (n, Z), (n, Z) -> (Z,)."""
    mean, log_variance = mean.astype(float), log_variance.astype(float)
    kl: NDArray[np.float64] = 0.5 * (mean**2 + np.expm1(log_variance) - log_variance).mean(0)
    return kl


def pack(traversal: Traversal, compact: bool = False) -> bytes:
    """The walk as one blob.  Weights of 16 bits travel as such, other numbers as float32.

    A compact one is drawn as its two squares alone.
    """
    arrays: dict[str, np.ndarray[Any, Any]] = {
        "layers": traversal.layers.astype("<i4"),
        "mean": traversal.mean.astype("<f4"),
        "log_variance": traversal.log_variance.astype("<f4"),
        "kl": traversal.kl.astype("<f8"),
    }
    if traversal.weights.dtype == np.float16:
        arrays["halves"] = traversal.weights.astype("<f2").view("<u2")
    else:
        arrays["weights"] = traversal.weights.astype("<f4")
    if traversal.y is not None:
        arrays["y"] = traversal.y.astype("<u2")
    count = max(len(traversal.classes), 1)
    return blob(
        {
            "n": len(traversal.mean),
            "Z": traversal.mean.shape[1],
            "shape": list(traversal.shape),
            "likelihood": traversal.likelihood,
            "levels": traversal.levels or 0,
            "classes": list(traversal.classes),
            "hues": [palette.component(c) for c in range(count)],
            "symbols": [palette.class_symbol(c) for c in range(count)],
            "collapsed": COLLAPSED,
            "compact": compact,
        },
        arrays,
    )
