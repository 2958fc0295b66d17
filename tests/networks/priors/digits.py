"""Codes of digits without a VQ-VAE: every 2 x 2 patch is replaced by its cluster."""

import numpy as np
import torch
from sklearn.cluster import KMeans
from sklearn.datasets import load_digits
from torch import Tensor

TRAIN = 1400  # of 1797


def digit_codes(k: int) -> tuple[Tensor, Tensor]:
    """Maps (1797, 4, 4) and digits (1797,), in random order; clusters are those of TRAIN."""
    x, y = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(x))
    patches = x[order].reshape(-1, 4, 2, 4, 2).transpose(0, 1, 3, 2, 4).reshape(-1, 4)
    clusters = KMeans(k, n_init=1, random_state=0).fit(patches[: TRAIN * 16])
    codes = clusters.predict(patches).reshape(-1, 4, 4)
    return torch.tensor(codes).long(), torch.tensor(y[order])
