"""The scikit-learn face of the mixtures: settings in, EM, fitted attributes ending in `_`.

    model = GaussianMixtureLinearClassifier(n_components=3).fit(X, y)
    model.predict_proba(X)

Pipelines, cross-validation and `clone` work as for any classifier of scikit-learn.
"""

from abc import abstractmethod
from numbers import Integral
from typing import Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from latentcore.arrays import Array
from latentcore.data.labelled import Labelled
from latentcore.mixture.fit import Schedule, fit_best
from latentcore.mixture.initial import Family, Plan, dirichlet, gaussian

RandomState = int | np.random.RandomState | None
SHAPE = {"spherical": "spherical", "tied": "tied", "diag": "diagonal", "full": "full"}


class _MixtureLinearClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """What both classifiers share: labels, starts, EM and prediction."""

    n_components: int
    head_ridge: float
    n_init: int
    init_params: str
    max_iter: int
    tol: float
    random_state: RandomState

    @abstractmethod
    def _family(self) -> Family: ...

    def fit(self, X: Array, y: Array) -> Self:  # noqa: N803
        """Fit to samples X (N, D) with labels y (N,).

        Sets `classes_` (C,), `weights_` (K,), `intercept_` (K, C-1) and `coef_` (K, C-1, D) with
        the first class as reference, `mixture_`, `log_likelihood_` (total, nats, with labels),
        `n_iter_`, `converged_`, `stop_reason_` and `starts_` (n_init,).
        """
        X, y = validate_data(self, X, y, dtype=np.float64, order="C")  # noqa: N806
        check_classification_targets(y)
        for name in ("n_components", "n_init", "max_iter"):
            value = getattr(self, name)
            if not isinstance(value, Integral) or value < 1:
                raise ValueError(f"{name} is a whole number of at least 1, got {value!r}")
        self.classes_, index = np.unique(y, return_inverse=True)
        data = Labelled(X, index, classes=tuple(str(c) for c in self.classes_))
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        plan = Plan(self._family(), self.n_components, self.init_params, self.head_ridge)
        schedule = Schedule(tol=self.tol, limit=self.max_iter, keep=False)
        found = fit_best(plan.starts(data, self.n_init, seed), data, schedule)
        self.mixture_ = found.mixture
        self.weights_ = found.mixture.weight
        heads = found.mixture.heads
        assert heads is not None
        self.intercept_, self.coef_ = heads.intercept, heads.weight
        self.log_likelihood_ = found.steps[-1].log_likelihood
        self.n_iter_ = found.steps[-1].number
        self.converged_, self.stop_reason_ = found.converged, found.reason
        self.starts_ = np.array(found.starts)
        return self

    def predict_proba(self, X: Array) -> Array:  # noqa: N803
        """p(y = c | x), from x alone: (N, D) -> (N, C), columns as in `classes_`."""
        X = self._checked(X)  # noqa: N806
        return self.mixture_.predict_proba(X)

    def predict(self, X: Array) -> Array:  # noqa: N803
        """The most probable label of each sample: (N, D) -> (N,)."""
        most = self.predict_proba(X).argmax(1)
        labels: Array = self.classes_[most]
        return labels

    def responsibilities(self, X: Array) -> Array:  # noqa: N803
        """p(z = k | x): (N, D) -> (N, K)."""
        X = self._checked(X)  # noqa: N806
        return self.mixture_.responsibilities(X)

    def _checked(self, X: Array) -> Array:  # noqa: N803
        check_is_fitted(self)
        checked: Array = validate_data(self, X, reset=False, dtype=np.float64, order="C")
        return checked


class GaussianMixtureLinearClassifier(_MixtureLinearClassifier):
    """Gaussian mixture with a linear classifier in every component.

    `covariance_type` is "spherical", "diag" or "full"; `ridge` keeps covariances finite, relative
    to the variances of the features; `head_ridge` shrinks the weights of standardised features.
    """

    def __init__(  # noqa: D107, PLR0913 (scikit-learn reads the settings off the signature)
        self,
        n_components: int = 2,
        *,
        covariance_type: str = "diag",
        ridge: float = 1e-3,
        head_ridge: float = 1e-2,
        n_init: int = 5,
        init_params: str = "k-means++",
        max_iter: int = 500,
        tol: float = 1e-6,
        random_state: RandomState = None,
    ) -> None:
        self.n_components = n_components
        self.covariance_type = covariance_type
        self.ridge = ridge
        self.head_ridge = head_ridge
        self.n_init = n_init
        self.init_params = init_params
        self.max_iter = max_iter
        self.tol = tol
        self.random_state = random_state

    def _family(self) -> Family:
        if self.covariance_type not in SHAPE:
            raise ValueError(
                f"covariance_type is one of {sorted(SHAPE)}, got {self.covariance_type!r}"
            )
        return gaussian(SHAPE[self.covariance_type], self.ridge)


class DirichletMixtureLinearClassifier(_MixtureLinearClassifier):
    """Dirichlet mixture with a linear classifier in every component, for compositions.

    Rows must be positive and sum to one; `ridge` keeps concentrations finite,
    `head_ridge` shrinks the weights of standardised parts.
    """

    def __init__(  # noqa: D107, PLR0913 (scikit-learn reads the settings off the signature)
        self,
        n_components: int = 2,
        *,
        ridge: float = 1e-2,
        head_ridge: float = 1e-2,
        n_init: int = 5,
        init_params: str = "k-means++",
        max_iter: int = 500,
        tol: float = 1e-6,
        random_state: RandomState = None,
    ) -> None:
        self.n_components = n_components
        self.ridge = ridge
        self.head_ridge = head_ridge
        self.n_init = n_init
        self.init_params = init_params
        self.max_iter = max_iter
        self.tol = tol
        self.random_state = random_state

    def _family(self) -> Family:
        return dirichlet(self.ridge)
