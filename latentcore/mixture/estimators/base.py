"""What all estimators share: settings in, EM, fitted attributes ending in `_`.

Settings are the fields of a dataclass: scikit-learn reads them off the signature, and `clone`,
`get_params` and grids work without a line of their own.
"""

import warnings
from abc import abstractmethod
from dataclasses import KW_ONLY, dataclass, replace
from numbers import Integral
from typing import Any, Self

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state
from sklearn.utils.validation import _check_sample_weight, validate_data

from latentcore.arrays import Array, Indices
from latentcore.data.chunked import Chunked, Samples
from latentcore.data.labelled import Labelled
from latentcore.mixture.estimators.fitted import FittedMixture
from latentcore.mixture.fit import Fit, Schedule, fit, fit_best
from latentcore.mixture.initial import MANY, Family, Plan
from latentcore.mixture.mixture import Mixture

STEP_BYTES = 80  # a parameter: itself, and what a sweep computes from it and a step remembers
RandomState = int | np.random.RandomState | None
KEPT_BYTES = 2**28  # all steps of a fit are kept for `steps()` while they take less
STREAMED_BYTES = 2**28  # a memory map of this size is read part by part, a smaller one at once


@dataclass(eq=False, repr=False)
class MixtureEstimator(FittedMixture):
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

    def _gives_start(self) -> bool:
        """Whether the settings hold parameters to start from."""
        return any(
            value is not None for name, value in vars(self).items() if name.endswith("s_init")
        )

    def _centres(self) -> Array | None:
        """Centres (K, D) that the settings give, if any."""
        return None

    def _observe(self, X: Array | None) -> None:  # noqa: N803
        """Set fitted attributes that tell of X (N, D) as it came; None where it is streamed."""

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
        if not (np.isreal(self.tol) and np.isfinite(self.tol) and self.tol >= 0):
            raise ValueError(f"tol is 0 or positive, got {self.tol!r}")
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
        self.starts_, self.events_ = np.array(found.starts), list(found.events)
        self._warn(found)
        self._n_features_out = len(found.mixture)
        self._describe(found.mixture)
        return self

    def _warn(self, found: Fit) -> None:
        """Say what a user should not miss."""
        if len(found.mixture) < self.n_components:
            warnings.warn(
                f"{len(found.mixture)} of {self.n_components} components are left: "
                f"{found.events[-1][1]}. See `events_`; try other starts or a smaller n_components",
                ConvergenceWarning,
                stacklevel=4,
            )
        if not found.converged:
            warnings.warn(
                f"EM {found.reason} before it converged. Raise max_iter or tol",
                ConvergenceWarning,
                stacklevel=4,
            )

    def _found(self, data: Samples, seed: int) -> Fit:
        plan = Plan(self._family(), self.n_components, self.init_params, **self._heads())
        schedule = self._schedule(seed)
        # of a Chunked, starts are tried on some samples, and only the best on all
        small = data if isinstance(data, Labelled) else data.some(MANY, np.random.default_rng(seed))
        start = self._start(plan, small, seed)
        if start is not None:
            size = STEP_BYTES * start.n_parameters * self.max_iter
            found = fit(start, data, replace(schedule, keep=size < KEPT_BYTES))
            return replace(found, starts=(found.objective,))
        starts = list(plan.starts(small, self.n_init, seed))
        size = STEP_BYTES * starts[0].n_parameters * self.max_iter
        schedule = replace(schedule, keep=size < KEPT_BYTES)
        best = fit_best(starts, small, schedule)
        if small is data:
            return best
        found = fit(best.mixture, data, schedule)
        return replace(found, starts=best.starts, start=best.start)

    def _start(self, plan: Plan, data: Labelled, seed: int) -> Mixture | None:
        """The one start that the settings or the last fit give; None where they give none."""
        last: Mixture | None = getattr(self, "mixture_", None) if self.warm_start else None
        if last is not None and last.components.centre.shape == (len(last), data.x.shape[1]):
            again = next(plan.starts(data, 1, seed)) if len(last) == self.n_components else None
            if again is not None and (start := _continued(last, again)) is not None:
                return start
        if not self._gives_start():
            return None
        centre = self._centres()
        start = next(plan.starts(data, 1, seed)) if centre is None else plan.at(data, centre)
        start = self._given(start)
        if self.weights_init is not None:
            start = Mixture.of(self.weights_init, start.components, start.heads)
        return start

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
            if y is not None or sample_weight is not None:
                raise ValueError("parts bring their own labels and weights; give neither besides")
            return self._streamed(X)
        if isinstance(X, np.memmap) and X.ndim == 2 and X.nbytes > STREAMED_BYTES:
            index, names = self._labels(y)
            if sample_weight is not None:
                sample_weight = _check_sample_weight(sample_weight, X[:, :1], dtype=np.float64)
            return self._streamed(Chunked.from_array(X, index, sample_weight, names))
        X = validate_data(self, X, dtype=np.float64, order="C")  # noqa: N806
        index, names = self._labels(y)
        weight = None
        if sample_weight is not None:
            weight = _check_sample_weight(sample_weight, X, dtype=np.float64)
        with self._by_name():
            data = Labelled(self._prepared(X), index, weight, names)
            self._observe(X)
            return data

    def _streamed(self, parts: Chunked) -> Chunked:
        self.n_features_in_ = parts.features
        if hasattr(self, "feature_names_in_"):
            del self.feature_names_in_
        self._observe(None)
        return parts.through(self._prepared)


def _continued(last: Mixture, fresh: Mixture) -> Mixture | None:
    """The parameters of the last fit under the settings and data of a fresh start, if they fit."""
    old, new = last.components, fresh.components
    shapes = [type(getattr(parts, "covariance", None)) for parts in (old, new)]
    if type(old) is not type(new) or shapes[0] is not shapes[1]:
        return None
    heads = fresh.heads
    if heads is not None and last.heads is not None:
        if heads.classes != last.heads.classes:
            return None
        heads = heads.holding(last.heads.intercept, last.heads.weight)
    return Mixture(last.log_weight, new.at(old.coordinates()), heads)
