"""Dirichlet-multinomial mixtures for counts, as a density and as a classifier."""

from dataclasses import KW_ONLY, dataclass

import numpy as np

from latentcore.arrays import Array
from latentcore.mixture.counts import check_counts
from latentcore.mixture.estimators.classifier import MixtureClassifier
from latentcore.mixture.estimators.concentrations import Concentrated
from latentcore.mixture.estimators.density import MixtureDensity
from latentcore.mixture.initial import Family, dirichlet_multinomial
from latentcore.mixture.mixture import Mixture


@dataclass(eq=False, repr=False)
class _DirichletMultinomial(Concentrated):
    """Settings of Dirichlet-multinomial components; rows of X are counts, totals may differ.

    fractions   "error" where X is not whole, or "round" (counts that a profiler estimated)
    empty       "error" where a row has no counts, or "keep": it has likelihood 1 everywhere
    ridge       keeps concentrations away from 0 and infinity; 0 is maximum likelihood
    """

    _: KW_ONLY
    ridge: float = 0.1
    fractions: str = "error"
    empty: str = "error"

    def _family(self) -> Family:
        return dirichlet_multinomial(self.ridge)

    def _prepared(self, X: Array) -> Array:  # noqa: N803
        if self.fractions not in ("error", "round"):
            raise ValueError(f'fractions is "error" or "round", got {self.fractions!r}')
        if self.empty not in ("error", "keep"):
            raise ValueError(f'empty is "error" or "keep", got {self.empty!r}')
        if (X < 0).any():
            row, column = np.argwhere(X < 0)[0]
            raise ValueError(
                f"Negative values in data: {X[row, column]:.6g} at row {row}, column {column}; "
                "counts are 0, 1, 2, ...: undo any log-ratio or centring first"
            )
        if X.shape[1] < 2:
            raise ValueError("counts of at least two parts are needed, X has 1 feature(s)")
        X = np.rint(X) if self.fractions == "round" else X  # noqa: N806
        check_counts(X, X.shape[1], empty=self.empty == "keep")
        return X


@dataclass(eq=False, repr=False)
class DirichletMultinomialMixture(MixtureDensity, _DirichletMultinomial):
    """Dirichlet-multinomial mixture density for counts; zeros are welcome.

    >>> DirichletMultinomialMixture(4, random_state=0).fit(X).bic(X)

    Fitted: `concentrations_` (K, p), `weights_` (K,).
    """

    _: KW_ONLY
    ridge: float = 0.1


@dataclass(eq=False, repr=False)
class DirichletMultinomialMixtureLinearClassifier(MixtureClassifier, _DirichletMultinomial):
    """Dirichlet-multinomial mixture with a linear classifier in every component.

    The classifiers read centred log-ratios of the counts and a half, so `coef_` (K, C-1, p) and
    `intercept_` (K, C-1) are in these; the other fitted attributes are `concentrations_` (K, p)
    and `weights_` (K,).
    """

    _: KW_ONLY
    ridge: float = 0.1

    def _describe(self, mixture: Mixture) -> None:
        super()._describe(mixture)
        self._describe_heads(mixture)
