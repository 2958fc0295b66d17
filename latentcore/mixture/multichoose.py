"""The multiset coefficient a (a+1) ... (a+v-1) / v! = Gamma(a+v) / (Gamma(a) v!), a real.

The likelihood of counts with a Dirichlet behind them is made of it.  Its log-gammas are large
and nearly cancel where v is large (many counts) or a is (counts that vary no more than a
multinomial's), so with L the larger of a and v+1, and S the smaller, from L = FAR on

    log Gamma(L+S-1) - log Gamma(L) = (S-1) log L + (L+S-3/2) log(1 + (S-1)/L) - (S-1) - ...

is taken from the difference of Stirling's series, in which only log Gamma(S) can be large.
"""

import numpy as np
from scipy.special import digamma, gammaln

from latentcore.arrays import Array, Indices
from latentcore.mixture.digamma import trigamma

FAR = 1e4  # the next terms of the series are below rounding


def log_multichoose(a: Array, part: Indices, v: Array) -> Array:
    """log of a[part] multichoose v: (..., C), (V,), (V,) -> (..., V)."""
    base = a[..., part]
    value: Array = gammaln(base + v) - gammaln(a)[..., part] - gammaln(v + 1)
    far = np.maximum(base, v) > FAR
    if far.any():
        b, top = base[far], np.broadcast_to(v + 1, base.shape)[far]
        large, small = np.maximum(b, top), np.minimum(b, top)
        d = small - 1
        series = d * np.log(large) + (large + d - 0.5) * np.log1p(d / large) - d
        value[far] = series - d / (12 * large * (large + d)) - gammaln(small)
    return value


def slopes(a: Array, part: Indices, v: Array) -> tuple[Array, Array]:
    """First and second derivative of `log_multichoose` in a[part]: (C,), (V,), (V,) -> (V,) x 2."""
    base = a[part]
    top = base + v
    first = digamma(top) - digamma(a)[part]
    second = trigamma(top) - trigamma(a)[part]
    far = base > FAR
    if far.any():
        b, t, v = base[far], top[far], v[far]
        gap = v / (b * t)  # 1/b - 1/t
        mean = (b + t) / (b * t)  # 1/b + 1/t
        first[far] = np.log1p(v / b) + gap / 2 + gap * mean / 12
        second[far] = -gap * (1 + mean / 2 + (mean * mean - 1 / (b * t)) / 6)
    return first, second
