"""The table every law test runs over: each family once, with data it could have made."""

import numpy as np

from latentcore.data.labelled import Labelled
from latentcore.mixture.component import Components
from latentcore.mixture.covariance import Diagonal, Full, Spherical, Tied
from latentcore.mixture.dirichlet import Dirichlets
from latentcore.mixture.dirichlet_multinomial import DirichletMultinomials
from latentcore.mixture.gaussian import Gaussians
from latentcore.mixture.heads import Heads
from latentcore.mixture.vocabulary import Vocabulary

K, D = 3, 3
DEPTH = np.array([12.0, 25, 40])  # totals of the counts


def _families() -> dict[str, Components]:
    rng = np.random.default_rng(0)
    mean = rng.normal(size=(K, D)) * 2
    ridge = np.array([0.5, 0.4, 0.6])
    root = rng.normal(size=(K, D, D)) + 2 * np.eye(D)
    known = np.arange(D + 1)[:, None] + 1j * np.arange(1, DEPTH.max() + 1)  # cells that can occur
    return {
        "spherical": Gaussians(mean, Spherical(rng.uniform(0.5, 2, K), D), ridge),
        "tied": Gaussians(mean, Tied(root[0] @ root[0].T, K), ridge),
        "diagonal": Gaussians(mean, Diagonal(rng.uniform(0.5, 2, (K, D))), ridge),
        "full": Gaussians(mean, Full(root @ root.swapaxes(1, 2)), ridge),
        "dirichlet": Dirichlets(rng.uniform(0.5, 8, size=(K, D)), ridge=0.05),
        "dirichlet-multinomial": DirichletMultinomials(
            rng.uniform(0.5, 8, size=(K, D)), 0.05, DEPTH, Vocabulary(known.ravel())
        ),
    }


FAMILIES = _families()
HEADS = {"plain": 0, "two classes": 2, "three classes": 3}


def labelled(family: Components, classes: int, seed: int, n: int = 300) -> Labelled:
    """Samples of the family; labels follow a softmax in the first features."""
    rng = np.random.default_rng(seed)
    x = family.sample(rng.integers(K, size=n), rng)
    if not classes:
        return Labelled(x)
    score = 4 * (x - x.mean(0))[:, :classes] / x.std(0)[:classes]
    y = (score + rng.gumbel(size=score.shape)).argmax(1)
    return Labelled(x, y, classes=tuple("abc"[:classes]))


def heads_for(data: Labelled, rng: np.random.Generator) -> Heads | None:
    """Random heads for the labels of the data, or None without labels."""
    if data.y is None:
        return None
    zero = Heads.zero(K, len(data.classes), data.x)
    return Heads(rng.normal(size=zero.coefficient.shape), zero.origin, zero.scale, zero.ridge)
