"""Which of scikit-learn's estimator checks cannot hold for an estimator, and why.

    check_estimator(model, expected_failed_checks=expected_failed_checks(model))

The checks bring arbitrary numbers.  Gaussians take them as they come.  A composition is read from
them with zeros="replace" and totals="close", counts with fractions="round" and empty="keep"; which
leaves the checks below.  With stricter settings arbitrary numbers are refused, as they should be.
"""

from sklearn.base import BaseEstimator

from latentcore.mixture.estimators.dirichlet import DirichletMixture
from latentcore.mixture.estimators.dirichlet import (
    DirichletMixtureLinearClassifier as DirichletClassifier,
)
from latentcore.mixture.estimators.dirichlet_multinomial import (
    DirichletMultinomialMixtureLinearClassifier as CountClassifier,
)

EMPTY = "brings a row of zeros, which has no composition"
TOTALS = "tells classes apart by totals, which {} removes"


def expected_failed_checks(estimator: BaseEstimator) -> dict[str, str]:
    """Check -> reason, for the estimators of this package."""
    failing: dict[str, str] = {}
    if isinstance(estimator, DirichletMixture | DirichletClassifier):
        failing |= {
            "check_estimators_dtypes": EMPTY,
            "check_sample_weights_not_an_array": EMPTY,
            "check_sample_weights_pandas_series": EMPTY,
        }
    if isinstance(estimator, DirichletClassifier):
        failing["check_classifiers_train"] = TOTALS.format("closure")
    if isinstance(estimator, CountClassifier):
        failing["check_classifiers_train"] = TOTALS.format("a log-ratio")
    return failing
