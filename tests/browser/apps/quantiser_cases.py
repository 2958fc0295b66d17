"""Quantisers of fixed points, one for each way in which codes move."""

import numpy as np

from latentcore.figures.quantiser import Touch
from latentcore.mixture.quantising import Rules, start


def touch(how="k-means++", codes=6, n=200, steps=8, **rules) -> Touch:
    rng = np.random.default_rng(5)
    middle = np.array([[-2.0, -1.0], [2.0, 1.5], [3.0, -2.0]])
    x = middle[rng.integers(3, size=n)] + rng.normal(size=(n, 2)) * [0.6, 0.9]
    return Touch(x, start(x, codes, how, rng), rng.permutation(n), Rules(**rules), steps)


CASES = {
    "k-means": lambda: touch(sigma=0.7),
    "EMA": lambda: touch("samples", method="EMA", decay=0.8, sigma=0.5),
    "gradient": lambda: touch("samples", method="gradient", rate=0.8, encoder=0.05, sigma=1.2),
    "collapse": lambda: touch("near zero", codes=8, method="EMA", decay=0.7),
    "restart": lambda: touch("near zero", codes=8, restart=0.2, decay=0.5, encoder=0.1, beta=0.5),
    "many": lambda: touch(codes=16, n=1000, steps=30),
}
