"""The models of one comparison, in the order in which they run: the familiar ones first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sklearn.pipeline import Pipeline

from latentcore.data.preparation import Preparation
from latentcore.evaluation.comparators import logistic_regression, random_forest
from latentcore.mixture.estimators import (
    DirichletMixtureLinearClassifier,
    GaussianMixtureLinearClassifier,
)

Ours = DirichletMixtureLinearClassifier | GaussianMixtureLinearClassifier
Family = Literal["logistic", "forest", "dirichlet", "gaussian"]


@dataclass(frozen=True)
class Recipe:
    """What is done to a table before a model sees it; every part is learned inside the fold.

    prevalence: least share of samples; top: taxa the mixtures see, the rest being one part;
    delta: what replaces a zero (None: half the sample's smallest share); ratios: log-ratio
    coordinates of the Gaussian mixture; penalty: precision of the prior on the standardised
    weights of the mixtures' heads.
    """

    prevalence: float = 0.1
    top: int = 50
    delta: float | None = None
    ratios: Literal["clr", "ilr"] = "clr"
    penalty: float = 30.0


@dataclass(frozen=True)
class Candidate:
    """A model: its name, family, number of components, and taxa it sees (None: all prevalent)."""

    name: str
    family: Family
    model: Pipeline
    components: int | None = None
    top: int | None = None


def candidates(
    recipe: Recipe,
    components: Sequence[int],
    seed: int = 0,
    starts: int = 5,
) -> tuple[Candidate, ...]:
    """Logistic regression on all prevalent taxa and on the top ones, forest, then both mixtures."""
    p, top, delta = recipe.prevalence, recipe.top, recipe.delta
    known = (
        Candidate(
            "Logistic regression, CLR", "logistic", logistic_regression(p, None, delta, seed)
        ),
        Candidate("Random forest", "forest", random_forest(p, delta, seed)),
        Candidate(
            f"Logistic regression, CLR, top {top}",
            "logistic",
            logistic_regression(p, top, delta, seed),
            top=top,
        ),
    )
    ours = [c for k in components for c in (dirichlet(recipe, k, seed, starts),
                                            gaussian(recipe, k, seed, starts))]  # fmt: skip
    return (*known, *ours)


def dirichlet(recipe: Recipe, components: int, seed: int = 0, starts: int = 5) -> Candidate:
    """Dirichlet mixture with linear heads on proportions."""
    prepare = Preparation(recipe.prevalence, recipe.top, recipe.delta, "simplex")
    model = DirichletMixtureLinearClassifier(
        components, head_ridge=recipe.penalty, n_init=starts, random_state=seed
    )
    return _ours("dirichlet", prepare, model, components)


def gaussian(recipe: Recipe, components: int, seed: int = 0, starts: int = 5) -> Candidate:
    """Gaussian mixture, diagonal covariance, with linear heads on log-ratios."""
    prepare = Preparation(recipe.prevalence, recipe.top, recipe.delta, recipe.ratios)
    model = GaussianMixtureLinearClassifier(
        components,
        covariance_type="diag",
        head_ridge=recipe.penalty,
        n_init=starts,
        random_state=seed,
    )
    return _ours("gaussian", prepare, model, components)


def _ours(family: Family, prepare: Preparation, model: Ours, components: int) -> Candidate:
    steps = [("prepare", prepare), ("classify", model)]
    name = f"{family.capitalize()} mixture, K = {components}"
    return Candidate(name, family, Pipeline(steps), components, prepare.top)
