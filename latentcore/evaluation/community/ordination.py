"""Samples in two dimensions: Aitchison's principal components, and principal coordinates [1].

    PCA    of centred log-ratios: the plane that holds most of Aitchison's distances [2]
    PCoA   of any distances d: eigenvectors of -1/2 J d^2 J with J = I - 1 1^T / N, scaled by
           the roots of their eigenvalues; of Euclidean distances it is PCA again
    Bray-Curtis    sum_j |x_j - x'_j| / sum_j (x_j + x'_j): no Euclidean distance, so some
           eigenvalues are negative, and shares are of the sum of their absolute values

Axes are turned so that the largest coordinate on each is positive: a sign means nothing, and the
picture should not flip between two runs.

[1] J. Gower, Some distance properties of latent root and vector methods, Biometrika 53, 1966.
[2] J. Aitchison, M. Greenacre, Biplots of compositional data, JRSS C 51, 2002.
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import eigh
from scipy.spatial.distance import pdist, squareform

from latentcore.arrays import Array, Indices

MOST = 1500  # samples; distances and their eigenvectors grow with the square and the cube


@dataclass(frozen=True)
class Ordination:
    """Coordinates (n, 2) of the samples `rows` (n,), and the share of the whole on each axis."""

    points: Array
    share: Array
    rows: Indices


def some(n: int, seed: int, most: int = MOST) -> Indices:
    """All rows of n, or `most` of them drawn without replacement, in their order."""
    if n <= most:
        return np.arange(n)
    return np.sort(np.random.default_rng(seed).choice(n, most, replace=False))


def principal_components(x: Array, rows: Indices | None = None) -> Ordination:
    """The first two principal components of x (n, D), its rows being samples `rows`."""
    left, scale, _ = np.linalg.svd(x - x.mean(axis=0), full_matrices=False)
    whole = (scale**2).sum()
    share = scale[:2] ** 2 / whole if whole else np.zeros(min(2, len(scale)))
    return _turned(left[:, :2] * scale[:2], share, rows)


def bray_curtis(x: Array) -> Array:
    """Distances between the rows of closed abundances: (n, D) -> (n, n)."""
    distance: Array = squareform(pdist(x, "braycurtis"))
    return distance


def principal_coordinates(distance: Array, rows: Indices | None = None) -> Ordination:
    """The first two principal coordinates of symmetric distances (n, n)."""
    square = distance**2
    row = square.mean(axis=0)
    inner = -0.5 * (square - row - row[:, None] + row.mean())  # n n
    value, vector = eigh(inner)
    value, vector = value[::-1], vector[:, ::-1]
    first = np.maximum(value[:2], 0)
    whole = np.abs(value).sum()
    share = first / whole if whole else np.zeros(len(first))
    return _turned(vector[:, :2] * np.sqrt(first), share, rows)


def _turned(points: Array, share: Array, rows: Indices | None) -> Ordination:
    rows = np.arange(len(points)) if rows is None else rows
    lacking = 2 - points.shape[1]  # a table of one sample or one feature
    points = np.pad(points, ((0, 0), (0, lacking)))
    largest = points[np.abs(points).argmax(axis=0), [0, 1]]
    return Ordination(points * np.where(largest < 0, -1, 1), np.pad(share, (0, lacking)), rows)
