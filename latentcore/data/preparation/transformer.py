"""The part of a recipe that looks at samples, as a scikit-learn transformer.

    prevalent, abundant taxa -> the most abundant of them, and the rest as one part
        -> counts as they are
        -> closure -> zero replacement -> proportions, clr or ilr

Which taxa stay is learned from the samples that `fit` sees and from no others, so inside a
pipeline every fold learns its own.  Choosing them from all samples leaks the test samples into
the fit.

Data frames are read by the names of their columns: in whatever order these come, a taxon that the
training samples did not list joins "other", and one that is missing counts as not seen.
"""

from typing import Any, Literal, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from latentcore.arrays import Array
from latentcore.data.preparation import composition

Output = Literal["simplex", "clr", "ilr", "counts"]
OUTPUTS = ("simplex", "clr", "ilr", "counts")
OTHER = "other"


class Preparation(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Scikit-learn transformer: abundances (N, D) -> features (N, p), or (N, p - 1) for ilr.

    prevalence: least share of the training samples in which a kept taxon is seen.
    top: how many of those to keep, by mean share of a sample; None keeps all.  What is not kept
        is added up in a last part, "other".
    delta: share that replaces a zero; None is half the smallest non-zero share of the sample.
    output: "simplex" (positive rows that sum to one), "clr", "ilr", or "counts" (the kept taxa
        and "other" as they were counted, for models of counts).
    abundance: least mean share of a training sample that a kept taxon holds.

    After `fit`: `kept_` (positions of the kept taxa), `other_` (whether there is a last part),
    `zeros_` (share of cells that are zero), `delta_` (median of what replaces them), and
    `feature_names_in_` where x was a data frame.
    Raises ValueError when fewer than two parts are left, or naming a sample that is all zero.
    """

    def __init__(  # noqa: PLR0913 (one for each choice)
        self,
        prevalence: float = 0.1,
        top: int | None = None,
        delta: float | None = None,
        output: Output = "simplex",
        abundance: float = 0.0,
    ) -> None:
        self.prevalence = prevalence
        self.top = top
        self.delta = delta
        self.output = output
        self.abundance = abundance

    def fit(self, x: Array | pd.DataFrame, y: Any = None) -> Self:  # noqa: ARG002, ANN401 (scikit-learn's shape)
        """Choose the taxa from x (N, D)."""
        if self.output not in OUTPUTS:
            raise ValueError(
                f"output is {self.output!r}; expected 'simplex', 'clr', 'ilr' or 'counts'"
            )
        self._remember(x)
        x = _abundances(x)
        self.n_features_in_ = x.shape[1]
        self.kept_ = self._chosen(x)
        self.other_ = bool(np.delete(x, self.kept_, axis=1).any())
        if len(self.kept_) + self.other_ < 2:
            raise ValueError(
                f"{len(self.kept_)} of {x.shape[1]} taxa are seen in {self.prevalence:.0%} of the "
                f"training samples and hold {self.abundance:.3%} of them; at least two parts are "
                "needed: lower the prevalence or the abundance"
            )
        parts = self._parts(x, np.zeros(len(x)))
        self.zeros_ = float((parts == 0).mean())
        self.delta_ = float(np.median(self._delta(composition.closure(parts))))
        return self

    def transform(self, x: Array | pd.DataFrame) -> Array:
        """Features of x (N, D) by the recipe learned in `fit`."""
        check_is_fitted(self)
        values, unseen = self._aligned(x)
        parts = self._parts(values, unseen)
        if self.output == "counts":
            return parts
        parts = composition.closure(parts)
        positive = composition.replace_zeros(parts, self._delta(parts))
        if self.output == "clr":
            return composition.clr(positive)
        return composition.ilr(positive) if self.output == "ilr" else positive

    def inverse_transform(self, features: Array) -> Array:
        """Features back to proportions of the kept parts: -> (N, p)."""
        check_is_fitted(self)
        if self.output == "simplex":
            return features
        if self.output == "counts":
            return composition.closure(features)
        p = len(self.kept_) + self.other_
        return composition.softmax(
            features @ composition.basis(p).T if self.output == "ilr" else features
        )

    def get_feature_names_out(self, input_features: Any = None) -> Any:  # noqa: ANN401
        """Names of the features: the kept taxa and "other", or ilr1, ilr2, ..."""
        check_is_fitted(self)
        names = input_features
        if names is None:
            names = getattr(self, "feature_names_in_", None)
        if names is None:
            names = [f"x{j}" for j in range(self.n_features_in_)]
        parts = [str(names[j]) for j in self.kept_] + [OTHER] * self.other_
        if self.output == "ilr":
            parts = [f"ilr{j}" for j in range(1, len(parts))]
        return np.asarray(parts, dtype=object)

    def _remember(self, x: Array | pd.DataFrame) -> None:
        """The names of the taxa, where x has any; they replace those of an earlier fit."""
        self.__dict__.pop("feature_names_in_", None)
        if isinstance(x, pd.DataFrame):
            _refuse_doubles(x)
            self.feature_names_in_ = np.asarray(x.columns, dtype=object)

    def _chosen(self, x: Array) -> Any:  # noqa: ANN401 (an array of positions)
        """Positions of the taxa to keep, in rising order."""
        share = composition.closure(x).mean(axis=0)
        prevalent = (x > 0).mean(axis=0) >= self.prevalence
        kept = np.flatnonzero(prevalent & (share >= self.abundance))
        if self.top is not None and len(kept) > self.top:
            kept = np.sort(kept[np.argsort(-share[kept], kind="stable")[: self.top]])
        return kept

    def _aligned(self, x: Array | pd.DataFrame) -> tuple[Array, Array]:
        """Abundances of the taxa of `fit` (N, D), and of all others together (N,)."""
        values = _abundances(x)
        if not isinstance(x, pd.DataFrame) or not hasattr(self, "feature_names_in_"):
            if values.shape[1] != self.n_features_in_:
                raise ValueError(f"x has {values.shape[1]} taxa; the recipe was fitted on "
                                 f"{self.n_features_in_}")  # fmt: skip
            return values, np.zeros(len(values))
        _refuse_doubles(x)
        at = {name: j for j, name in enumerate(self.feature_names_in_)}
        place = np.array([at.get(name, -1) for name in x.columns])
        known = np.zeros((len(values), self.n_features_in_))
        known[:, place[place >= 0]] = values[:, place >= 0]
        return known, values[:, place < 0].sum(axis=1)

    def _parts(self, x: Array, unseen: Array) -> Array:
        """The kept taxa and, if any were left out, the sum of those and of unseen ones (N,)."""
        parts = x[:, self.kept_]
        if self.other_:
            rest = np.delete(x, self.kept_, axis=1).sum(axis=1) + unseen
            parts = np.hstack([parts, rest[:, None]])
        elif not (parts.sum(axis=1) > 0).all():
            lost = int(np.flatnonzero(~(parts.sum(axis=1) > 0))[0])
            raise ValueError(f"sample {lost} holds none of the taxa kept; remove it")
        return parts

    def _delta(self, parts: Array) -> Array:
        """What replaces the zeros of each closed row (N, p): (N,)."""
        if self.delta is None:
            return composition.half_smallest(parts)
        return np.full(len(parts), float(self.delta))


def _refuse_doubles(x: pd.DataFrame) -> None:
    double = x.columns[x.columns.duplicated()]
    if len(double):
        raise ValueError(f"two columns of x are named {str(double[0])[:60]!r}; names are needed to "
                         "find taxa again")  # fmt: skip


def _abundances(x: Array | pd.DataFrame) -> Array:
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
