"""Handwritten digits, 8 x 8 pixels of 17 levels, 1797 of them; they come with scikit-learn [1].

Each was written on a tablet and reduced from 32 x 32 bits: a pixel counts the ink in 4 x 4.

[1] Alpaydin & Kaynak 1998, Optical recognition of handwritten digits, UCI repository.
"""

import numpy as np
from sklearn.datasets import load_digits

from latentcore.data.images.imageset import ImageSet


def load() -> ImageSet:
    """All of the digits: pixels (1797, 1, 8, 8)."""
    found = load_digits()
    pixels = found.images.astype(np.uint8)[:, None]  # N 1 H W
    classes = tuple(str(name) for name in found.target_names)
    return ImageSet(pixels, 17, found.target.astype(np.int64), classes, "digits")
