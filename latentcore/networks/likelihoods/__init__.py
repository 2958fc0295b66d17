"""Likelihoods of a decoder, one file each: open the folder and see the choice."""

from collections.abc import Callable

from latentcore.networks.likelihoods.bernoulli import Bernoulli
from latentcore.networks.likelihoods.categorical import Categorical
from latentcore.networks.likelihoods.gaussian import Gaussian, GaussianLearnt, GaussianPixels
from latentcore.networks.likelihoods.likelihood import Likelihood
from latentcore.networks.likelihoods.logistic import DiscretisedLogistic

LIKELIHOODS: dict[str, Callable[[int | None, float], Likelihood]] = {
    "bernoulli": lambda levels, _: Bernoulli(levels),
    "gaussian": Gaussian,
    "gaussian, learned sigma": GaussianLearnt,
    "gaussian, sigma per pixel": GaussianPixels,
    "categorical": lambda levels, _: Categorical(levels),
    "discretised logistic": lambda levels, _: DiscretisedLogistic(levels),
}


def likelihood(name: str, levels: int | None = None, sigma: float = 0.1) -> Likelihood:
    """The likelihood of this name; `sigma` is the Gaussians' standard deviation (at the start)."""
    if name not in LIKELIHOODS:
        raise ValueError(f"a likelihood is one of {sorted(LIKELIHOODS)}, got {name!r}")
    return LIKELIHOODS[name](levels, sigma)


__all__ = [
    "LIKELIHOODS",
    "Bernoulli",
    "Categorical",
    "DiscretisedLogistic",
    "Gaussian",
    "GaussianLearnt",
    "GaussianPixels",
    "Likelihood",
    "likelihood",
]
