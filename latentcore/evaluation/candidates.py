"""The models of one comparison, in the order in which they run: the familiar ones first.

What a model reads depends on the samples.  Abundances go through the recipe: proportions for
trees and Dirichlets, log-ratios for whatever measures distances.  Features that are numbers
already are standardised where that matters, and models that need compositions are left out.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sklearn.pipeline import Pipeline

from latentcore.data.preparation import Output, Recipe
from latentcore.evaluation import comparators
from latentcore.evaluation.comparators import Steps
from latentcore.evaluation.tuning import Tuned
from latentcore.mixture.estimators import (
    DirichletMixtureLinearClassifier,
    DirichletMultinomialMixtureLinearClassifier,
    GaussianMixtureLinearClassifier,
)
from latentcore.mixture.mixture import Mixture

Family = Literal[
    "logistic", "lda", "qda", "neighbours", "forest", "boosting", "dirichlet",
    "dirichlet-multinomial", "gaussian", "bayes",
]  # fmt: skip
OURS: frozenset[Family] = frozenset({"dirichlet", "dirichlet-multinomial", "gaussian"})
OF_COUNTS = "Dirichlet-multinomial mixture"
COUNTS = "counts"  # in the place of a covariance: the mixture for counts


@dataclass(frozen=True)
class Setting:
    """What the models of a comparison share.

    recipe: None where samples are numbers and no abundances; components and covariances: the
    mixtures to try; penalty: precision of the prior on the standardised weights of their heads;
    starts: of every mixture; counts: whether abundances are counts.
    """

    recipe: Recipe | None = field(default_factory=Recipe)
    components: tuple[int, ...] = (1, 2, 3)
    covariances: tuple[str, ...] = ("diag",)
    penalty: float = 30.0
    starts: int = 5
    seed: int = 0
    counts: bool = False

    def steps(self, output: Output, top: int | None = None) -> Steps:
        """The first steps of a pipeline."""
        return () if self.recipe is None else self.recipe.steps(output, top)

    def ratios(self, shape: str) -> Output:
        """Log-ratios for Gaussians of a shape; a full covariance of clr coordinates is singular."""
        return "ilr" if self.recipe is None or shape in ("full", "tied") else self.recipe.ratios


@dataclass(frozen=True)
class Candidate:
    """A model: its name, family, pipeline; of a mixture also the series it belongs to and its K.

    A series is the same model over K.  `top`: taxa it sees (None: all prevalent ones).
    """

    name: str
    family: Family
    model: Pipeline
    series: str = ""
    components: int | None = None
    top: int | None = None


def candidates(
    names: Sequence[str], setting: Setting, truth: Mixture | None = None
) -> tuple[Candidate, ...]:
    """The models of the roster that were named and can read the samples.

    Mixtures come after the models they are compared with, by K; what takes longest comes last.
    """
    chosen = [c for name in ROSTER if name in names for c in ROSTER[name](setting)]
    if truth is not None:
        model = Pipeline([("classify", comparators.Truth(truth))])
        chosen.insert(0, Candidate("The truth", "bayes", model))
    return tuple(sorted(chosen, key=lambda c: (_is_slow(c), c.components or 0)))


def _is_slow(candidate: Candidate) -> bool:
    """Whether it fits many models to choose one."""
    ours = candidate.family in OURS
    return candidate.family == "boosting" or (ours and candidate.components is None)


def _plain(s: Setting) -> list[Candidate]:
    name = "Logistic regression" + (", proportions" if s.recipe else "")
    model = comparators.logistic_regression(s.steps("simplex"), s.seed)
    return [Candidate(name, "logistic", model)]


def _ratios(s: Setting) -> list[Candidate]:
    model = comparators.logistic_regression(s.steps("clr"), s.seed)
    return [Candidate("Logistic regression, CLR", "logistic", model)] if s.recipe else []


def _top(s: Setting) -> list[Candidate]:
    if s.recipe is None or s.recipe.top is None:
        return []
    top = s.recipe.top
    model = comparators.logistic_regression(s.steps("clr", top), s.seed)
    return [Candidate(f"Logistic regression, CLR, top {top}", "logistic", model, top=top)]


def _distances(
    title: str, family: Family, make: Callable[[Steps, int], Pipeline]
) -> Callable[[Setting], list[Candidate]]:
    """A model that measures distances, hence on log-ratios."""

    def made(s: Setting) -> list[Candidate]:
        name = title + (", CLR" if s.recipe else "")
        return [Candidate(name, family, make(s.steps("clr"), s.seed))]

    return made


def _forest(s: Setting) -> list[Candidate]:
    model = comparators.random_forest(s.steps("simplex"), s.seed)
    return [Candidate("Random forest", "forest", model)]


def _boosting(s: Setting) -> list[Candidate]:
    model = comparators.gradient_boosting(s.steps("simplex"), s.seed)
    return [Candidate("Gradient boosting", "boosting", model)]


def _gaussian(s: Setting) -> list[Candidate]:
    """Gaussian mixtures with linear heads, on log-ratios where there are abundances."""
    return [_mixture(s, k, shape) for shape in s.covariances for k in s.components]


def _dirichlet(s: Setting) -> list[Candidate]:
    """Dirichlet mixtures with linear heads on proportions."""
    return [_mixture(s, k, None) for k in s.components] if s.recipe else []


def _multinomial(s: Setting) -> list[Candidate]:
    """Dirichlet-multinomial mixtures with linear heads, on counts as they are."""
    return [_mixture(s, k, COUNTS) for k in s.components] if s.recipe and s.counts else []


def _gaussian_tuned(s: Setting) -> list[Candidate]:
    return [_tuned(s, shape) for shape in s.covariances]


def _dirichlet_tuned(s: Setting) -> list[Candidate]:
    return [_tuned(s, None)] if s.recipe else []


def _mixture(s: Setting, k: int, shape: str | None) -> Candidate:
    family, series, before, top = _kind(s, shape)
    model = Pipeline([*before, ("classify", _classifier(s, k, shape, s.starts))])
    return Candidate(f"{series}, K = {k}", family, model, series, k, top)


def _tuned(s: Setting, shape: str | None) -> Candidate:
    """K and the penalty chosen by inner log loss, as fair as a tuned logistic regression."""
    family, series, before, top = _kind(s, shape)
    grid = {"n_components": s.components, "head_ridge": (s.penalty / 10, s.penalty, 10 * s.penalty)}
    tuned = Tuned(_classifier(s, 1, shape, min(s.starts, 3)), grid, s.seed)
    return Candidate(
        f"{series}, K chosen inside", family, Pipeline([*before, ("classify", tuned)]), top=top
    )


def _kind(s: Setting, shape: str | None) -> tuple[Family, str, Steps, int | None]:
    """Family, series, first steps, and how many taxa are seen."""
    top = s.recipe.top if s.recipe else None
    if shape is None:
        return "dirichlet", "Dirichlet mixture", s.steps("simplex", top), top
    if shape == COUNTS:
        return "dirichlet-multinomial", OF_COUNTS, s.steps("counts", top), top
    series = "Gaussian mixture" + ("" if shape == "diag" else f", {shape}")
    return "gaussian", series, s.steps(s.ratios(shape), top), top


def _classifier(s: Setting, k: int, shape: str | None, starts: int) -> Any:  # noqa: ANN401
    shared: dict[str, Any] = {
        "head_ridge": s.penalty,
        "n_init": starts,
        "random_state": s.seed,
    }
    if shape is None:
        return DirichletMixtureLinearClassifier(k, **shared)
    if shape == COUNTS:
        return DirichletMultinomialMixtureLinearClassifier(k, **shared)
    return GaussianMixtureLinearClassifier(k, covariance_type=shape, **shared)


ROSTER: dict[str, Callable[[Setting], list[Candidate]]] = {
    "Logistic regression": _plain,
    "Logistic regression, CLR": _ratios,
    "LDA": _distances("LDA", "lda", lambda before, _: comparators.linear_discriminant(before)),
    "QDA": _distances("QDA", "qda", lambda before, _: comparators.quadratic_discriminant(before)),
    "k nearest neighbours": _distances(
        "k nearest neighbours", "neighbours", comparators.neighbours
    ),
    "Random forest": _forest,
    "Gradient boosting": _boosting,
    "Logistic regression, CLR, top taxa": _top,
    "Gaussian mixture": _gaussian,
    "Gaussian mixture, K chosen inside": _gaussian_tuned,
    "Dirichlet mixture": _dirichlet,
    OF_COUNTS: _multinomial,
    "Dirichlet mixture, K chosen inside": _dirichlet_tuned,
}
"""What a comparison may hold, by the name that a person chooses it by."""
