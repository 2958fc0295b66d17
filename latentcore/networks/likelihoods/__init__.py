"""Likelihoods of a decoder, one file each: open the folder and see the choice."""

from collections.abc import Callable

from latentcore.networks.likelihoods.bernoulli import Bernoulli
from latentcore.networks.likelihoods.categorical import Categorical
from latentcore.networks.likelihoods.composition import Composition
from latentcore.networks.likelihoods.dirichlet import Dirichlet
from latentcore.networks.likelihoods.dirichlet_multinomial import DirichletMultinomial
from latentcore.networks.likelihoods.gaussian import Gaussian, GaussianLearnt, GaussianPixels
from latentcore.networks.likelihoods.likelihood import Likelihood
from latentcore.networks.likelihoods.logistic import DiscretisedLogistic
from latentcore.networks.likelihoods.multinomial import Multinomial

LIKELIHOODS: dict[str, Callable[[int | None, float], Likelihood]] = {
    "bernoulli": lambda levels, _: Bernoulli(levels),
    "gaussian": Gaussian,
    "gaussian, learned sigma": GaussianLearnt,
    "gaussian, sigma per pixel": GaussianPixels,
    "categorical": lambda levels, _: Categorical(levels),
    "discretised logistic": lambda levels, _: DiscretisedLogistic(levels),
}

COMPOSITIONS: dict[str, type[Composition]] = {
    kind.name: kind for kind in (DirichletMultinomial, Multinomial, Dirichlet)
}


def likelihood(name: str, levels: int | None = None, sigma: float = 0.1) -> Likelihood:
    """The likelihood of this name; `sigma` is the Gaussians' standard deviation (at the start)."""
    if name not in LIKELIHOODS:
        raise ValueError(f"a likelihood is one of {sorted(LIKELIHOODS)}, got {name!r}")
    return LIKELIHOODS[name](levels, sigma)


def composition(name: str) -> Composition:
    """The likelihood of compositions of this name."""
    if name not in COMPOSITIONS:
        raise ValueError(
            f"a likelihood of compositions is one of {sorted(COMPOSITIONS)}, got {name!r}"
        )
    return COMPOSITIONS[name]()


__all__ = [
    "COMPOSITIONS",
    "LIKELIHOODS",
    "Bernoulli",
    "Categorical",
    "Composition",
    "Dirichlet",
    "DirichletMultinomial",
    "DiscretisedLogistic",
    "Gaussian",
    "GaussianLearnt",
    "GaussianPixels",
    "Likelihood",
    "Multinomial",
    "composition",
    "likelihood",
]
