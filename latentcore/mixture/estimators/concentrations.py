"""What Dirichlet and Dirichlet-multinomial estimators share: concentrations, given and found."""

from dataclasses import KW_ONLY, dataclass, replace
from typing import Any

import numpy as np
from sklearn.utils import Tags

from latentcore.arrays import Array
from latentcore.mixture.estimators.base import MixtureEstimator
from latentcore.mixture.mixture import Mixture


@dataclass(eq=False, repr=False)
class Concentrated(MixtureEstimator):
    """`concentrations_init` (K, p) to start from; `concentrations_` (K, p) once fitted."""

    _: KW_ONLY
    concentrations_init: Array | None = None

    def _centres(self) -> Array | None:
        if self.concentrations_init is None:
            return None
        a = np.asarray(self.concentrations_init, dtype=np.float64)
        wanted = self.n_components, self.n_features_in_
        if a.shape != wanted or not (a > 0).all():
            raise ValueError(
                f"concentrations_init must be positive and have shape {wanted}, got {a.shape}"
            )
        centre: Array = a / a.sum(1, keepdims=True)
        return centre

    def _given(self, mixture: Mixture) -> Mixture:
        if self.concentrations_init is None:
            return mixture
        a = np.asarray(self.concentrations_init, dtype=np.float64)
        parts: Any = mixture.components  # either family has the field
        return replace(mixture, components=replace(parts, concentration=a))

    def _describe(self, mixture: Mixture) -> None:
        parts: Any = mixture.components
        self.concentrations_ = parts.concentration

    def __sklearn_tags__(self) -> Tags:
        """Scikit-learn's own description: shares and counts are not negative."""
        tags = super().__sklearn_tags__()
        tags.input_tags.positive_only = True
        return tags
