"""What can be asked of a fitted mixture, whatever its family and with or without labels."""

from collections.abc import Iterator
from contextlib import AbstractContextManager

import numpy as np
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from latentcore.arrays import Array, Indices
from latentcore.data.chunked import Chunked
from latentcore.data.labelled import Labelled
from latentcore.mixture.criteria import Criteria, criteria
from latentcore.mixture.em import Step
from latentcore.mixture.estimators.naming import by_name
from latentcore.mixture.mixture import Mixture


class FittedMixture(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Densities, responsibilities, criteria and the steps of the fit."""

    mixture_: Mixture
    n_iter_: int
    _steps: tuple[Step, ...]

    @property
    def n_parameters(self) -> int:
        """Free parameters of the fitted mixture."""
        check_is_fitted(self)
        return self.mixture_.n_parameters

    def steps(self) -> Iterator[Step]:
        """The fit again, step by step from its start: number, mixture, log-likelihood, n_k.

        Raises ValueError where all steps would have taken too much memory to be kept.
        """
        check_is_fitted(self)
        if self._steps[0].number:
            raise ValueError(
                f"{self.n_iter_} steps of a mixture with {self.n_parameters} parameters were too "
                "large to keep. Set a smaller max_iter, or run latentcore.mixture.em yourself"
            )
        return iter(self._steps)

    def responsibilities(self, X: Array, y: Array | None = None) -> Array:  # noqa: N803
        """p(z = k | x), or p(z = k | x, y) where labels are given and known: (N, D) -> (N, K)."""
        data = self._read(X, y)
        with self._by_name():
            return self.mixture_.responsibilities(data.x, data.y)

    def transform(self, X: Array) -> Array:  # noqa: N803
        """Responsibilities as features: (N, D) -> (N, K)."""
        return self.responsibilities(X)

    def score_samples(self, X: Array, y: Array | None = None) -> Array:  # noqa: N803
        """log p(x), or log p(x, y) where labels are given, of each sample, nats: (N, D) -> (N,)."""
        data = self._read(X, y)
        with self._by_name():
            return self.mixture_.log_likelihood(data.x, data.y)

    def aic(
        self,
        X: Array,  # noqa: N803
        y: Array | None = None,
        sample_weight: Array | None = None,
    ) -> float:
        """Akaike's information criterion; lower is better.

        On X (N, D) or a `Chunked`, with labels y (N,) and weights (N,) where given.
        """
        return self._criteria(X, y, sample_weight).aic

    def bic(
        self,
        X: Array,  # noqa: N803
        y: Array | None = None,
        sample_weight: Array | None = None,
    ) -> float:
        """Bayesian information criterion; lower is better.

        On X (N, D) or a `Chunked`, with labels y (N,) and weights (N,) where given.
        """
        return self._criteria(X, y, sample_weight).bic

    def icl(
        self,
        X: Array,  # noqa: N803
        y: Array | None = None,
        sample_weight: Array | None = None,
    ) -> float:
        """Integrated completed likelihood, BIC plus 2 sum_i H(tau_i); lower is better.

        On X (N, D) or a `Chunked`, with labels y (N,) and weights (N,) where given.
        """
        return self._criteria(X, y, sample_weight).icl

    def _prepared(self, X: Array) -> Array:  # noqa: N803
        """X as the family reads it."""
        return X

    def _read(
        self,
        X: Array,  # noqa: N803
        y: Array | None = None,
        sample_weight: Array | None = None,
    ) -> Labelled:
        """Samples for a fitted mixture, labels, if any, as numbers of `classes_`."""
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, dtype=np.float64, order="C")  # noqa: N806
        if sample_weight is not None:
            sample_weight = _check_sample_weight(sample_weight, X, dtype=np.float64)
        with self._by_name():
            return Labelled(self._prepared(X), self._numbers(y), sample_weight)

    def _numbers(self, y: Array | None) -> Indices | None:  # noqa: ARG002
        return None

    def _criteria(
        self,
        X: Array | Chunked,  # noqa: N803
        y: Array | None = None,
        sample_weight: Array | None = None,
    ) -> Criteria:
        if isinstance(X, Chunked):
            check_is_fitted(self)
            return criteria(self.mixture_, X.through(self._prepared))
        return criteria(self.mixture_, self._read(X, y, sample_weight))

    def _by_name(self) -> AbstractContextManager[None]:
        return by_name(getattr(self, "feature_names_in_", None))
