"""Dirichlet-multinomial components for counts: totals differ, zeros are welcome.

A sample's composition is drawn from a Dirichlet and its n counts from a multinomial [1]:

    log f(x) = sum_j log ((a_j, x_j)) - log ((A, n))

with ((a, v)) = a (a+1) ... (a+v-1) / v! and A = sum_j a_j.  Zeros contribute nothing, and
otherwise only the pairs (j, x_j) and the total matter.  So `prepare` turns a sample into the
numbers of its cells in a vocabulary; log f adds up a table's entries at those numbers, and the
M-step needs nothing but each cell's total weight: sums that add, however many the samples.

The prior is ridge sum_j (log a_j - a_j), a Gamma(ridge, ridge) on every a_j; ridge 0.1 is that
of [2].  Without a ridge the likelihood is bounded, but its maximum may be at infinity (counts
that vary no more than a multinomial's) or at 0 (a part that never occurs); see `polya`.

[1] J. Mosimann, On the compound multinomial distribution, Biometrika 49, 1962.
[2] I. Holmes, K. Harris, C. Quince, Dirichlet multinomial mixtures, PLoS ONE 7, 2012.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Self

import numpy as np
from scipy.sparse import csr_array

from latentcore.arrays import Array, Indices
from latentcore.data.labelled import Labelled
from latentcore.mixture import polya
from latentcore.mixture.component import Components, View
from latentcore.mixture.counts import check_counts, concentrated, log_ratios, pooled
from latentcore.mixture.covariance.common import without
from latentcore.mixture.dirichlet import draw
from latentcore.mixture.multichoose import log_multichoose
from latentcore.mixture.scratch import Empty
from latentcore.mixture.threads import one_blas_thread
from latentcore.mixture.vocabulary import Vocabulary

UNKNOWN = Vocabulary(np.empty(0, dtype=np.complex128))
EXACT = 2**24  # whole numbers that single precision tells apart
DEPTHS = 100  # quantiles of the totals that stand for all of them


@dataclass(frozen=True)
class DirichletMultinomials(Components):
    """K Dirichlet-multinomials: concentration (K, p); ridge 0 is maximum likelihood.

    The model says nothing about totals; `sample` draws them from `depth` (M,), each as likely.
    `vocabulary` holds the cells of the data that statistics may be asked of: see `knowing`.
    """

    concentration: Array
    ridge: float = 0.1
    depth: Array = field(default_factory=lambda: np.array([1000.0]))
    vocabulary: Vocabulary = UNKNOWN

    @classmethod
    def around(cls, centre: Array, data: Labelled, ridge: float = 0.1) -> Self:
        """Equal components with the given means (K, p), in counts, as wide as the data ask for.

        Zeros of a mean are filled up from the mean of all data, as far as its total leaves doubt.
        """
        if data.x.shape[1] < 2:
            raise ValueError("counts of at least two parts are needed; the data have one column")
        if not ridge >= 0:
            raise ValueError(f"a ridge is 0 or positive, got {ridge}")
        check_counts(data.x, data.x.shape[1])
        if not data.x.any():
            raise ValueError("there is not a single count in the data, so nothing to fit")
        total = data.x.sum(1)
        depth = np.quantile(
            total, (np.arange(DEPTHS) + 0.5) / DEPTHS, method="inverted_cdf", weights=data.weight
        )
        spread = concentrated(data)
        mean = (centre + spread * pooled(data)) / (centre.sum(1, keepdims=True) + spread)
        each = spread * len(centre) * np.maximum(mean, 1e-3 / centre.shape[1])
        return cls(each, ridge, depth, Vocabulary.of(data.x))

    @property
    def centre(self) -> Array:
        """See Components: the expected counts in a sample of average depth."""
        centre: Array = self.depth.mean() * self._share
        return centre

    @property
    def n_parameters(self) -> int:
        """See Components."""
        return self.concentration.size

    @property
    def width(self) -> int:
        """See Components: at most, since zeros take no room."""
        return int(self.concentration.shape[1]) + 1

    @property
    def dimension(self) -> int:
        """See Components: the log-ratios that heads read sum to zero."""
        return int(self.concentration.shape[1]) - 1

    @property
    def view(self) -> View:
        """See Components: log-ratios."""
        return log_ratios

    def knowing(self, parts: Iterable[Array]) -> Self:
        """See Components: the cells of all parts join the vocabulary."""
        more = self.vocabulary
        for x in parts:
            more = more | Vocabulary.of(x)
        return self if len(more) == len(self.vocabulary) else replace(self, vocabulary=more)

    def prepare(self, x: Array, first_row: int = 0) -> Array:
        """See Components: the numbers of the sample's cells, filled up by 0.

        Raises ValueError where x is no table of counts, or holds a cell not in the vocabulary.
        """
        check_counts(x, self.concentration.shape[1], first_row)
        codes = self.vocabulary.codes(x)
        new = np.flatnonzero((codes < 0).any(1))
        if len(new):
            raise ValueError(
                f"row {first_row + new[0]} of x holds a count, or a total, that these components "
                "have not been told of; take statistics from `components.knowing([x])`"
            )
        return codes.T.astype(np.float64)

    def features(self, block: Array, empty: Empty = np.empty) -> Array:  # noqa: ARG002
        """See Components: as prepared."""
        if block.dtype != np.float64 and len(self.vocabulary) >= EXACT:
            raise ValueError(
                f"there are {len(self.vocabulary)} different counts, more than single precision "
                'tells apart; use dtype "float64"'
            )
        return block

    def log_prob_at(self, phi: Array, empty: Empty = np.empty) -> Array:
        """See Components: the sum of the table's entries at the sample's cells."""
        out = empty((len(self), phi.shape[1]), phi.dtype)
        out[:] = (_indicators(phi, len(self._table)) @ self._table).T
        return out

    def statistics_at(self, phi: Array, weight: Array) -> Array:
        """See Components: n_k, then the weight of each cell of the vocabulary."""
        tally: Array = (_indicators(phi, len(self._table)).T @ weight.T).T
        tally[:, 0] = weight.sum(1)
        return tally

    def log_prob(self, x: Array) -> Array:
        """See Components; cells outside the vocabulary are no obstacle here."""
        here = replace(self, vocabulary=Vocabulary.of(x))
        return super(DirichletMultinomials, here).log_prob(x)

    def maximise(self, statistics: Array) -> Self:
        """See Components: Newton from the current value to the maximum."""
        with one_blas_thread():  # for dot products, waking the others takes longer than the work
            fitted = [
                polya.fit(tally, self.vocabulary, a, self.ridge)
                for tally, a in zip(statistics[:, 1:], self.concentration, strict=True)
            ]
        return replace(self, concentration=np.array(fitted))

    def log_prior(self) -> float:
        """See Components: ridge sum (log a - a)."""
        return float(self.ridge * (np.log(self.concentration) - self.concentration).sum())

    def sample(self, z: Indices, rng: np.random.Generator) -> Array:
        """See Components: total, composition, counts."""
        total = rng.choice(self.depth, size=len(z)).astype(np.int64)
        return rng.multinomial(total, draw(self.concentration[z], rng)).astype(np.float64)

    def take(self, index: Indices) -> Self:
        """See Components."""
        return replace(self, concentration=self.concentration[index])

    def moved(self, k: int, to: Array) -> Self:
        """See Components: same total concentration, new mean."""
        inside = np.maximum(to, 1e-2 * to.sum() / len(to))
        a = self.concentration.copy()
        a[k] = a[k].sum() * inside / inside.sum()
        return replace(self, concentration=a)

    def refreshed(self, k: int) -> Self:
        """See Components: the total concentration that is average on the scale of logarithms."""
        total = np.exp(without(np.log(self.concentration.sum(1)), k))
        return replace(self, concentration=self._share * total[:, None])

    def coordinates(self) -> Array:
        """See Components: log concentrations."""
        coordinates: Array = np.log(self.concentration).ravel()
        return coordinates

    def at(self, coordinates: Array) -> Self:
        """See Components."""
        return replace(self, concentration=np.exp(coordinates).reshape(self.concentration.shape))

    def embed(self, x: Array, weight: Array | None = None) -> Array:
        """See Components: square roots of shares drawn to the mean, the more the fewer counts."""
        typical = self.concentration.sum(1).mean() * pooled(Labelled(x, weight=weight))
        drawn = x + typical
        embedded: Array = np.sqrt(drawn / drawn.sum(1, keepdims=True))
        return embedded

    @property
    def _share(self) -> Array:
        share: Array = self.concentration / self.concentration.sum(1, keepdims=True)
        return share

    @cached_property
    def _table(self) -> Array:
        """What each cell adds to log f, after a row of zeros: (V+1, K)."""
        cells = self.vocabulary
        every = np.hstack([self.concentration, self.concentration.sum(1, keepdims=True)])
        logs = log_multichoose(every, cells.part, cells.value)
        logs *= np.where(cells.part < self.concentration.shape[1], 1.0, -1.0)
        return np.vstack([np.zeros(len(logs)), logs.T])


def _indicators(phi: Array, size: int) -> csr_array:
    """A row per sample with a one for each of its cells: (L, n) -> (n, size)."""
    codes = phi.T.astype(np.int32, order="C")
    first = np.arange(0, codes.size + 1, codes.shape[1], dtype=np.int32)
    return csr_array((np.ones(codes.size), codes.ravel(), first), shape=(len(codes), size))
