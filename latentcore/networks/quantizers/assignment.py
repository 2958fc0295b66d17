"""Which code is nearest, and what the rows given to each code sum to.

    argmin_k ||z - e_k||^2 = argmin_k (||e_k||^2 - 2 z . e_k)

is one matrix product; the term ||z||^2 is the same for all codes and left out.  Sums over the rows
of a code are scattered additions.  The (N, K) matrix of zeros and ones in which public code says
the same thing costs five times as much and is never built.

Rows and codes are float32: in bfloat16, with 8 bits of mantissa, near codes are confused and
counts stop at 256.
"""

import torch
from torch import Tensor


def offsets(rows: Tensor, codebook: Tensor) -> Tensor:
    """Squared distances less ||z||^2: (N, D), (K, D) -> (N, K)."""
    return torch.addmm(codebook.square().sum(1), rows, codebook.t(), alpha=-2)


@torch.no_grad()
def nearest(rows: Tensor, codebook: Tensor) -> Tensor:
    """Index of the nearest code of each row; the first of equals: (N, D), (K, D) -> (N,)."""
    return offsets(rows, codebook).argmin(1)


def counts(index: Tensor, codes: int) -> Tensor:
    """How many rows each code has, as float32 (exact up to 16 million): (N,) -> (K,).

    Not `bincount`: on a GPU it waits for the device to learn how long its result is.
    """
    ones = torch.ones(index.shape, device=index.device)
    return torch.zeros(codes, device=index.device).scatter_add_(0, index, ones)


def sums(index: Tensor, rows: Tensor, codes: int) -> Tensor:
    """Sum of the rows of each code: (N,), (N, D) -> (K, D)."""
    return rows.new_zeros(codes, rows.shape[1]).index_add_(0, index, rows)
