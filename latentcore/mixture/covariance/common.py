"""What the covariance shapes share."""

import numpy as np

from latentcore.arrays import Array
from latentcore.mixture.component import DegenerateComponent


def without(parameter: Array, k: int) -> Array:
    """A copy of (K, ...) in which row k is the mean of the other rows (itself if alone)."""
    others = np.delete(parameter, k, axis=0)
    copy = parameter.copy()
    if len(others):
        copy[k] = others.mean(0)
    return copy


def central(second: Array, first_squared: Array) -> Array:
    """Central second moments from raw ones; what is left of rounding counts as nothing."""
    scatter = second - first_squared
    return np.where(scatter > 1e-13 * second, scatter, 0.0)


def log_positive(variance: Array) -> Array:
    """log of variances (K,) or (K, D); raises DegenerateComponent naming the first that is 0."""
    wrong = np.argwhere(~(variance > 0))
    if len(wrong):
        where = f"component {wrong[0][0] + 1} has no variance left"
        if variance.ndim == 2:
            where += f" on feature {wrong[0][1]}"
        raise DegenerateComponent(
            f"{where}: its samples share a single value, or lie too close together for their "
            "distance from the rest. Use a ridge above 0, fewer components, or remove constant "
            "features"
        )
    return np.log(variance)
