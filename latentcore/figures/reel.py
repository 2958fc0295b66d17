"""From EM steps to a film: parameters of every iteration side by side, and a plane to draw in.

A component that was dropped on the way keeps its place and its last shape, with weight 0, so
that the others keep their hue.  Three parts are drawn in the triangle; more parts in the plane
of the first two principal components of the compositions.
"""

from collections.abc import Sequence

import numpy as np

from latentcore.arrays import Array, Indices
from latentcore.data.labelled import Labelled
from latentcore.figures.film import Film
from latentcore.mixture.align import alignment
from latentcore.mixture.dirichlet import Dirichlets
from latentcore.mixture.em import Step
from latentcore.mixture.gaussian import Gaussians
from latentcore.mixture.mixture import Mixture

TRIANGLE = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, np.sqrt(3) / 2]])


def film(
    steps: Sequence[Step],
    data: Labelled,
    order: Indices | None = None,
    parts: tuple[str, ...] = (),
) -> Film:
    """The film of these steps on the data (N, D).

    `order` (K,) says which component of the first step comes first, second, ... (see
    `display_order`); `parts` names the corners of the simplex.
    """
    first = steps[0].mixture
    alive = alive_numbers(steps)
    if order is not None:
        place = np.argsort(order)
        alive = [place[numbers] for numbers in alive]
    gaussian = isinstance(first.components, Gaussians)
    heads = first.heads is not None and data.y is not None
    plane, names = plane_of(data.x, gaussian)
    d = data.x.shape[1]
    return Film(
        family="gaussian" if gaussian else "dirichlet",
        x=data.x,
        y=data.y,
        classes=data.classes,
        plane=plane,
        plane_names=names,
        corner_names=() if gaussian else (parts or tuple(f"part {j + 1}" for j in range(d))),
        weight=_spread([step.mixture.weight for step in steps], alive, rest=0.0),
        centre=_spread([step.mixture.components.centre for step in steps], alive),
        shape=_spread([_shape(step.mixture) for step in steps], alive),
        intercept=_spread([_intercept(s.mixture) for s in steps], alive) if heads else None,
        slope=_spread([_slope(step.mixture) for step in steps], alive) if heads else None,
        log_likelihood=np.array([step.log_likelihood for step in steps]),
        objective=np.array([step.objective for step in steps]),
        events=tuple((step.number, event) for step in steps for event in step.events),
        uses_labels=heads,
    )


def display_order(steps: Sequence[Step], truth: Mixture, x: Array) -> Indices:
    """Components of the first step in the order of the truths that their last forms match.

    Dropped components come last, so every component keeps one place, and one hue, throughout.
    """
    last = steps[-1].mixture
    kept = alive_numbers(steps)[-1][alignment(last, truth, x)]
    return np.concatenate([kept, np.setdiff1d(np.arange(len(steps[0].mixture)), kept)])


def alive_numbers(steps: Sequence[Step]) -> list[Indices]:
    """For every step, the original numbers of its components, in order."""
    numbers: Indices = np.arange(len(steps[0].mixture))
    alive = [numbers]
    for step in steps[1:]:
        if step.dropped is not None:
            numbers = np.delete(numbers, step.dropped)
        alive.append(numbers)
    return alive


def _spread(values: list[Array], alive: list[Indices], rest: float | None = None) -> Array:
    """Values (K_t, ...) of each step put at their original places: (T, K, ...)."""
    current = np.empty_like(values[0])
    rows = []
    for value, numbers in zip(values, alive, strict=True):
        if rest is not None:
            current = np.full_like(current, rest)
        current = current.copy()
        current[numbers] = value
        rows.append(current)
    return np.stack(rows)


def _shape(mixture: Mixture) -> Array:
    parts = mixture.components
    if isinstance(parts, Gaussians):
        return parts.covariance.dense
    assert isinstance(parts, Dirichlets)
    return parts.concentration


def _intercept(mixture: Mixture) -> Array:
    assert mixture.heads is not None
    return mixture.heads.intercept


def _slope(mixture: Mixture) -> Array:
    assert mixture.heads is not None
    return mixture.heads.weight


def plane_of(x: Array, gaussian: bool) -> tuple[Array, tuple[str, str]]:
    """Where samples are drawn, `x @ plane`, and the names of its two axes: (N, D) -> (D, 2)."""
    if gaussian:
        return np.eye(2), ("x1", "x2")
    if x.shape[1] == 3:
        return TRIANGLE, ("", "")
    variance, axes = np.linalg.eigh(np.cov(x.T))
    share = variance[::-1] / variance.sum()
    axes = axes[:, ::-1][:, :2]
    axes = axes * np.sign(axes[np.abs(axes).argmax(0), [0, 1]])  # a sign that does not flip
    first, second = (f"principal component {i + 1} ({100 * share[i]:.0f} %)" for i in (0, 1))
    return np.ascontiguousarray(axes), (first, second)
