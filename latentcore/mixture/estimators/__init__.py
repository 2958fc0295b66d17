"""The scikit-learn face of the mixtures: settings in, EM, fitted attributes ending in `_`.

    model = GaussianMixtureLinearClassifier(n_components=3).fit(X, y)
    model.predict_proba(X)

Pipelines, cross-validation, grids, data frames and `clone` work as for any of scikit-learn's.
"""

from latentcore.mixture.estimators.dirichlet import (
    DirichletMixture,
    DirichletMixtureLinearClassifier,
)
from latentcore.mixture.estimators.dirichlet_multinomial import (
    DirichletMultinomialMixture,
    DirichletMultinomialMixtureLinearClassifier,
)
from latentcore.mixture.estimators.gaussian import GaussianMixture, GaussianMixtureLinearClassifier

__all__ = [
    "DirichletMixture",
    "DirichletMixtureLinearClassifier",
    "DirichletMultinomialMixture",
    "DirichletMultinomialMixtureLinearClassifier",
    "GaussianMixture",
    "GaussianMixtureLinearClassifier",
]
