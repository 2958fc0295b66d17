"""A mixture: weights, components and, optionally, a linear classifier per component.

    z ~ Categorical(weight),  x | z=k ~ f_k,  y | x, z=k ~ Categorical(softmax(b_k + W_k x))

The literature knows it as the generalized linear cluster-weighted model [1, 2].

[1] N. Gershenfeld, Nonlinear inference and cluster-weighted modeling, 1997.
[2] S. Ingrassia et al., The generalized linear mixed cluster-weighted model, J. Classif. 32, 2015.
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from scipy.special import logsumexp

from latentcore.arrays import Array, Indices
from latentcore.data.chunked import Samples
from latentcore.data.labelled import Labelled
from latentcore.mixture.component import ROWS, Components
from latentcore.mixture.heads import Heads


@dataclass(frozen=True)
class Mixture:
    """log p(x, y, z=k) = log weight_k + log f_k(x) + log p_k(y | x); heads may be None."""

    log_weight: Array
    components: Components
    heads: Heads | None = None

    @classmethod
    def of(cls, weight: Array, components: Components, heads: Heads | None = None) -> Self:
        """From weights (K,) that are positive and sum to one."""
        weight = np.asarray(weight, dtype=np.float64)
        if weight.shape != (len(components),):
            raise ValueError(
                f"{len(components)} components need as many weights, got {weight.shape}"
            )
        if not (weight > 0).all() or abs(weight.sum() - 1) > 1e-9:
            raise ValueError(f"weights must be positive and sum to 1, got {weight}")
        return cls(np.log(weight), components, heads)

    def __len__(self) -> int:
        """How many components there are: K."""
        return len(self.log_weight)

    @property
    def weight(self) -> Array:
        """Mixing weights pi: (K,)."""
        return np.exp(self.log_weight)

    @property
    def n_parameters(self) -> int:
        """Free parameters: weights, components, heads.

        On the simplex (b + c, w - c 1) is the same head for every c, so it counts p numbers a
        class and not p + 1.
        """
        free = 0
        if self.heads is not None:
            free = len(self) * (self.heads.classes - 1) * (self.components.dimension + 1)
        return len(self) - 1 + self.components.n_parameters + free

    def log_joint(self, x: Array, y: Indices | None = None) -> Array:
        """log p(x, z=k), or log p(x, y, z=k) if y is given: (N, D), (N,) -> (N, K)."""
        joint = self.log_weight + self.components.log_prob(x)
        if self.heads is not None and y is not None:
            joint = joint + self.heads.log_prob(x, y)
        return joint

    def responsibilities(self, x: Array, y: Indices | None = None) -> Array:
        """p(z=k | x), or p(z=k | x, y) if y is given: (N, D), (N,) -> (N, K)."""
        joint = self.log_joint(x, y)
        responsibility: Array = np.exp(joint - logsumexp(joint, axis=1, keepdims=True))
        return responsibility

    def log_likelihood(self, x: Array, y: Indices | None = None) -> Array:
        """log p(x) or log p(x, y) of each sample, nats: (N,)."""
        total: Array = logsumexp(self.log_joint(x, y), axis=1)
        return total

    def log_prior(self) -> float:
        """The penalties of components and heads; uniform over weights."""
        heads = 0.0 if self.heads is None else self.heads.log_prior()
        return self.components.log_prior() + heads

    def predict_proba(self, x: Array) -> Array:
        """p(y=c | x) = sum_k p(z=k | x) p_k(y=c | x), from x alone: (N, D) -> (N, C).

        The responsibilities of the E-step have seen the labels; using them here would leak.
        """
        if self.heads is None:
            raise ValueError("this mixture has no heads, so it cannot predict a label")
        share = self.responsibilities(x)
        proba = np.empty((len(x), self.heads.classes))
        for rows in (slice(i, i + ROWS) for i in range(0, len(x), ROWS)):
            proba[rows] = np.einsum("nk,nkc->nc", share[rows], self.heads.prob(x[rows]))
        return proba

    def predict(self, x: Array) -> Indices:
        """The most probable class of each sample: (N, D) -> (N,)."""
        most: Indices = self.predict_proba(x).argmax(1)
        return most

    def sample(self, z: Indices, rng: np.random.Generator) -> Labelled:
        """Draw samples, with labels if there are heads, from the given components (N,)."""
        x = self.components.sample(z, rng)
        if self.heads is None:
            return Labelled(x)
        chance = self.heads.prob(x)[np.arange(len(z)), z].cumsum(1)  # N C
        y = (rng.uniform(size=(len(z), 1)) > chance[:, :-1]).sum(1)
        return Labelled(x, y, classes=tuple(f"class {c}" for c in range(self.heads.classes)))

    def knowing(self, data: Samples) -> Self:
        """The same mixture, its components ready for sweeps over the data: see Components."""
        known = self.components.knowing(part.x for _, part in data.parts())
        return self if known is self.components else replace(self, components=known)

    def take(self, index: Indices) -> Self:
        """Only the given components, in that order, with weights that sum to one again."""
        log_weight = self.log_weight[index]
        heads = None if self.heads is None else self.heads.take(index)
        return replace(
            self,
            log_weight=log_weight - logsumexp(log_weight),
            components=self.components.take(index),
            heads=heads,
        )
