"""Arithmetic of compositions: rows of p positive parts that sum to one.

    closure    x / sum(x)
    clr(x)     log x - mean(log x)                    p coordinates that sum to zero [1]
    ilr(x)     clr(x) V,  V (p, p-1) orthonormal      p-1 coordinates, same distances [2]

A zero has no logarithm.  Multiplicative replacement [3] puts delta where a zero was and takes it
from the other parts in proportion, so that their ratios stay:
    x_j -> delta                      if x_j = 0
    x_j -> x_j (1 - delta * zeros)    otherwise

[1] Aitchison 1982, The statistical analysis of compositional data.
[2] Egozcue et al. 2003, Isometric logratio transformations for compositional data analysis.
[3] Martin-Fernandez et al. 2003, Dealing with zeros and missing values in compositional data sets.
"""

import numpy as np
from scipy.linalg import helmert

from latentcore.arrays import Array


def closure(x: Array) -> Array:
    """Rows (N, p) divided by their totals.  Raises ValueError naming a row without any."""
    total = x.sum(axis=1, keepdims=True)
    empty = np.flatnonzero(~(total[:, 0] > 0))
    if len(empty):
        raise ValueError(f"row {empty[0]} sums to {total[empty[0], 0]:g}; it has no composition")
    closed: Array = x / total
    return closed


def half_smallest(x: Array) -> Array:
    """Half the smallest part that is not zero, of each closed row: (N, p) -> (N,).

    At most 1 / (2 p), so that a row with hardly any part keeps half of its total to itself.
    """
    smallest = np.where(x > 0, x, np.inf).min(axis=1)
    half: Array = np.minimum(smallest, 1 / x.shape[1]) / 2
    return half


def replace_zeros(x: Array, delta: float | Array) -> Array:
    """Multiplicative replacement in closed rows (N, p) by delta, one or one a row (N,).

    Raises ValueError where the deltas of a row would add up to the whole of it.
    """
    each = np.broadcast_to(np.asarray(delta, dtype=np.float64), len(x))[:, None]  # N 1
    zero = x <= 0
    taken = each * zero.sum(axis=1, keepdims=True)
    if (full := np.flatnonzero(taken[:, 0] >= 1)).size:
        raise ValueError(
            f"row {full[0]} has {zero[full[0]].sum()} zeros; replaced by {each[full[0], 0]:g} each "
            "they would fill the whole sample: choose a smaller delta or keep fewer taxa"
        )
    replaced: Array = np.where(zero, each, x * (1 - taken))
    return replaced


def clr(x: Array) -> Array:
    """Centred log-ratios: positive (N, p) -> (N, p), rows sum to zero."""
    logs = np.log(x)
    centred: Array = logs - logs.mean(axis=1, keepdims=True)
    return centred


def basis(p: int) -> Array:
    """Orthonormal columns (p, p-1), each orthogonal to the ones: part j against those before."""
    columns: Array = np.asarray(helmert(p), dtype=np.float64).T
    return columns


def ilr(x: Array) -> Array:
    """Isometric log-ratios: positive (N, p) -> (N, p-1)."""
    coordinates: Array = clr(x) @ basis(x.shape[1])
    return coordinates


def softmax(z: Array) -> Array:
    """Inverse of clr, and of ilr after `z @ basis(p).T`: (N, p) -> closed (N, p)."""
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return closure(e)
