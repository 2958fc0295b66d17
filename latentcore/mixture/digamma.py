"""The inverse of the digamma function.

psi is increasing and concave on the positive half-line, so Newton's method from the start below
doubles its digits each step; five steps reach 3e-15 everywhere [1].

[1] T. Minka, Estimating a Dirichlet distribution, 2000, appendix C.
"""

import numpy as np
from scipy.special import digamma, zeta

from latentcore.arrays import Array

EULER = -float(digamma(1.0))


def trigamma(x: Array) -> Array:
    """The derivative of digamma, as the Hurwitz zeta function at 2 (faster than polygamma)."""
    value: Array = zeta(2.0, x)
    return value


def inverse_digamma(y: Array, steps: int = 5) -> Array:
    """The x > 0 with digamma(x) = y, elementwise; 3 steps leave an error of about 1e-6."""
    large = np.exp(np.minimum(y, 700.0)) + 0.5  # psi(x) ~ log(x - 1/2)
    small = -1 / np.minimum(y + EULER, -1e-3)  # psi(x) ~ -1/x - gamma
    x = np.where(y >= -2.22, large, small)
    for _ in range(steps):
        x = x - (digamma(x) - y) / trigamma(x)
    return x
