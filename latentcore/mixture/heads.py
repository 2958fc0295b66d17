"""A linear classifier in every component: p(y | x, z = k) = softmax(b_k + W_k x).

Class 0 is the reference with score 0, so two classes need one score: p(y=1) = sigmoid(b + w.x).
Weighted logistic regression is concave; a ridge keeps it finite when classes are separable.

    gradient   sum_i tau_ik (1[y_i = c] - p_ic) x~_i             x~ = [1, standardised x]
    curvature  sum_i tau_ik p_ic (1[c = d] - p_id) x~_i x~_i^T   (Newton)
               sum_i tau_ik 1/2 (1[c = d] - 1/C)   x~_i x~_i^T   (an upper bound of it [1])

All are sums over samples, so they add over chunks, and a step with the bound cannot lower the
objective.  The ridge is symmetric in the classes: relabelling them relabels the answer.

[1] D. Bohning, Multinomial logistic regression algorithm, Ann. Inst. Stat. Math. 44, 1992.
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from latentcore.arrays import Array, Indices
from latentcore.mixture import softmax
from latentcore.mixture.component import DegenerateComponent, View, itself
from latentcore.mixture.gaussian import variance
from latentcore.mixture.scratch import Empty, Scratch
from latentcore.mixture.softmax import HeadSums, bohning


@dataclass(frozen=True)
class Heads:
    """K heads: coefficient (K, C-1, D+1) on [1, (v - origin) / scale], v the view of x.

    `ridge` is the precision of the prior on the weights, `ridge_intercept` on the intercepts, both
    for standardised features, so that the fit does not depend on units.
    """

    coefficient: Array
    origin: Array
    scale: Array
    ridge: float = 1e-2
    ridge_intercept: float = 1e-4
    view: View = itself

    @classmethod
    def zero(
        cls, k: int, classes: int, x: Array, ridge: float = 1e-2, weight: Array | None = None
    ) -> Self:
        """K heads that know nothing yet, standardised by the data x (N, D), weights (N,)."""
        if not ridge >= 0:
            raise ValueError(f"a ridge is 0 or positive, got {ridge}")
        if classes < 2:
            raise ValueError(
                "there is one class only: all samples carry the same label, so there is no "
                "boundary to learn. Add samples of another class, or fit without labels"
            )
        zero = np.zeros((k, classes - 1, x.shape[1] + 1))
        origin = np.average(x, axis=0, weights=weight)
        return cls(zero, origin, np.sqrt(variance(x, weight)), ridge)

    @classmethod
    def of(cls, intercept: Array, weight: Array, ridge: float = 1e-2) -> Self:
        """Heads from raw units: intercepts (K, C-1), weights (K, C-1, D)."""
        d = weight.shape[2]
        coefficient = np.concatenate([intercept[:, :, None], weight], axis=2)
        return cls(coefficient, np.zeros(d), np.ones(d), ridge)

    def holding(self, intercept: Array, weight: Array) -> Self:
        """These heads with coefficients given in units of x: (K, C-1), (K, C-1, D)."""
        first = intercept + weight @ self.origin
        return replace(
            self, coefficient=np.concatenate([first[:, :, None], weight * self.scale], axis=2)
        )

    @property
    def classes(self) -> int:
        """How many classes there are: C."""
        return int(self.coefficient.shape[1]) + 1

    @property
    def weight(self) -> Array:
        """Weights in units of x, or of its view: (K, C-1, D)."""
        return self.coefficient[:, :, 1:] / self.scale

    @property
    def intercept(self) -> Array:
        """Intercepts in units of x, or of its view: (K, C-1)."""
        intercept: Array = self.coefficient[:, :, 0] - self.weight @ self.origin
        return intercept

    def design(self, x: Array, y: Indices | None = None) -> Array:
        """Rows [1, standardised x]: (n, D) -> (D+1, n); with labels, what `evaluate` reads.

        Of two classes the samples of class 0 change sign, since p(y=0 | x) = sigmoid(-score): every
        sample then is one of class 1, and a single sigmoid tells the probability of its own label.
        """
        rows = np.empty((x.shape[1] + 1, len(x)))
        rows[0] = 1
        np.subtract(self.view(x).T, self.origin[:, None], out=rows[1:])
        rows[1:] /= self.scale[:, None]
        if y is not None and self.classes == 2:
            rows *= 2.0 * y - 1
        return rows

    def prob(self, x: Array) -> Array:
        """p(y = c | x, k): (N, D) -> (N, K, C)."""
        score = self._score(self.design(x))  # K C-1 n
        every = np.concatenate([np.zeros_like(score[:, :1]), score], axis=1)
        every = np.exp(every - every.max(1, keepdims=True))
        prob: Array = (every / every.sum(1, keepdims=True)).transpose(2, 0, 1)
        return prob

    def log_prob(self, x: Array, y: Indices) -> Array:
        """log p(y | x, k): (N, D), (N,) -> (N, K)."""
        return self.log_own(self.design(x, y), y).T

    def log_own(self, design: Array, y: Indices) -> Array:
        """log p(y | x, k), to the last digit also where p is 0: (D+1, n), (n,) -> (K, n)."""
        return softmax.log_probability(self._score(design), y)

    def evaluate(self, design: Array, y: Indices, empty: Empty = np.empty) -> tuple[Array, Array]:
        """p(y | x, k) (K, n) and p (K, C-1, n) as `statistics_at` reads it."""
        shape = len(self.coefficient), self.classes - 1, design.shape[1]
        return softmax.probabilities(self._score(design, empty(shape, design.dtype)), y)

    def evaluate_log(self, design: Array, y: Indices) -> tuple[Array, Array]:
        """`log_own` and the p of `evaluate`, from one look at the scores."""
        score = self._score(design)
        log_own = softmax.log_probability(score, y)  # before p is written over the scores
        return log_own, softmax.probabilities(score, y)[1]

    def statistics_at(  # noqa: PLR0913 (see softmax.derivatives)
        self,
        design: Array,
        y: Indices,
        p: Array,
        weight: Array,
        bound: bool = False,
        scratch: Scratch | None = None,
    ) -> HeadSums:
        """Sums weighted by (K, n), at a design with labels and p from `evaluate`."""
        return softmax.derivatives(design, y, p, weight, bound, scratch or Scratch())

    def gradient_at(self, design: Array, y: Indices, p: Array, weight: Array) -> Array:
        """The gradient of `statistics_at` alone, for solvers that need no curvature."""
        return softmax.gradient(design, softmax.residuals(y, p, weight))

    def maximise(self, sums: HeadSums, step: float = 1.0) -> Self:
        """The heads one (damped) Newton step on, or one bound step if the sums hold the bound."""
        k, others, p = self.coefficient.shape
        size = others * p
        gradient = (sums.gradient - self.pull()).reshape(k, size, 1)
        curvature = sums.curvature.swapaxes(2, 3).reshape(k, size, size) + self.precision()
        try:
            move = np.linalg.solve(curvature, gradient).reshape(k, others, p)
        except np.linalg.LinAlgError:
            flat = int(np.linalg.cond(curvature).argmax())
            raise DegenerateComponent(
                f"the head of component {flat + 1} has no single best answer: some features are "
                "constant, or say the same, where it lives. Use a ridge above 0"
            ) from None
        return replace(self, coefficient=self.coefficient + step * move)

    def log_prior(self) -> float:
        """Log of the Gaussian prior on the coefficients, up to its constant."""
        return float(self.log_priors().sum())

    def log_priors(self) -> Array:
        """The share of each head in `log_prior`: (K,)."""
        each: Array = -0.5 * (self.coefficient * self.pull()).sum((1, 2))
        return each

    def pull(self) -> Array:
        """Gradient of the negative log-prior: (K, C-1, D+1)."""
        pull: Array = 4 * (bohning(self.classes) @ self.coefficient) * self._ridges()
        return pull

    def precision(self) -> Array:
        """Precision of the prior over the coefficients of one head: (C-1)(D+1) squared."""
        size = self.coefficient[0].size
        each = 4 * bohning(self.classes)[:, None, :, None] * np.diag(self._ridges())[None, :, None]
        return each.reshape(size, size).astype(np.float64)

    def take(self, index: Indices) -> Self:
        """Only the given heads, in that order."""
        return replace(self, coefficient=self.coefficient[index])

    def cleared(self, k: int) -> Self:
        """Head k knowing nothing again."""
        coefficient = self.coefficient.copy()
        coefficient[k] = 0
        return replace(self, coefficient=coefficient)

    def _score(self, design: Array, out: Array | None = None) -> Array:
        k, others, p = self.coefficient.shape
        flat = None if out is None else out.reshape(k * others, -1)
        each = self.coefficient.reshape(k * others, p).astype(design.dtype, copy=False)
        score: Array = np.matmul(each, design, out=flat)
        return score.reshape(k, others, -1)

    def _ridges(self) -> Array:
        ridges = np.full(self.coefficient.shape[2], self.ridge)
        ridges[0] = self.ridge_intercept
        return ridges
