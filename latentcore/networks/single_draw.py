"""What a single draw says of a gradient, exactly, in the smallest VAE there is.

z has one dimension, q = N(mu, sigma^2), and the decoder is a straight line of length |w| through
the space of D pixels with noise s, so that log p(x|z) is a parabola:

    f(z) = c - a/2 (z - t)^2,    a = |w|^2 / s^2,  t the best z,
    c = -D/2 (log(2 pi s^2) + 1),  if x is as far from the line as its noise is.

Then every estimator of d E_q[f] / d(mu, log sigma^2) in `gradients.py` is a polynomial in
eps ~ N(0, 1): Gauss-Hermite quadrature gives its mean and variance without an error, and c shows
what the score function suffers from.  It multiplies by f, the pathwise gradient by f', and c is
in f alone.  Nothing here needs PyTorch; a test holds it to `gradients.compare`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log, pi

import numpy as np

from latentcore.arrays import Array

NODES = 12  # exact up to degree 23; the squares have degree 8
ESTIMATORS = ("pathwise", "score function", "score function, baseline")


@dataclass(frozen=True)
class Line:
    """The decoder and the posterior.

    pixels: D.  noise: s.  length: |w|.  target: t.  mean, sigma: of q.
    Raises ValueError naming the value that makes no sense.
    """

    pixels: int = 64
    noise: float = 0.5
    length: float = 1.0
    target: float = 1.0
    mean: float = 0.0
    sigma: float = 0.5

    def __post_init__(self) -> None:
        """Check every value once."""
        for name in ("pixels", "noise", "length", "sigma"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} is positive, got {getattr(self, name)}")

    @property
    def curvature(self) -> float:
        """a of the parabola."""
        return (self.length / self.noise) ** 2

    def fit(self, z: Array) -> Array:
        """log p(x|z), in nats: (n,) -> (n,)."""
        best = -0.5 * self.pixels * (log(2 * pi * self.noise**2) + 1)
        found: Array = best - 0.5 * self.curvature * (z - self.target) ** 2
        return found


@dataclass(frozen=True)
class Moments:
    """Mean and variance over single draws, for mu and for log sigma^2: (2,) each."""

    mean: Array
    variance: Array


def exact(line: Line, draws: int) -> Mapping[str, Moments]:
    """Mean and variance of every estimator, without sampling.

    The baseline of a draw is the mean of f over the draws - 1 others.  Raises ValueError for less
    than two.
    """
    _several(draws)
    eps, weight = np.polynomial.hermite_e.hermegauss(NODES)
    weight = weight / weight.sum()
    fit = line.fit(line.mean + line.sigma * eps)
    level = weight @ fit
    spread = weight @ (fit - level) ** 2 / (draws - 1)  # of the baseline around the level
    score = _score(line, eps)
    found = (_slope(line, eps), fit[:, None] * score, (fit - level)[:, None] * score)
    moments = {}
    for name, estimate in zip(ESTIMATORS, found, strict=True):
        mean = weight @ estimate
        variance = weight @ (estimate - mean) ** 2
        if name == ESTIMATORS[2]:  # the baseline is itself an average, independent of this draw
            variance = variance + spread * (weight @ score**2)
        moments[name] = Moments(mean, variance)
    return moments


def estimates(line: Line, eps: Array) -> Mapping[str, Array]:
    """What each draw eps says of the gradient, by every estimator: (n,) -> (n, 2) each.

    Raises ValueError for less than two draws.
    """
    _several(len(eps))
    fit = line.fit(line.mean + line.sigma * eps)
    others = (fit.sum() - fit) / (len(eps) - 1)
    score = _score(line, eps)
    found = (_slope(line, eps), fit[:, None] * score, (fit - others)[:, None] * score)
    return dict(zip(ESTIMATORS, found, strict=True))


def _several(draws: int) -> None:
    if draws < 2:
        raise ValueError(f"a baseline needs other draws: give two or more, got {draws}")


def _slope(line: Line, eps: Array) -> Array:
    """f'(z) times dz by (mu, log sigma^2): (n,) -> (n, 2)."""
    slope = -line.curvature * (line.mean + line.sigma * eps - line.target)
    return np.stack([slope, 0.5 * slope * line.sigma * eps], axis=1)


def _score(line: Line, eps: Array) -> Array:
    """Gradient of log q by (mu, log sigma^2): (n,) -> (n, 2)."""
    return np.stack([eps / line.sigma, 0.5 * (eps**2 - 1)], axis=1)
