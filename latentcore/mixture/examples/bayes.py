"""What is there to learn: the accuracy of the classifier that knows the truth.

The Bayes classifier answers argmax_c p(y=c | x); its accuracy is E_x[max_c p(y=c | x)], a mean
over samples of x alone, so no labels are drawn and the Monte Carlo error is small.
"""

from dataclasses import replace

import numpy as np

from latentcore.arrays import Array
from latentcore.mixture.heads import Heads
from latentcore.mixture.mixture import Mixture

DRAWS = 50_000


def bayes_accuracy(truth: Mixture, rng: np.random.Generator, draws: int = DRAWS) -> float:
    """Accuracy of the best possible classifier of y from x; standard error below 0.001."""
    return _mean_top(truth, _points(truth, rng, draws))


def scaled_heads(truth: Mixture, target: float, rng: np.random.Generator) -> Mixture:
    """The mixture with its heads' scores multiplied so that the Bayes accuracy meets a target.

    Scores grow about each component's own centre: the boundary in every component stays where it
    is and gets sharper.  Raises ValueError if no factor reaches the target, saying how far one
    can go (components that overlap with opposite labels set a ceiling).
    """
    if truth.heads is None:
        raise ValueError("the mixture has no heads to scale")
    points = _points(truth, rng, 20_000)
    low, high = -12.0, 12.0  # base-2 logarithms of the factor
    reach = [_mean_top(_sharper(truth, 2.0**f), points) for f in (low, high)]
    if not reach[0] <= target <= reach[1]:
        raise ValueError(
            f"with these components and boundaries the Bayes accuracy can be set between "
            f"{reach[0]:.3f} and {reach[1]:.3f}; {target:.3f} was asked for. Move the components "
            "apart or turn the boundaries"
        )
    for _ in range(40):
        middle = (low + high) / 2
        below = _mean_top(_sharper(truth, 2.0**middle), points) < target
        low, high = (middle, high) if below else (low, middle)
    return _sharper(truth, 2.0**high)


def random_heads(components: Array, classes: int, scale: Array, rng: np.random.Generator) -> Heads:
    """Heads whose boundaries pass through the centres (K, D) in random directions.

    `scale` (D,) is a typical deviation of each feature inside a component.
    """
    k, d = components.shape
    direction = rng.standard_normal((k, classes - 1, d))
    direction /= np.linalg.norm(direction, axis=2, keepdims=True)
    weight = direction / scale
    intercept = -np.einsum("kcd,kd->kc", weight, components)
    return Heads.of(intercept, weight)


def _sharper(truth: Mixture, factor: float) -> Mixture:
    heads = truth.heads
    assert heads is not None
    weight, intercept = factor * heads.weight, factor * heads.intercept
    return replace(truth, heads=Heads.of(intercept, weight, heads.ridge))


def _points(truth: Mixture, rng: np.random.Generator, draws: int) -> Array:
    z = rng.choice(len(truth), size=draws, p=truth.weight / truth.weight.sum())
    return truth.components.sample(z, rng)


def _mean_top(truth: Mixture, points: Array) -> float:
    return float(truth.predict_proba(points).max(1).mean())
