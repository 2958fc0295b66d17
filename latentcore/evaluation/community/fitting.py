"""A mixture fitted to a table, with all that is needed to use it on another one.

Components come in the order of their weights, the largest first, so that the same fit has the
same numbers and hues wherever it is shown.
"""

from copy import copy
from dataclasses import dataclass
from warnings import catch_warnings, simplefilter

import numpy as np
import pandas as pd
from scipy.special import softmax

from latentcore.arrays import Array, Indices
from latentcore.data.labelled import Labelled
from latentcore.data.preparation import Output, Preparation
from latentcore.data.preparation.composition import basis
from latentcore.evaluation.community.settings import Settings
from latentcore.mixture.criteria import Criteria, criteria
from latentcore.mixture.gaussian import Gaussians
from latentcore.mixture.mixture import Mixture
from latentcore.mixture.threads import one_blas_thread


@dataclass(frozen=True)
class Ended:
    """How EM ended: iterations, whether it converged, and what the criteria are made of."""

    iterations: int
    converged: bool
    criteria: Criteria


@dataclass(frozen=True)
class FittedTable:
    """What was fitted: settings, the table's taxa (D,), the fitted recipe, the mixture, classes.

    `prior` (C,) holds the shares of the classes among the samples of the fit, `share` (D,) the
    mean share of each taxon, which says how much a table lacks that does not have a taxon.
    """

    settings: Settings
    taxa: tuple[str, ...]
    preparation: Preparation
    mixture: Mixture
    classes: tuple[str, ...]
    prior: Array
    share: Array
    ended: Ended

    @property
    def parts(self) -> tuple[str, ...]:
        """Names of the parts (p,) that the mixture sees: the kept taxa and what is left."""
        return tuple(str(n) for n in self.like("simplex").get_feature_names_out(self.taxa))

    def like(self, output: Output) -> Preparation:
        """The fitted recipe with another output: the same parts."""
        other = copy(self.preparation)
        other.output = output
        return other

    def features(self, values: Array | pd.DataFrame) -> Array:
        """What the mixture reads of abundances: (N, D) -> (N, F).

        An array has the taxa of the fit as columns; a data frame is read by its columns' names.
        """
        return self.preparation.transform(values)

    def responsibilities(self, values: Array | pd.DataFrame) -> Array:
        """p(z = k | x) of abundances (N, D), labels unseen: (N, K)."""
        return self.mixture.responsibilities(self.features(values))

    def predict_proba(self, values: Array | pd.DataFrame) -> Array:
        """p(y = c | x) of abundances (N, D): (N, C)."""
        return self.mixture.predict_proba(self.features(values))

    @property
    def profiles(self) -> Array:
        """The composition at the centre of each component, (K, p): rows sum to one.

        The mean of a Dirichlet or a Dirichlet-multinomial; of Gaussians the composition whose
        log-ratios are the mean, a geometric mean.
        """
        parts = self.mixture.components
        if isinstance(parts, Gaussians):
            logs = parts.mean
            if self.settings.output == "ilr":
                logs = logs @ basis(logs.shape[1] + 1).T
            found: Array = softmax(logs, axis=1)
            return found
        centre = parts.centre
        shares: Array = centre / centre.sum(1, keepdims=True)
        return shares


def fit_table(
    settings: Settings, values: Array, taxa: tuple[str, ...], y: Indices, classes: tuple[str, ...]
) -> FittedTable:
    """Fit to abundances (N, D) of the taxa, with labels y (N,) in 0..C-1.

    The recipe is learned from these samples.  Raises ValueError where nothing can be fitted.
    """
    preparation = settings.preparation()
    features = preparation.fit(pd.DataFrame(values, columns=list(taxa))).transform(values)
    with catch_warnings(), one_blas_thread():
        simplefilter("ignore")  # `ended` says whether EM converged
        model = settings.estimator().fit(features, y)
    order = np.argsort(-model.weights_, kind="stable")
    mixture = model.mixture_.take(order)
    data = Labelled(features, y, classes=classes)
    ended = Ended(int(model.n_iter_), bool(model.converged_), criteria(mixture, data))
    share = (values / values.sum(axis=1, keepdims=True)).mean(axis=0)
    prior = np.bincount(y, minlength=len(classes)) / len(y)
    return FittedTable(settings, taxa, preparation, mixture, classes, prior, share, ended)
