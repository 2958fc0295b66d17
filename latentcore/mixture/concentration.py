"""Maximum-likelihood concentrations of a Dirichlet from the mean of log x.

With g_j the (weighted) mean of log x_j and A = sum_j a_j, the log-likelihood per sample
    l(a) = log Gamma(A) - sum_j log Gamma(a_j) + sum_j (a_j - 1) g_j
is strictly concave; its maximum solves psi(a_j) - psi(A) = g_j.  Minka's fixed point
a_j <- psi^-1(g_j + psi(A)) climbs surely and slowly; Newton's step costs O(p), because the
Hessian is a diagonal plus a constant, and is halved until it stays positive and does not go
down [1].  A cold start takes one rough step of the former, then the latter.

[1] T. Minka, Estimating a Dirichlet distribution, 2000, equations 9, 15-18.
"""

import numpy as np
from scipy.special import digamma, gammaln

from latentcore.arrays import Array
from latentcore.mixture.component import DegenerateComponent
from latentcore.mixture.digamma import inverse_digamma, trigamma

LEAST = 1e-300


def log_likelihood(a: Array, g: Array) -> Array:
    """l(a) per sample of each row: (K, p), (K, p) -> (K,)."""
    value: Array = gammaln(a.sum(1)) - gammaln(a).sum(1) + ((a - 1) * g).sum(1)
    return value


def fit(g: Array, start: Array | None = None, limit: int = 100, tol: float = 1e-9) -> Array:
    """Concentrations (K, p) for mean logs g (K, p).

    Starts at `start` (K, p), or from what the mean logs tell; ends when a Newton step, which
    doubles the digits, changes no concentration by more than `tol` of itself.

    Raises DegenerateComponent when all of a component's samples are the same, so that its
    concentration would be infinite.
    """
    mass = np.exp(g).sum(1)  # below 1 by Jensen's inequality, 1 for identical samples
    if (mass >= 1 - 1e-13).any():
        k = int(mass.argmax())
        raise DegenerateComponent(
            f"all samples of Dirichlet component {k + 1} are the same, so its concentration has "
            "no finite maximum. Use a ridge above 0 or fewer components"
        )
    a = _cold(g, mass) if start is None else start
    value = log_likelihood(a, g)
    for _ in range(limit):
        step = newton_step(a, g)
        new, new_value = _halved(a, step, g, value)
        settled = np.abs(new - a) <= tol * np.abs(new)
        a, value = new, new_value
        if settled.all():
            break
    return a


def _cold(g: Array, mass: Array) -> Array:
    """Where to start from g (K, p) alone, with mass = sum_j exp g_j (K,).

    For means m and large A, g_j ~ log m_j - (1 / m_j - 1) / (2 A), so that sum_j exp g_j is about
    exp(-(p - 1) / (2 A)); one rough step of the fixed point from that A is right for small A too.
    """
    total = (g.shape[1] - 1) / (-2 * np.log(mass[:, None]))
    return np.maximum(inverse_digamma(g + digamma(total), steps=1), LEAST)


def fixed_point(a: Array, g: Array) -> Array:
    """One step of Minka's fixed point: the maximum of a lower bound that touches l at a."""
    return inverse_digamma(g + digamma(a.sum(1, keepdims=True)))


def newton_step(a: Array, g: Array) -> Array:
    """The full Newton step, to be added to a: (K, p)."""
    total = a.sum(1, keepdims=True)
    gradient = digamma(total) - digamma(a) + g
    diagonal = -trigamma(a)
    constant = trigamma(total)
    shift = (gradient / diagonal).sum(1, keepdims=True) / (
        1 / constant + (1 / diagonal).sum(1, keepdims=True)
    )
    step: Array = -(gradient - shift) / diagonal
    return step


def _halved(a: Array, step: Array, g: Array, value: Array) -> tuple[Array, Array]:
    """a + step, each row's step halved until it is positive and no lower than before."""
    new = a + step
    if new.min() > 0:  # nearly always at once, and cheaper than row by row
        new_value = log_likelihood(new, g)
        if (new_value >= value - 1e-14 * np.abs(value)).all():
            return new, new_value
    for _ in range(40):
        new = a + step
        positive = (new > 0).all(1)
        if positive.all():
            new_value = log_likelihood(new, g)
        else:
            new_value = np.full(len(a), -np.inf)
            new_value[positive] = log_likelihood(new[positive], g[positive])
        lower = ~(new_value >= value - 1e-14 * np.abs(value))
        if not lower.any():
            return new, new_value
        step = np.where(lower[:, None], step / 2, step)
    return np.where(lower[:, None], a, new), np.where(lower, value, new_value)
