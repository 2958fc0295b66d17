"""Gaussian mixtures, as a density and as a classifier."""

from dataclasses import KW_ONLY, dataclass, replace

import numpy as np

from latentcore.arrays import Array
from latentcore.mixture.covariance import Covariance, Diagonal, Full, Spherical, Tied
from latentcore.mixture.estimators.base import MixtureEstimator
from latentcore.mixture.estimators.classifier import MixtureClassifier
from latentcore.mixture.estimators.density import MixtureDensity
from latentcore.mixture.gaussian import Gaussians
from latentcore.mixture.initial import Family, gaussian
from latentcore.mixture.mixture import Mixture

SHAPE = {"spherical": "spherical", "tied": "tied", "diag": "diagonal", "full": "full"}


@dataclass(eq=False, repr=False)
class _Gaussian(MixtureEstimator):
    """Settings of Gaussian components.

    covariance_type   "spherical", "tied", "diag" or "full"
    ridge             relative to the variance of each feature over all samples, so that it widens
                      components that are far smaller than the whole; 0 is maximum likelihood
    means_init        (K, D) means to start from
    precisions_init   inverse covariances to start from: (K,), (D, D), (K, D) or (K, D, D)
    """

    _: KW_ONLY
    covariance_type: str = "full"
    means_init: Array | None = None
    precisions_init: Array | None = None

    def _family(self) -> Family:
        if self.covariance_type not in SHAPE:
            raise ValueError(
                f"covariance_type is one of {sorted(SHAPE)}, got {self.covariance_type!r}"
            )
        return gaussian(SHAPE[self.covariance_type], self.ridge)

    def _centres(self) -> Array | None:
        if self.means_init is None:
            return None
        centre = np.asarray(self.means_init, dtype=np.float64)
        wanted = self.n_components, self.n_features_in_
        if centre.shape != wanted:
            raise ValueError(f"means_init must have shape {wanted}, got {centre.shape}")
        if not np.isfinite(centre).all():
            raise ValueError("means_init holds a value that is not finite")
        return centre

    def _given(self, mixture: Mixture) -> Mixture:
        if self.precisions_init is None:
            return mixture
        parts = mixture.components
        assert isinstance(parts, Gaussians)
        precision = np.asarray(self.precisions_init, dtype=np.float64)
        covariance = _of_precision(SHAPE[self.covariance_type], precision, parts.mean.shape)
        return replace(mixture, components=replace(parts, covariance=covariance))

    def _describe(self, mixture: Mixture) -> None:
        parts = mixture.components
        assert isinstance(parts, Gaussians)
        self.means_ = parts.mean
        shape = parts.covariance
        self.covariances_ = shape.matrix if isinstance(shape, Full | Tied) else shape.variance  # type: ignore[attr-defined]


@dataclass(eq=False, repr=False)
class GaussianMixture(MixtureDensity, _Gaussian):
    """Gaussian mixture density.

    >>> GaussianMixture(3, covariance_type="full", random_state=0).fit(X).bic(X)

    Fitted: `means_` (K, D), `covariances_` (K,), (D, D), (K, D) or (K, D, D), `weights_` (K,).
    """

    _: KW_ONLY
    ridge: float = 1e-6


@dataclass(eq=False, repr=False)
class GaussianMixtureLinearClassifier(MixtureClassifier, _Gaussian):
    """Gaussian mixture with a linear classifier in every component.

    >>> GaussianMixtureLinearClassifier(2, random_state=0).fit(X, y).predict_proba(X)

    Covariances are diagonal by default, which suits few samples a component.  Fitted: those of
    `GaussianMixture`, and `coef_` (K, C-1, D), `intercept_` (K, C-1).
    """

    _: KW_ONLY
    covariance_type: str = "diag"

    def _describe(self, mixture: Mixture) -> None:
        super()._describe(mixture)
        self._describe_heads(mixture)


def _of_precision(shape: str, precision: Array, size: tuple[int, ...]) -> Covariance:
    """The covariances of one shape whose inverses are given."""
    k, d = size
    wanted = {"spherical": (k,), "tied": (d, d), "diagonal": (k, d), "full": (k, d, d)}[shape]
    if precision.shape != wanted:
        raise ValueError(f"precisions_init must have shape {wanted}, got {precision.shape}")
    least = np.linalg.eigvalsh(precision) if shape in ("tied", "full") else precision
    if not (np.isfinite(precision).all() and (least > 0).all()):
        raise ValueError(
            "precisions_init must be positive (definite): the inverse of each covariance"
        )
    if shape == "spherical":
        return Spherical(1 / precision, d)
    if shape == "diagonal":
        return Diagonal(1 / precision)
    matrix: Array = np.linalg.inv(precision).astype(np.float64)
    return Tied(matrix, k) if shape == "tied" else Full(matrix)
