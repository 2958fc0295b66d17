"""Dirichlet mixtures for compositions, as a density and as a classifier."""

from dataclasses import KW_ONLY, dataclass, replace

import numpy as np
from sklearn.utils import Tags

from latentcore.arrays import Array
from latentcore.data.preparation.composition import closure, half_smallest, replace_zeros
from latentcore.mixture.dirichlet import Dirichlets
from latentcore.mixture.estimators.base import MixtureEstimator
from latentcore.mixture.estimators.classifier import MixtureClassifier
from latentcore.mixture.estimators.density import MixtureDensity
from latentcore.mixture.initial import Family, dirichlet
from latentcore.mixture.mixture import Mixture


@dataclass(eq=False, repr=False)
class _Dirichlet(MixtureEstimator):
    """Settings of Dirichlet components; rows of X are positive and sum to one.

    zeros                 "error", or "replace": by `delta`, the other parts shrinking in proportion
    delta                 None: half the smallest part of the sample that is not zero
    totals                "error" where a row does not sum to one, or "close": divide by the total
    concentrations_init   (K, p) concentrations to start from
    ridge                 keeps concentrations finite; 0 is maximum likelihood

    Fitted besides: `zeros_`, how many parts were zero, and `delta_`, the median that replaced them.
    """

    _: KW_ONLY
    ridge: float = 1e-2
    zeros: str = "error"
    delta: float | None = None
    totals: str = "error"
    concentrations_init: Array | None = None

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
        return X

    def _observe(self, X: Array) -> None:  # noqa: N803
        zero = X <= 0
        self.zeros_ = int(zero.sum())
        self.delta_ = self.delta if self.zeros == "replace" else None
        if self.zeros == "replace" and self.delta is None:
            _check_not_negative(X)
            rows = X[zero.any(1)]
            self.delta_ = float(np.median(half_smallest(closure(rows)))) if len(rows) else None

    def _centres(self) -> Array | None:
        if self.concentrations_init is None:
            return None
        a = np.asarray(self.concentrations_init, dtype=np.float64)
        wanted = self.n_components, self.n_features_in_
        if a.shape != wanted or not (a > 0).all():
            raise ValueError(
                f"concentrations_init must be positive and have shape {wanted}, got {a.shape}"
            )
        centre: Array = a / a.sum(1, keepdims=True)
        return centre

    def _given(self, mixture: Mixture) -> Mixture:
        if self.concentrations_init is None:
            return mixture
        parts = mixture.components
        assert isinstance(parts, Dirichlets)
        a = np.asarray(self.concentrations_init, dtype=np.float64)
        return replace(mixture, components=replace(parts, concentration=a))

    def _describe(self, mixture: Mixture) -> None:
        assert isinstance(mixture.components, Dirichlets)
        self.concentrations_ = mixture.components.concentration

    def __sklearn_tags__(self) -> Tags:
        """Scikit-learn's own description: compositions are not negative."""
        tags = super().__sklearn_tags__()
        tags.input_tags.positive_only = True
        return tags


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
