"""How many components: Laplace's approximation of the evidence of a count mixture.

-log p(data | K) is what the data cost, in nats, once the parameters are averaged over their
prior; the K with the lowest is preferred.  Around the maximum of log-likelihood plus log-prior,
with P = K p + K - 1 parameters and H minus the matrix of second derivatives there,

    -log p(data | K) ~ -log-likelihood - log-prior + 1/2 log det H - P/2 log 2 pi

as Holmes et al. do it [1], so that the values compare with theirs: the parameters are log a, with
the Gamma(ridge, ridge) prior of every a written with its constant, and the weights of all
components but the largest, with a flat prior whose constant is left out (as are the K! orders of
the components); H is that of the expected complete log-likelihood at fixed responsibilities,
so one block (p, p) for each component and N^2 / n_k for each weight.

[1] I. Holmes, K. Harris, C. Quince, Dirichlet multinomial mixtures, PLoS ONE 7, 2012.
"""

import numpy as np
from scipy.special import gammaln

from latentcore.data.chunked import Samples
from latentcore.mixture import polya
from latentcore.mixture.dirichlet_multinomial import DirichletMultinomials
from latentcore.mixture.mixture import Mixture
from latentcore.mixture.sweep import prepared, sweep


def laplace(mixture: Mixture, data: Samples) -> float:
    """-log p(x | K) by Laplace's approximation around a fitted mixture, nats: lower is better.

    For Dirichlet-multinomials without heads and with a ridge above 0.  Raises ValueError where a
    component is not at its maximum on these data, so that there is no peak to integrate.
    """
    if not isinstance(mixture.components, DirichletMultinomials) or mixture.heads is not None:
        raise TypeError(
            "this evidence is worked out for Dirichlet-multinomial mixtures of counts without "
            "labels; choose K by BIC or by cross-validation instead"
        )
    ridge = mixture.components.ridge
    if ridge == 0:
        raise ValueError(
            "without a prior there is no evidence: fit with a ridge above 0 (0.1 is usual)"
        )
    mixture = mixture.knowing(data)
    sums = sweep(mixture, prepared(mixture, data))
    components = mixture.components
    assert isinstance(components, DirichletMultinomials)
    size, total = components.concentration.size, sums.count.sum()
    prior = components.log_prior() + size * (ridge * np.log(ridge) - gammaln(ridge))
    curvature = 0.0
    for k, (a, tally) in enumerate(
        zip(components.concentration, sums.components[:, 1:], strict=True)
    ):
        here = polya.look(a, tally, components.vocabulary, ridge)
        curvature += here.log_det()
        left = here.gradient @ here.newton() / 2
        if left > 1 or np.isnan(curvature):
            raise ValueError(
                f"component {k + 1} is not at a maximum ({left:.1f} nats are left to gain); run EM "
                "on these data to its end before asking for the evidence"
            )
    curvature += np.log(total**2 / np.sort(sums.count)[:-1]).sum()
    free = size + len(mixture) - 1
    value = -sums.log_likelihood - prior + 0.5 * curvature - 0.5 * free * np.log(2 * np.pi)
    return float(value)
