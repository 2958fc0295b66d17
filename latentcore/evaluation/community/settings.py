"""Which mixture is fitted to a table, and what it reads of it.

Dirichlet                proportions, zeros replaced
Dirichlet-multinomial    counts as they are
Gaussian                 log-ratios: clr, or ilr where a covariance would be singular in clr
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from latentcore.data.preparation import Output, Preparation, Recipe
from latentcore.mixture import initial
from latentcore.mixture.estimators import (
    DirichletMixtureLinearClassifier,
    DirichletMultinomialMixtureLinearClassifier,
    GaussianMixtureLinearClassifier,
)

Family = Literal["dirichlet", "dirichlet-multinomial", "gaussian"]
Shape = Literal["spherical", "tied", "diag", "full"]
NAMES: dict[str, str] = {
    "dirichlet": "Dirichlet",
    "dirichlet-multinomial": "Dirichlet-multinomial",
    "gaussian": "Gaussian on log-ratios",
}
"""How the families are called in a sentence."""

PLAN_SHAPE = {"spherical": "spherical", "tied": "tied", "diag": "diagonal", "full": "full"}


@dataclass(frozen=True)
class Settings:
    """A mixture of linear classifiers: family, K, and everything else that a fit depends on.

    covariance: of Gaussians; penalty: precision of the prior on the standardised weights of the
    heads; starts: of EM, the best of which is run to its end; recipe: how the table is prepared.
    """

    family: Family = "dirichlet"
    components: int = 2
    covariance: Shape = "diag"
    penalty: float = 30.0
    starts: int = 5
    seed: int = 0
    recipe: Recipe = field(default_factory=Recipe)

    @property
    def output(self) -> Output:
        """What the mixture reads: "simplex", "counts", "clr" or "ilr"."""
        if self.family == "dirichlet":
            return "simplex"
        if self.family == "dirichlet-multinomial":
            return "counts"
        return "ilr" if self.covariance in ("full", "tied") else self.recipe.ratios

    @property
    def name(self) -> str:
        """The model in a few words."""
        shape = f", {PLAN_SHAPE[self.covariance]}" if self.family == "gaussian" else ""
        return f"{NAMES[self.family]} mixture{shape}, K = {self.components}"

    def preparation(self) -> Preparation:
        """The unfitted recipe for what the mixture reads."""
        return self.recipe.transformer(self.output, self.recipe.top)

    def estimator(self, starts: int | None = None, seed: int | None = None) -> Any:  # noqa: ANN401
        """The unfitted classifier, as the comparison runs it."""
        shared: dict[str, Any] = {
            "head_ridge": self.penalty,
            "n_init": self.starts if starts is None else starts,
            "random_state": self.seed if seed is None else seed,
        }
        if self.family == "dirichlet":
            return DirichletMixtureLinearClassifier(self.components, **shared)
        if self.family == "dirichlet-multinomial":
            return DirichletMultinomialMixtureLinearClassifier(self.components, **shared)
        return GaussianMixtureLinearClassifier(
            self.components, covariance_type=self.covariance, **shared
        )

    def plan(self) -> Callable[[int], initial.Plan]:
        """From K to what is fitted and from where, for the choice of K."""
        families: dict[str, initial.Family] = {
            "dirichlet": initial.dirichlet(),
            "dirichlet-multinomial": initial.dirichlet_multinomial(),
            "gaussian": initial.gaussian(PLAN_SHAPE[self.covariance]),
        }
        return lambda k: initial.Plan(families[self.family], k, head_ridge=self.penalty)
