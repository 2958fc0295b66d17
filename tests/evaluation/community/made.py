"""Small communities of two kinds, whose label depends on one pair of taxa within each kind."""

from functools import cache

import numpy as np

from latentcore.data.preparation import Recipe
from latentcore.evaluation.community.fitting import fit_table
from latentcore.evaluation.community.settings import Settings

TAXA = tuple(f"k__Bacteria|g__G{j // 2}|s__S{j}" for j in range(12))
CLASSES = ("well", "sick")
RECIPE = Recipe(prevalence=0.1, top=10)
EVERY = {
    "dirichlet": Settings("dirichlet", 2, recipe=RECIPE),
    "counts": Settings("dirichlet-multinomial", 2, recipe=RECIPE),
    "diag": Settings("gaussian", 2, "diag", recipe=RECIPE),
    "spherical": Settings("gaussian", 2, "spherical", recipe=RECIPE),
    "tied": Settings("gaussian", 2, "tied", recipe=RECIPE),
    "full": Settings("gaussian", 2, "full", recipe=RECIPE),
    "ilr": Settings("gaussian", 2, "diag", recipe=Recipe(top=10, ratios="ilr")),
}


def community(n=90, seed=0):
    """Counts (n, 12), labels (n,) and kinds (n,)."""
    rng = np.random.default_rng(seed)
    kind = np.arange(n) % 2
    centre = np.array([[20.0] * 4 + [2] * 4, [2.0] * 4 + [20] * 4])
    rest = [4.0, 4, 0.5, 0.5]
    shares = np.array([rng.dirichlet([*centre[k], *rest]) for k in kind])
    ratio = np.log(shares[:, 8] / shares[:, 9])
    y = (ratio * np.where(kind, -1, 1) + rng.logistic(size=n) * 0.3 > 0).astype(np.int64)
    counts = np.array([rng.multinomial(4000, s) for s in shares]).astype(float)
    return counts, y, kind


@cache
def fitted(which, n=90):
    """A fit of one of EVERY, with the table that it was fitted to."""
    values, y, kind = community(n)
    return fit_table(EVERY[which], values, TAXA, y, CLASSES), values, y, kind
