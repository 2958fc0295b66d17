"""Mixtures as densities: no labels, one row of responsibilities a sample."""

from dataclasses import dataclass
from numbers import Integral
from typing import Any, Self

import numpy as np
from sklearn.base import DensityMixin
from sklearn.utils import check_random_state, check_scalar
from sklearn.utils.validation import check_is_fitted

from latentcore.arrays import Array, Indices
from latentcore.mixture.estimators.base import MixtureEstimator


@dataclass(eq=False, repr=False)
class MixtureDensity(DensityMixin, MixtureEstimator):  # type: ignore[misc]
    """A density that is a mixture."""

    def fit(self, X: Array, y: Any = None, sample_weight: Array | None = None) -> Self:  # noqa: N803, ANN401, ARG002
        """Fit to X: (N, D), a memory map, or a `Chunked`; weights (N,) count as copies.

        Sets `weights_` (K,), the family's parameters, `mixture_`, `log_likelihood_` (total, nats),
        `n_iter_` (passes over the data), `converged_`, `stop_reason_` and `starts_` (n_init,),
        the penalised log-likelihood at which each start ended.  y is ignored.
        """
        return self._fit(X, None, sample_weight)

    def predict(self, X: Array) -> Indices:  # noqa: N803
        """The most responsible component of each sample: (N, D) -> (N,)."""
        most: Indices = self.responsibilities(X).argmax(1)
        return most

    def fit_predict(self, X: Array, y: Any = None, sample_weight: Array | None = None) -> Indices:  # noqa: N803, ANN401
        """`fit`, then `predict` the same samples."""
        return self.fit(X, y, sample_weight).predict(X)

    def predict_proba(self, X: Array) -> Array:  # noqa: N803
        """Responsibilities: (N, D) -> (N, K)."""
        return self.responsibilities(X)

    def score(
        self,
        X: Array,  # noqa: N803
        y: Any = None,  # noqa: ANN401, ARG002
        sample_weight: Array | None = None,
    ) -> float:
        """Mean log-likelihood of the samples, nats."""
        found = self._criteria(X, None, sample_weight)
        return found.log_likelihood / found.samples

    def sample(self, n_samples: int = 1) -> tuple[Array, Indices]:
        """Draw samples (n, D) and the components (n,) that they come from."""
        check_is_fitted(self)
        check_scalar(n_samples, "n_samples", Integral, min_val=1)
        rng = np.random.default_rng(check_random_state(self.random_state).randint(2**31 - 1))
        z = rng.choice(len(self.mixture_), size=n_samples, p=self.weights_)
        return self.mixture_.sample(z, rng).x, z
