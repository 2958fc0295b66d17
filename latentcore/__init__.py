"""Latent Lab's back end: discrete latent-variable models, usable from a notebook.

    from latentcore import GaussianMixtureLinearClassifier

The estimators follow scikit-learn's conventions; they are loaded when first asked for.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from latentcore.mixture.estimators import (
        DirichletMixture,
        DirichletMixtureLinearClassifier,
        DirichletMultinomialMixture,
        DirichletMultinomialMixtureLinearClassifier,
        GaussianMixture,
        GaussianMixtureLinearClassifier,
    )

__all__ = [
    "DirichletMixture",
    "DirichletMixtureLinearClassifier",
    "DirichletMultinomialMixture",
    "DirichletMultinomialMixtureLinearClassifier",
    "GaussianMixture",
    "GaussianMixtureLinearClassifier",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 (whatever is exported)
    """The exported names, loaded when first asked for: they bring scikit-learn with them."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from latentcore.mixture import estimators

    return getattr(estimators, name)


def __dir__() -> list[str]:
    """What there is to ask for."""
    return [*globals(), *__all__]
