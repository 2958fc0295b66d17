"""How many components: the likelihood of a fit, and what it pays for its parameters.

    AIC = -2 l + 2 nu                        [1]
    BIC = -2 l + nu log N                    [2]
    ICL = BIC + 2 sum_i H(tau_i)             [3], entropy form;  H(tau_i) = -sum_k tau_ik log tau_ik

with l the log-likelihood, nu the number of free parameters and N the number of samples.  Lower is
better for all three.  BIC asks for a good density; ICL also asks that every sample belongs to one
component, so it does not pay for two that describe one group.  Divided by 2 N they are nats per
sample, like the log-likelihood that they estimate.

[1] H. Akaike, A new look at the statistical model identification, 1974.
[2] G. Schwarz, Estimating the dimension of a model, 1978.
[3] C. Biernacki, G. Celeux, G. Govaert, Assessing a mixture model for clustering with the
    integrated completed likelihood, 2000.
"""

from dataclasses import dataclass
from functools import reduce

import numpy as np
from scipy.special import logsumexp, xlogy

from latentcore.data.chunked import Samples
from latentcore.data.labelled import Labelled
from latentcore.mixture.mixture import Mixture


@dataclass(frozen=True)
class Criteria:
    """What the criteria are made of: l (nats), nu, N (sum of weights), sum_i H(tau_i) (nats)."""

    log_likelihood: float
    parameters: int
    samples: float
    entropy: float

    def __add__(self, other: "Criteria") -> "Criteria":
        """The same mixture on two sets of samples."""
        return Criteria(
            self.log_likelihood + other.log_likelihood,
            self.parameters,
            self.samples + other.samples,
            self.entropy + other.entropy,
        )

    @property
    def aic(self) -> float:
        """Akaike's criterion; lower is better."""
        return -2 * self.log_likelihood + 2 * self.parameters

    @property
    def bic(self) -> float:
        """Schwarz's criterion; lower is better."""
        return -2 * self.log_likelihood + self.parameters * float(np.log(self.samples))

    @property
    def icl(self) -> float:
        """Integrated completed likelihood, entropy form; lower is better."""
        return self.bic + 2 * self.entropy


def criteria(mixture: Mixture, data: Samples) -> Criteria:
    """Everything the criteria need, from one pass over the data they are to judge.

    Where data and mixture have labels, the density is that of (x, y) and responsibilities have
    seen y; otherwise both are of x alone, and heads, which x says nothing about, are not counted.
    """
    return reduce(lambda a, b: a + b, (_of(mixture, part) for _, part in data.parts()))


def _of(mixture: Mixture, data: Labelled) -> Criteria:
    labelled = mixture.heads is not None and data.y is not None
    judged = mixture if labelled else Mixture(mixture.log_weight, mixture.components)
    joint = judged.log_joint(data.x, data.y)  # N K
    each = logsumexp(joint, axis=1)  # N
    tau = np.exp(joint - each[:, None])
    doubt = -xlogy(tau, tau).sum(1)
    weight = data.weights
    return Criteria(
        float(weight @ each), judged.n_parameters, data.total_weight, float(weight @ doubt)
    )
