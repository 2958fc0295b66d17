"""Dirichlet mixtures for compositions, as a density and as a classifier."""

from dataclasses import KW_ONLY, dataclass

import numpy as np

from latentcore.arrays import Array
from latentcore.data.preparation.composition import closure, half_smallest, replace_zeros
from latentcore.mixture.dirichlet import check_simplex
from latentcore.mixture.estimators.classifier import MixtureClassifier
from latentcore.mixture.estimators.concentrations import Concentrated
from latentcore.mixture.estimators.density import MixtureDensity
from latentcore.mixture.initial import Family, dirichlet
from latentcore.mixture.mixture import Mixture


@dataclass(eq=False, repr=False)
class _Dirichlet(Concentrated):
    """Settings of Dirichlet components; rows of X are positive and sum to one.

    zeros                 "error", or "replace": by `delta`, the other parts shrinking in proportion
    delta                 None: half the smallest part of the sample that is not zero
    totals                "error" where a row does not sum to one, or "close": divide by the total
    ridge                 keeps concentrations finite; 0 is maximum likelihood

    Fitted besides: `zeros_`, how many parts were zero, and `delta_`, the median that replaced them.
    """

    _: KW_ONLY
    ridge: float = 1e-2
    zeros: str = "error"
    delta: float | None = None
    totals: str = "error"

    def _family(self) -> Family:
        return dirichlet(self.ridge)

    def _prepared(self, X: Array) -> Array:  # noqa: N803
        if self.zeros not in ("error", "replace"):
            raise ValueError(f'zeros is "error" or "replace", got {self.zeros!r}')
        if self.totals not in ("error", "close"):
            raise ValueError(f'totals is "error" or "close", got {self.totals!r}')
        if X.shape[1] < 2:
            raise ValueError("a composition has at least two parts, X has 1 feature(s)")
        if self.totals == "close":
            _check_not_negative(X)
            X = closure(X)  # noqa: N806
        if self.zeros == "replace":
            _check_not_negative(X)
            delta = half_smallest(X) if self.delta is None else self.delta
            X = replace_zeros(X, delta)  # noqa: N806
        check_simplex(X, X.shape[1])
        return X

    def _observe(self, X: Array | None) -> None:  # noqa: N803
        if X is None:
            self.zeros_ = self.delta_ = None
            return
        zero = X <= 0
        self.zeros_ = int(zero.sum())
        self.delta_ = self.delta if self.zeros == "replace" else None
        if self.zeros == "replace" and self.delta is None:
            _check_not_negative(X)
            rows = X[zero.any(1)]
            self.delta_ = float(np.median(half_smallest(closure(rows)))) if len(rows) else None


@dataclass(eq=False, repr=False)
class DirichletMixture(MixtureDensity, _Dirichlet):
    """Dirichlet mixture density on the simplex.

    >>> DirichletMixture(3, zeros="replace", random_state=0).fit(X).concentrations_

    Fitted: `concentrations_` (K, p), `weights_` (K,).
    """

    _: KW_ONLY
    ridge: float = 1e-2


@dataclass(eq=False, repr=False)
class DirichletMixtureLinearClassifier(MixtureClassifier, _Dirichlet):
    """Dirichlet mixture with a linear classifier in every component, for compositions.

    Fitted: those of `DirichletMixture`, and `coef_` (K, C-1, p), `intercept_` (K, C-1).
    """

    _: KW_ONLY
    ridge: float = 1e-2

    def _describe(self, mixture: Mixture) -> None:
        super()._describe(mixture)
        self._describe_heads(mixture)


def _check_not_negative(x: Array) -> None:
    """Raise ValueError naming the first negative part."""
    wrong = np.argwhere(x < 0)
    if len(wrong):
        row, column = wrong[0]
        raise ValueError(
            f"Negative values in data: x holds {x[row, column]:.3g} at row {row}, column {column}; "
            "parts of a whole are not negative. Remove the row, or correct the value"
        )
