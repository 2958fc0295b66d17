"""Which code is nearest, and what the rows given to each code sum to.

    argmin_k ||z - e_k||^2 = argmin_k (||e_k||^2 - 2 z . e_k)

is one matrix product; the term ||z||^2 is the same for all codes and left out.  Sums over the rows
of a code are scattered additions.  The (N, K) matrix of zeros and ones in which public code says
the same thing costs five times as much and is never built, nor are all N x K distances at once.

Rows and codes are float32: in bfloat16, with 8 bits of mantissa, near codes are confused and
counts stop at 256.
"""

import torch
from torch import Tensor
from torch.nn import functional as F

FOLD = 16
CELLS = 2**22  # scores held at once on a CPU, 16 MiB whatever N is; smaller portions wait more


def offsets(rows: Tensor, codebook: Tensor) -> Tensor:
    """Squared distances less ||z||^2: (N, D), (K, D) -> (N, K)."""
    return torch.addmm(codebook.square().sum(1), rows, codebook.t(), alpha=-2)


@torch.no_grad()
def nearest(rows: Tensor, codebook: Tensor) -> Tensor:
    """Index of the nearest code of each row; one of them if several are: (N, D), (K, D) -> (N,).

    Always a code, even for rows that are not finite, so that a run that diverges can still say so.
    """
    spare = -len(codebook) % FOLD
    codes = F.pad(codebook, (0, 0, 0, spare))
    length = F.pad(codebook.square().sum(1), (0, spare), value=torch.inf)
    portion = max(256, (CELLS if rows.is_cpu else 16 * CELLS) // len(codes))
    found = [
        _least(torch.addmm(length, part, codes.t(), alpha=-2))
        for part in torch.split(rows, portion)
    ]
    return torch.cat(found).clamp(max=len(codebook) - 1)


def _least(score: Tensor) -> Tensor:
    """argmin along axis 1: (N, K) -> (N,).

    Minima are vectorised on CPUs and their places are not, so K numbers are first folded to K/16.
    """
    folded = score.view(len(score), FOLD, -1)
    column = folded.amin(1).argmin(1)
    row = folded.gather(2, column[:, None, None].expand(-1, FOLD, 1))[:, :, 0].argmin(1)
    return row * folded.shape[2] + column


def counts(index: Tensor, codes: int) -> Tensor:
    """How many rows each code has, as float32 (exact up to 16 million): (N,) -> (K,).

    Not `bincount`: on a GPU it waits for the device to learn how long its result is.
    """
    ones = torch.ones(index.shape, device=index.device)
    return torch.zeros(codes, device=index.device).scatter_add_(0, index, ones)


def sums(index: Tensor, rows: Tensor, codes: int) -> Tensor:
    """Sum of the rows of each code: (N,), (N, D) -> (K, D)."""
    return rows.new_zeros(codes, rows.shape[1]).index_add_(0, index, rows)
