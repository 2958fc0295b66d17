"""Mixtures with a linear classifier in every component: labels at last."""

from dataclasses import KW_ONLY, dataclass, replace
from numbers import Integral
from typing import Any, Self

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.utils import assert_all_finite, check_random_state, check_scalar
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, column_or_1d

from latentcore.arrays import Array, Indices
from latentcore.data.chunked import Chunked
from latentcore.mixture.estimators.base import MixtureEstimator
from latentcore.mixture.fit import Schedule
from latentcore.mixture.mixture import Mixture


@dataclass(eq=False, repr=False)
class MixtureClassifier(ClassifierMixin, MixtureEstimator):  # type: ignore[misc]
    """A classifier that is a mixture of linear ones; two settings more:

    solver       how the heads move: "newton", "bound", "gd", "sgd" or "cma-es"
    head_ridge   precision of the prior on the weights of standardised features
    """

    n_components: int = 2
    _: KW_ONLY
    solver: str = "newton"
    head_ridge: float = 1e-2

    def fit(
        self,
        X: Array,  # noqa: N803
        y: Array | None = None,
        sample_weight: Array | None = None,
    ) -> Self:
        """Fit to X (N, D), a memory map or a `Chunked`, with labels y (N,).

        A `Chunked` brings its labels with it.  Sets, besides what densities set, `classes_` (C,),
        `intercept_` (K, C-1) and `coef_` (K, C-1, D) in units of X, the first class being the
        reference; `log_likelihood_` is that of X and y.
        """
        if isinstance(X, Chunked):
            if not X.classes:
                raise ValueError("the parts bring no labels; give pairs (x, y)")
            numbers = tuple(str(c) for c in range(len(X.classes)))
            self.classes_ = np.array(X.classes if X.classes != numbers else range(len(numbers)))
        elif y is None:
            raise ValueError(
                f"{type(self).__name__} requires y to be passed, but the target y is None"
            )
        return self._fit(X, y, sample_weight)

    def predict_proba(self, X: Array) -> Array:  # noqa: N803
        """p(y = c | x), from x alone: (N, D) -> (N, C), columns as in `classes_`."""
        data = self._read(X)
        with self._by_name():
            return self.mixture_.predict_proba(data.x)

    def predict(self, X: Array) -> Array:  # noqa: N803
        """The most probable label of each sample: (N, D) -> (N,)."""
        most = self.predict_proba(X).argmax(1)
        labels: Array = self.classes_[most]
        return labels

    def sample(self, n_samples: int = 1) -> tuple[Array, Any, Indices]:
        """Draw samples (n, D), their labels (n,) and the components (n,) that they come from."""
        check_is_fitted(self)
        check_scalar(n_samples, "n_samples", Integral, min_val=1)
        rng = np.random.default_rng(check_random_state(self.random_state).randint(2**31 - 1))
        z = rng.choice(len(self.mixture_), size=n_samples, p=self.weights_)
        drawn = self.mixture_.sample(z, rng)
        return drawn.x, self.classes_[drawn.y], z

    def _heads(self) -> dict[str, Any]:
        return {"head_ridge": self.head_ridge}

    def _schedule(self, seed: int) -> Schedule:
        return replace(super()._schedule(seed), solver=self.solver, seed=seed)

    def _labels(self, y: Any) -> tuple[Indices | None, tuple[str, ...]]:  # noqa: ANN401
        y = column_or_1d(y, warn=True)
        if y.dtype.kind == "f":
            assert_all_finite(y, input_name="y")
        check_classification_targets(y)
        self.classes_, index = np.unique(y, return_inverse=True)
        return index, tuple(str(c) for c in self.classes_)

    def _numbers(self, y: Any) -> Indices | None:  # noqa: ANN401
        if y is None:
            return None
        y = column_or_1d(y)
        unknown = ~np.isin(y, self.classes_)
        if unknown.any():
            raise ValueError(
                f"y holds {str(y[unknown][0])!r} at row {unknown.argmax()}, a label that the fit "
                f"did not see; it knows {', '.join(map(str, self.classes_))}"
            )
        index: Indices = np.searchsorted(self.classes_, y)
        return index

    def _describe_heads(self, mixture: Mixture) -> None:
        assert mixture.heads is not None
        self.intercept_, self.coef_ = mixture.heads.intercept, mixture.heads.weight
