"""Where EM starts: centres drawn from the data at random, or spread out by k-means++.

k-means++ draws each next centre with probability proportional to the squared distance from the
centres so far [1]; one Lloyd pass then gives every component its own shape and weight.
Distances are the family's: standardised features for Gaussians, Hellinger's for compositions and
counts.

[1] D. Arthur, S. Vassilvitskii, k-means++: the advantages of careful seeding, SODA 2007.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from latentcore.arrays import Array, Indices
from latentcore.data.chunked import Chunked, Samples
from latentcore.data.labelled import Labelled
from latentcore.mixture.component import Components
from latentcore.mixture.dirichlet import Dirichlets
from latentcore.mixture.dirichlet_multinomial import DirichletMultinomials
from latentcore.mixture.gaussian import Gaussians
from latentcore.mixture.heads import Heads
from latentcore.mixture.mixture import Mixture

Family = Callable[[Array, Labelled], Components]  # centres (K, D), data -> wide components
DEFAULT_RIDGE = 1e-2  # of heads
MANY = 20_000


def gaussian(covariance: str = "diagonal", ridge: float = 1e-3) -> Family:
    """Gaussians of one covariance shape; ridge relative to the features' variances."""
    return partial(Gaussians.around, shape=covariance, ridge=ridge)


def dirichlet(ridge: float = 1e-2) -> Family:
    """Dirichlets; see there for the ridge."""
    return partial(Dirichlets.around, ridge=ridge)


def dirichlet_multinomial(ridge: float = 0.1) -> Family:
    """Dirichlet-multinomials for counts; see there for the ridge."""
    return partial(DirichletMultinomials.around, ridge=ridge)


@dataclass(frozen=True)
class Plan:
    """What to start from: a family, how many components, a name in STARTS, the heads' ridge."""

    family: Family
    components: int
    how: str = "k-means++"
    head_ridge: float = DEFAULT_RIDGE

    def starts(self, data: Samples, n: int, seed: int) -> Iterator[Mixture]:
        """n starts, each from its own stream of random numbers: start i is the same for any n.

        Of more than MANY samples so many are drawn, the same for all starts, to find them from.
        """
        if self.how not in STARTS:
            raise ValueError(f"a start is one of {sorted(STARTS)}, got {self.how!r}")
        data = data.counted()
        if isinstance(data, Chunked) or len(data) > MANY:
            data = data.some(MANY, np.random.default_rng(seed))
        for child in np.random.SeedSequence(seed).spawn(n):
            yield STARTS[self.how](self, data, np.random.default_rng(child))

    def at(self, data: Labelled, centre: Array) -> Mixture:
        """Equal, wide components at the given centres (K, D); heads, if any, know nothing."""
        data = data.counted()
        k, components, heads = len(centre), self.family(centre, data), None
        if data.y is not None:
            view = components.view
            heads = Heads.zero(k, len(data.classes), view(data.x), self.head_ridge, data.weight)
            heads = replace(heads, view=view)
        return Mixture(np.full(k, -np.log(k)), components, heads)


def from_random(plan: Plan, data: Labelled, rng: np.random.Generator) -> Mixture:
    """Equal, wide components centred at K distinct samples drawn at random."""
    distinct, _ = _distinct(data, plan.components)
    return plan.at(data, data.x[rng.choice(distinct, size=plan.components, replace=False)])


def from_kmeans(plan: Plan, data: Labelled, rng: np.random.Generator) -> Mixture:
    """k-means++ centres and one Lloyd pass, each component fitted to its own samples."""
    k = plan.components
    distinct, weight = _distinct(data, k)
    start = plan.at(data, data.x[distinct[:k]])
    points = start.components.embed(data.x, data.weight)
    centre = points[distinct[_plusplus(points[distinct], weight, k, rng)]]
    own = np.array([((points - c) ** 2).sum(1) for c in centre]).argmin(0)
    share = np.full((len(data), k), 0.05 / k) + 0.95 * np.eye(k)[own]  # no part is ever empty
    if data.weight is not None:
        share *= data.weight[:, None]
    components = start.components.maximise(start.components.statistics(data.x, share))
    count = share.sum(0)
    return Mixture(np.log(count / count.sum()), components, start.heads)


STARTS: dict[str, Callable[[Plan, Labelled, np.random.Generator], Mixture]] = {
    "k-means++": from_kmeans,
    "random": from_random,
}


def _distinct(data: Labelled, k: int) -> tuple[Indices, Array]:
    """Row numbers of samples that differ, and the weight of each with its copies.

    They come sorted by value, so that neither the order of rows nor whether a sample stands twice
    or has weight 2 changes a start.  ValueError if there are fewer than k.
    """
    if k < 1:
        raise ValueError(f"a mixture needs at least one component, got K = {k}")
    _, rows, which = np.unique(data.x, axis=0, return_index=True, return_inverse=True)
    if len(rows) < k:
        raise ValueError(
            f"K = {k} components need at least {k} different samples; the data have "
            f"{len(data)} samples of which {len(rows)} differ. Lower K or add data"
        )
    return rows, np.bincount(which.ravel(), data.weights).astype(np.float64)


def _plusplus(points: Array, weight: Array, k: int, rng: np.random.Generator) -> Indices:
    """Row numbers of k centres, spread out: (N, D), (N,) -> (k,)."""
    chosen = [int(rng.choice(len(points), p=weight / weight.sum()))]
    far = ((points - points[chosen[0]]) ** 2).sum(1)  # N, squared distance to the nearest centre
    while len(chosen) < k:
        chance = weight * far
        if not chance.any():  # what is left differs by less than can be squared
            chance = np.where(np.isin(np.arange(len(points)), chosen), 0.0, weight)
        chosen.append(int(rng.choice(len(points), p=chance / chance.sum())))
        far = np.minimum(far, ((points - points[chosen[-1]]) ** 2).sum(1))
    return np.array(chosen)
