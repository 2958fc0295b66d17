"""The taxa that separate the classes best, one by one: a step that must be learned in the fold.

A taxon is scored by the F statistic of its ranks among the samples (as Kruskal and Wallis do
[1]): a few large values do not rule it, and log-ratios are not needed.  With hundreds of taxa and
a hundred samples some separate even labels that mean nothing, so taxa chosen with the labels of
the test samples make every model look good.

[1] W. Kruskal, W. Wallis, Use of ranks in one-criterion variance analysis, 1952.
"""

from typing import Self

import numpy as np
from scipy.stats import rankdata
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_selection import f_classif
from sklearn.utils.validation import check_is_fitted

from latentcore.arrays import Array, Indices


class Selection(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Scikit-learn transformer: abundances (N, D) -> (N, k + 1), the rest added up in the last.

    k: how many taxa to keep.  given: their positions, if they are known already; then nothing is
    learned.  After `fit`: `kept_`, positions of the kept taxa.
    """

    def __init__(self, k: int = 30, given: tuple[int, ...] | None = None) -> None:
        self.k = k
        self.given = given

    def fit(self, x: Array, y: Indices) -> Self:
        """Choose the taxa from x (N, D) and its labels y (N,)."""
        if self.given is not None:
            self.kept_ = np.array(self.given, dtype=np.int64)
            return self
        varies = np.flatnonzero(np.ptp(x, axis=0) > 0)
        value, _ = f_classif(rankdata(x[:, varies], axis=0), y)
        best = np.argsort(-value, kind="stable")[: self.k]
        self.kept_ = np.sort(varies[best])
        return self

    def transform(self, x: Array) -> Array:
        """The kept taxa of x (N, D), and the sum of the others."""
        check_is_fitted(self)
        rest = np.delete(x, self.kept_, axis=1).sum(axis=1, keepdims=True)
        return np.hstack([x[:, self.kept_], rest])
