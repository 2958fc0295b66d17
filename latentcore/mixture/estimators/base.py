"""What all estimators share: settings in, EM, fitted attributes ending in `_`.

Settings are the fields of a dataclass: scikit-learn reads them off the signature, and `clone`,
`get_params` and grids work without a line of their own.
"""

from abc import abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import KW_ONLY, dataclass, replace
from numbers import Integral
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from latentcore.arrays import Array, Indices
from latentcore.data.chunked import Chunked, Samples
from latentcore.data.labelled import Labelled
from latentcore.mixture.criteria import Criteria, criteria
from latentcore.mixture.em import Step
from latentcore.mixture.estimators.naming import by_name
from latentcore.mixture.fit import Fit, Schedule, fit, fit_best
from latentcore.mixture.initial import MANY, Family, Plan
from latentcore.mixture.mixture import Mixture

RandomState = int | np.random.RandomState | None
KEPT_BYTES = 2**28  # all steps of a fit are kept for `steps()` while they take less


@dataclass(eq=False, repr=False)
class MixtureEstimator(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Settings and fit of a mixture.

    n_components   K
    ridge          strength of the prior that keeps components finite; see the family
    n_init         starts; a few iterations each, the best one is run to its end
    init_params    "k-means++" or "random" centres
    weights_init   (K,) weights to start from; with any `..._init` there is one start
    max_iter       most passes over the data
    tol, stop      stop="gain": less than `tol` nats a sample are left to gain (Aitken);
                   stop="Q": the expected log-likelihood changed by less than `tol` of itself
    accelerate     cycles of SQUAREM after the first iterations
    dtype          "float32" halves the time of the E-step; sums are in double all the same
    warm_start     go on from the last fit
    """

    n_components: int = 1
    _: KW_ONLY
    ridge: float = 1e-3
    n_init: int = 5
    init_params: str = "k-means++"
    weights_init: Array | None = None
    max_iter: int = 500
    tol: float = 1e-6
    stop: str = "gain"
    accelerate: bool = True
    dtype: str = "float64"
    warm_start: bool = False
    random_state: RandomState = None

    @abstractmethod
    def _family(self) -> Family:
        """How components are made around centres."""

    @abstractmethod
    def _describe(self, mixture: Mixture) -> None:
        """Set the fitted attributes of the family."""

    def _given(self, mixture: Mixture) -> Mixture:
        """A start with the components' parameters that the settings give, if any."""
        return mixture

    def _centres(self) -> Array | None:
        """Centres (K, D) that the settings give, if any."""
        return None

    def _prepared(self, X: Array) -> Array:  # noqa: N803
        """X as the family reads it."""
        return X

    def _observe(self, X: Array) -> None:  # noqa: N803
        """Set fitted attributes that tell of X (N, D) as it came."""

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

    def aic(self, X: Array, y: Array | None = None) -> float:  # noqa: N803
        """Akaike's information criterion on X (N, D) and, where given, y (N,); lower is better."""
        return self._criteria(X, y).aic

    def bic(self, X: Array, y: Array | None = None) -> float:  # noqa: N803
        """Bayesian information criterion on X (N, D) and, where given, y (N,); lower is better."""
        return self._criteria(X, y).bic

    def icl(self, X: Array, y: Array | None = None) -> float:  # noqa: N803
        """Integrated completed likelihood, entropy form: BIC plus 2 sum_i H(tau_i)."""
        return self._criteria(X, y).icl

    def _fit(
        self,
        X: Array,  # noqa: N803
        y: Array | None,
        sample_weight: Array | None,
    ) -> Self:
        for name in ("n_components", "n_init", "max_iter"):
            value = getattr(self, name)
            if not isinstance(value, Integral) or value < 1:
                raise ValueError(f"{name} is a whole number of at least 1, got {value!r}")
        if self.dtype not in ("float64", "float32"):
            raise ValueError(f'dtype is "float64" or "float32", got {self.dtype!r}')
        data = self._samples(X, y, sample_weight)
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        with self._by_name():
            found = self._found(data, seed)
        self.mixture_, self._steps = found.mixture, found.steps
        self.weights_ = found.mixture.weight
        self.log_likelihood_ = found.steps[-1].log_likelihood
        self.n_iter_ = found.steps[-1].number
        self.converged_, self.stop_reason_ = found.converged, found.reason
        self.starts_ = np.array(found.starts)
        self._n_features_out = len(found.mixture)
        self._describe(found.mixture)
        return self

    def _found(self, data: Samples, seed: int) -> Fit:
        plan = Plan(self._family(), self.n_components, self.init_params, **self._heads())
        schedule = self._schedule(seed)
        # of a Chunked, starts are tried on some samples, and only the best on all
        small = data if isinstance(data, Labelled) else data.some(MANY, np.random.default_rng(seed))
        start = self._start(plan, small, seed)
        if start is not None:
            size = 8 * start.n_parameters * self.max_iter
            found = fit(start, data, replace(schedule, keep=size < KEPT_BYTES))
            return replace(found, starts=(found.objective,))
        starts = list(plan.starts(small, self.n_init, seed))
        size = 8 * starts[0].n_parameters * self.max_iter
        schedule = replace(schedule, keep=size < KEPT_BYTES)
        best = fit_best(starts, small, schedule)
        if small is data:
            return best
        found = fit(best.mixture, data, schedule)
        return replace(found, starts=best.starts, start=best.start)

    def _start(self, plan: Plan, data: Labelled, seed: int) -> Mixture | None:
        """The one start that the settings or the last fit give; None where they give none."""
        last: Mixture | None = getattr(self, "mixture_", None) if self.warm_start else None
        if last is not None and len(last) == self.n_components and _fits(last, data):
            return last
        centre, given = self._centres(), self.weights_init is not None
        if centre is not None:
            start = self._given(plan.at(data, centre))
        else:
            start = next(plan.starts(data, 1, seed))
            changed = self._given(start)
            given, start = given or changed is not start, changed
        if self.weights_init is not None:
            start = Mixture.of(self.weights_init, start.components, start.heads)
        return start if given or centre is not None else None

    def _heads(self) -> dict[str, Any]:
        return {}

    def _schedule(self, seed: int) -> Schedule:  # noqa: ARG002 (heads may need it)
        return Schedule(
            stop=self.stop, tol=self.tol, limit=self.max_iter, dtype=self.dtype,
            accelerate=self.accelerate,
        )  # fmt: skip

    def _labels(self, y: Array | None) -> tuple[Indices | None, tuple[str, ...]]:  # noqa: ARG002
        """Class numbers and names; a density reads none."""
        return None, ()

    def _samples(self, X: Any, y: Any, sample_weight: Any) -> Samples:  # noqa: N803, ANN401
        if isinstance(X, Chunked):
            self.n_features_in_ = X.features
            return X.through(self._prepared)
        if isinstance(X, np.memmap):
            self.n_features_in_ = X.shape[1]
            index, names = self._labels(None if y is None else np.asarray(y))
            return Chunked.from_array(X, index, sample_weight, names).through(self._prepared)
        X = validate_data(self, X, dtype=np.float64, order="C")  # noqa: N806
        index, names = self._labels(y)
        weight = None
        if sample_weight is not None:
            weight = _check_sample_weight(sample_weight, X, dtype=np.float64)
        with self._by_name():
            data = Labelled(self._prepared(X), index, weight, names)
            self._observe(X)
            return data

    def _read(self, X: Array, y: Array | None = None) -> Labelled:  # noqa: N803
        """Samples for a fitted mixture, labels, if any, as numbers of `classes_`."""
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, dtype=np.float64, order="C")  # noqa: N806
        with self._by_name():
            return Labelled(self._prepared(X), self._numbers(y))

    def _numbers(self, y: Array | None) -> Indices | None:  # noqa: ARG002
        return None

    def _criteria(self, X: Array, y: Array | None) -> Criteria:  # noqa: N803
        data = self._read(X, y)
        return criteria(self.mixture_, data)

    def _by_name(self) -> AbstractContextManager[None]:
        return by_name(getattr(self, "feature_names_in_", None))


def _fits(mixture: Mixture, data: Labelled) -> bool:
    """Whether a mixture can go on with these data."""
    if mixture.components.centre.shape[1] != data.x.shape[1]:
        return False
    if mixture.heads is None or data.y is None:
        return mixture.heads is None and data.y is None
    return mixture.heads.classes == len(data.classes)
