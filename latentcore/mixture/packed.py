"""Symmetric matrices as packed rows: x x^T holds D(D+1)/2 different products.

A quadratic form becomes one row of a matrix product, `x^T A x = sum_(i<=j) a_ij x_i x_j`, so the
log-densities of all components are one product W phi(x), and their second moments one product
tau phi(x)^T: the two passes over the data that an EM iteration consists of.
"""

import numpy as np

from latentcore.arrays import Array

SLICE = 512  # columns; a product over more of them at once takes up to twice as long in OpenBLAS


def size(d: int) -> int:
    """How many different products d features have: d (d + 1) / 2."""
    return d * (d + 1) // 2


def sums(weight: Array, phi: Array) -> Array:
    """Sums over columns weighted by every row of weight, in double: (K, n), (F, n) -> (K, F)."""
    n = phi.shape[1]
    whole = n - n % SLICE
    if whole == 0:
        few: Array = np.matmul(weight, phi.T).astype(np.float64, copy=False)
        return few
    a = weight[:, :whole].reshape(len(weight), -1, SLICE).transpose(1, 0, 2)  # slices K SLICE
    b = phi[:, :whole].reshape(len(phi), -1, SLICE).transpose(1, 2, 0)
    total: Array = np.matmul(a, b).sum(0, dtype=np.float64)
    return total if whole == n else total + weight[:, whole:] @ phi[:, whole:].T


def products(x: Array, out: Array) -> Array:
    """Products x_i x_j for i <= j, in rows of out: (D, n) -> (D(D+1)/2, n)."""
    d = len(x)
    end = 0
    for i in range(d):
        start, end = end, end + d - i
        np.multiply(x[i], x[i:], out=out[start:end])
    return out


def unpack(packed: Array) -> Array:
    """Symmetric matrices whose upper triangles are given: (..., D(D+1)/2) -> (..., D, D)."""
    d = int((np.sqrt(8 * packed.shape[-1] + 1) - 1) / 2)
    i, j = np.triu_indices(d)
    full = np.empty((*packed.shape[:-1], d, d))
    full[..., i, j] = packed
    full[..., j, i] = packed
    return full


def form(matrix: Array) -> Array:
    """Rows that give x^T A x on `products(x)`: symmetric (..., D, D) -> (..., D(D+1)/2).

    An off-diagonal entry counts twice, once for each of its two places.
    """
    i, j = np.triu_indices(matrix.shape[-1])
    packed: Array = matrix[..., i, j] * np.where(i == j, 1.0, 2.0)
    return packed
