"""Components have no order: before two mixtures are shown side by side, match them.

Two components are alike when one gives high density to the samples of the other, so the match is
the assignment with the smallest sum of Kullback-Leibler divergences KL(truth_j || fitted_k),
estimated on the data; what does not depend on k drops out (Hungarian algorithm [1]).

[1] H. Kuhn, The Hungarian method for the assignment problem, 1955.
"""

import numpy as np
from scipy.optimize import linear_sum_assignment

from latentcore.arrays import Array, Indices
from latentcore.mixture.mixture import Mixture


def matches(fitted: Mixture, truth: Mixture, x: Array) -> dict[int, int]:
    """For every true component that has one, the number of its fitted component."""
    share = truth.responsibilities(x)  # N K_truth
    share = share / np.maximum(share.sum(0), 1e-300)
    expected = share.T @ fitted.components.log_prob(x)  # K_truth K_fitted, nats per sample
    truths, own = linear_sum_assignment(expected, maximize=True)
    return dict(zip(truths.tolist(), own.tolist(), strict=True))


def alignment(fitted: Mixture, truth: Mixture, x: Array) -> Indices:
    """Order of the fitted components that follows the truth: use as `fitted.take(order)`.

    The matched components come first, in the order of their truths, then the spare ones.
    """
    pairs = matches(fitted, truth, x)
    matched = [pairs[k] for k in sorted(pairs)]
    return np.array(matched + [k for k in range(len(fitted)) if k not in matched])
