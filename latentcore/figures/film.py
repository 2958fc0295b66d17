"""The EM film: the points once, the parameters of every iteration, in one compact blob.

The browser computes the responsibilities itself, so a film of T steps costs T parameter sets and
not T pictures.  What it computes is the mixture's own E-step,

    L_ik = log pi_k + log f_k(x_i) [+ log p_k(y_i | x_i)],    tau_i = softmax_k(L_ik),

and a test holds its numbers to NumPy's.  Letters: N samples, D features, K components, C classes,
T steps of EM including the start (step 0).
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from latentcore.arrays import Array, Indices
from latentcore.figures import palette
from latentcore.figures.blob import blob

SMALLEST = float(np.finfo(np.float32).tiny)


@dataclass(frozen=True)
class Film:
    """Everything the film shows, as neutral arrays.

    family: "gaussian" (D = 2) or "dirichlet" (D >= 3, rows of x positive and summing to one).
    x (N, D); y (N,) in 0..C-1 or None; classes: C names, () without labels.
    plane (D, 2): screen position = x @ plane; plane_names: its two axes, ("", "") in a triangle;
    corner_names: D names of the simplex corners (dirichlet), () for gaussian.
    weight (T, K); centre (T, K, D) means (gaussian only); shape: covariance (T, K, D, D) or
    concentration (T, K, D).
    intercept (T, K, C-1) and slope (T, K, C-1, D): softmax heads, class 0 the reference; or None.
    log_likelihood, objective (T,): nats, summed over samples; objective adds the log-prior.
    events: (iteration, sentence).  uses_labels: the E-step included log p(y | x, k).

    Raises ValueError naming the field, its shape and the expected one.
    """

    family: Literal["gaussian", "dirichlet"]
    x: Array
    y: Indices | None
    classes: tuple[str, ...]
    plane: Array
    plane_names: tuple[str, str]
    corner_names: tuple[str, ...]
    weight: Array
    centre: Array
    shape: Array
    intercept: Array | None
    slope: Array | None
    log_likelihood: Array
    objective: Array
    events: tuple[tuple[int, str], ...]
    uses_labels: bool

    def __post_init__(self) -> None:
        _check_points(self)
        _check_parameters(self)
        _check_heads(self)


def pack(film: Film, height: int = 560) -> bytes:
    """The film as one blob: magic, header length, JSON header, aligned little-endian arrays.

    Points travel as float32 around `origin` (the mean, so that a far-away cloud loses nothing),
    parameters as float64, covariances as their three distinct entries.  `height` is the stage's
    height in CSS pixels.  2,000 points, 61 steps and 5 components stay under 60 KB.
    """
    gaussian = film.family == "gaussian"
    origin = film.x.mean(0) if gaussian else np.zeros(film.x.shape[1])
    points = film.x - origin if gaussian else np.maximum(film.x, SMALLEST)
    arrays: dict[str, np.ndarray[Any, Any]] = {
        "plane": film.plane.astype("<f8"),
        "origin": origin.astype("<f8"),
        "weight": film.weight.astype("<f8"),
        "shape": _distinct(film.shape) if gaussian else film.shape.astype("<f8"),
        "log_likelihood": film.log_likelihood.astype("<f8"),
        "objective": film.objective.astype("<f8"),
        "x": points.astype("<f4"),
    }
    if gaussian:
        arrays["centre"] = film.centre.astype("<f8")
    if film.intercept is not None and film.slope is not None:
        arrays["intercept"] = film.intercept.astype("<f8")
        arrays["slope"] = film.slope.astype("<f8")
    if film.y is not None:
        arrays["y"] = film.y.astype("u1")
    return blob(_header(film, height), arrays)


def _header(film: Film, height: int) -> dict[str, Any]:
    steps, components = film.weight.shape
    symbols = palette.CLASS_SYMBOLS
    return {
        "family": film.family,
        "N": film.x.shape[0],
        "D": film.x.shape[1],
        "K": components,
        "C": max(len(film.classes), 1),
        "T": steps,
        "classes": list(film.classes),
        "symbols": [symbols[c % len(symbols)] for c in range(max(len(film.classes), 1))],
        "hues": [palette.component(k) for k in range(components)],
        "plane_names": list(film.plane_names),
        "corner_names": list(film.corner_names),
        "events": [[number, sentence] for number, sentence in film.events],
        "uses_labels": film.uses_labels,
        "height": height,
    }


def _distinct(covariance: Array) -> Array:
    """(T, K, 2, 2) -> (T, K, 3): variance, covariance, variance."""
    distinct: Array = covariance[..., [0, 0, 1], [0, 1, 1]].astype("<f8")
    return distinct


def _expect(name: str, array: Array | Indices, shape: tuple[int, ...], axes: str) -> None:
    if array.shape != shape:
        raise ValueError(f"film: {name} must have shape ({axes}) = {shape}, got {array.shape}")
    if not np.isfinite(array).all():
        raise ValueError(f"film: {name} holds NaN or infinite values; expected finite numbers")


def _check_points(film: Film) -> None:
    if film.x.ndim != 2 or not film.x.size:
        raise ValueError(f"film: x must have shape (N, D) with N >= 1, got {film.x.shape}")
    n, d = film.x.shape
    _expect("x", film.x, (n, d), "N, D")
    _expect("plane", film.plane, (d, 2), "D, 2")
    if film.family == "gaussian" and d != 2:
        raise ValueError(f"film: a gaussian film needs D = 2 features, got D = {d}")
    if film.family == "dirichlet":
        if d < 3:
            raise ValueError(f"film: a dirichlet film needs D >= 3 parts, got D = {d}")
        rows = np.flatnonzero((film.x <= 0).any(1) | (np.abs(film.x.sum(1) - 1) > 1e-6))
        if rows.size:
            raise ValueError(
                f"film: row {rows[0]} of x is not a composition: parts must be positive and sum "
                f"to one, got {film.x[rows[0]].tolist()}; replace zeros and close the rows first"
            )
        if len(film.corner_names) != d:
            raise ValueError(f"film: corner_names must hold D = {d}, got {len(film.corner_names)}")
    if film.y is not None:
        _expect("y", film.y, (n,), "N,")
        if film.y.min() < 0 or film.y.max() >= len(film.classes):
            raise ValueError(
                f"film: y must lie in 0..{len(film.classes) - 1} (classes names "
                f"{len(film.classes)}), got {film.y.min()}..{film.y.max()}"
            )


def _check_parameters(film: Film) -> None:
    if film.weight.ndim != 2 or not film.weight.size:
        raise ValueError(f"film: weight must have shape (T, K), T, K >= 1, got {film.weight.shape}")
    t, k = film.weight.shape
    d = film.x.shape[1]
    _expect("weight", film.weight, (t, k), "T, K")
    _expect("log_likelihood", film.log_likelihood, (t,), "T,")
    _expect("objective", film.objective, (t,), "T,")
    if film.family == "gaussian":
        _expect("centre", film.centre, (t, k, d), "T, K, D")
        _expect("shape", film.shape, (t, k, d, d), "T, K, D, D")
        good = (np.linalg.det(film.shape) > 0) & (film.shape[..., 0, 0] > 0)
        fault = "covariance is not positive definite"
    else:
        _expect("shape", film.shape, (t, k, d), "T, K, D")
        good = (film.shape > 0).all(2)
        fault = "concentration is not positive"
    if not good.all():
        step, component = np.argwhere(~good)[0]
        raise ValueError(f"film: shape, step {step}, component {component}: {fault}")


def _check_heads(film: Film) -> None:
    if (film.intercept is None) != (film.slope is None):
        raise ValueError("film: give both intercept and slope of the heads, or neither")
    if film.intercept is not None and film.slope is not None:
        t, k = film.weight.shape
        c = len(film.classes) - 1
        if c < 0:
            raise ValueError("film: heads were given but classes is empty; name the classes")
        _expect("intercept", film.intercept, (t, k, c), "T, K, C-1")
        _expect("slope", film.slope, (t, k, c, film.x.shape[1]), "T, K, C-1, D")
    if film.uses_labels and (film.y is None or film.intercept is None):
        raise ValueError("film: uses_labels needs y, intercept and slope; got None for one of them")
