"""One recipe from a table of taxa to the features of a model.

    prevalent taxa -> the most abundant of them, and the rest as one part -> closure
                   -> zero replacement -> proportions, clr or ilr

Which taxa stay is learned from the samples that `fit` sees and from no others, so inside a
pipeline every fold learns its own.  Choosing them from all samples leaks the test samples into
the fit.
"""

from typing import Any, Literal, Self

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from latentcore.arrays import Array
from latentcore.data.preparation import composition

Output = Literal["simplex", "clr", "ilr"]
OTHER = "other"


class Preparation(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Scikit-learn transformer: abundances (N, D) -> features (N, p), or (N, p - 1) for ilr.

    prevalence: least share of the training samples in which a kept taxon is seen.
    top: how many of those to keep, by mean share of a sample; None keeps all.  What is not kept
        is added up in a last part, "other".
    delta: share that replaces a zero; None is half the smallest non-zero share of the sample.
    output: "simplex" (positive rows that sum to one), "clr" or "ilr".

    After `fit`: `kept_` (positions of the kept taxa), `other_` (whether there is a last part),
    `zeros_` (share of cells replaced) and `delta_` (median of what replaced them).
    Raises ValueError when fewer than two parts are left, or naming a sample that is all zero.
    """

    def __init__(
        self,
        prevalence: float = 0.1,
        top: int | None = None,
        delta: float | None = None,
        output: Output = "simplex",
    ) -> None:
        self.prevalence = prevalence
        self.top = top
        self.delta = delta
        self.output = output

    def fit(self, x: Array, y: Any = None) -> Self:  # noqa: ARG002, ANN401 (scikit-learn's shape)
        """Choose the taxa from x (N, D)."""
        x = _abundances(x)
        if self.output not in ("simplex", "clr", "ilr"):
            raise ValueError(f"output is {self.output!r}; expected 'simplex', 'clr' or 'ilr'")
        self.n_features_in_ = x.shape[1]
        kept = np.flatnonzero((x > 0).mean(axis=0) >= self.prevalence)
        if self.top is not None and len(kept) > self.top:
            share = composition.closure(x)[:, kept].mean(axis=0)
            kept = np.sort(kept[np.argsort(-share, kind="stable")[: self.top]])
        self.kept_ = kept
        self.other_ = bool(np.delete(x, kept, axis=1).any())
        if len(kept) + self.other_ < 2:
            raise ValueError(
                f"{len(kept)} of {x.shape[1]} taxa are seen in {self.prevalence:.0%} of the "
                "training samples; at least two parts are needed: lower the prevalence"
            )
        parts = self._parts(x)
        self.zeros_ = float((parts == 0).mean())
        self.delta_ = float(np.median(self._delta(parts)))
        return self

    def transform(self, x: Array) -> Array:
        """Features of x (N, D) by the recipe learned in `fit`."""
        check_is_fitted(self)
        x = _abundances(x)
        if x.shape[1] != self.n_features_in_:
            raise ValueError(f"x has {x.shape[1]} taxa; the recipe was fitted on "
                             f"{self.n_features_in_}")  # fmt: skip
        parts = self._parts(x)
        positive = composition.replace_zeros(parts, self._delta(parts))
        if self.output == "clr":
            return composition.clr(positive)
        return composition.ilr(positive) if self.output == "ilr" else positive

    def inverse_transform(self, features: Array) -> Array:
        """Features back to proportions of the kept parts: -> (N, p)."""
        check_is_fitted(self)
        if self.output == "simplex":
            return features
        p = len(self.kept_) + self.other_
        return composition.softmax(
            features @ composition.basis(p).T if self.output == "ilr" else features
        )

    def get_feature_names_out(self, input_features: Any = None) -> Any:  # noqa: ANN401
        """Names of the features: the kept taxa and "other", or ilr1, ilr2, ..."""
        check_is_fitted(self)
        names = input_features
        if names is None:
            names = [f"x{j}" for j in range(self.n_features_in_)]
        parts = [str(names[j]) for j in self.kept_] + [OTHER] * self.other_
        if self.output == "ilr":
            parts = [f"ilr{j}" for j in range(1, len(parts))]
        return np.asarray(parts, dtype=object)

    def _parts(self, x: Array) -> Array:
        """Closed parts: the kept taxa and, if any were left out, their sum."""
        parts = x[:, self.kept_]
        if self.other_:
            rest = np.delete(x, self.kept_, axis=1).sum(axis=1, keepdims=True)
            parts = np.hstack([parts, rest])
        elif not (parts.sum(axis=1) > 0).all():
            lost = int(np.flatnonzero(~(parts.sum(axis=1) > 0))[0])
            raise ValueError(f"sample {lost} holds none of the taxa kept; remove it")
        return composition.closure(parts)

    def _delta(self, parts: Array) -> Array:
        if self.delta is None:
            return composition.half_smallest(parts)
        return np.full(len(parts), float(self.delta))


def _abundances(x: Array) -> Array:
    x = np.asarray(x, dtype=np.float64)
    if x.ndim != 2:
        raise ValueError(f"x must have shape (N, D), got {x.shape}")
    wrong = np.argwhere(~(np.isfinite(x) & (x >= 0)))
    if len(wrong):
        row, column = wrong[0]
        raise ValueError(
            f"x holds {x[row, column]} at row {row}, column {column}; "
            "abundances are finite and not negative"
        )
    empty = np.flatnonzero(~x.any(axis=1))
    if len(empty):
        raise ValueError(f"sample {empty[0]} is zero in every taxon; leave it out")
    return x
