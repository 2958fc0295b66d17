"""Truth and fit as a table: one row per component and parameter, matched components together."""

from dataclasses import dataclass

import numpy as np

from latentcore.arrays import Array
from latentcore.mixture.dirichlet import Dirichlets
from latentcore.mixture.gaussian import Gaussians
from latentcore.mixture.mixture import Mixture


@dataclass(frozen=True)
class Row:
    """One number of one component (from 0); None where one side has no such component."""

    component: int
    parameter: str
    truth: float | None
    fit: float | None


def rows(truth: Mixture, fitted: Mixture) -> list[Row]:
    """All parameters of both, component by component; the fit already in the truth's order.

    On the simplex, (b + c, w - c 1) is the same head for every c; weights are shown with sum 0.
    """
    table = []
    for k in range(max(len(truth), len(fitted))):
        left = _numbers(truth, k) if k < len(truth) else {}
        right = _numbers(fitted, k) if k < len(fitted) else {}
        names = list(left) + [name for name in right if name not in left]
        table += [Row(k, name, left.get(name), right.get(name)) for name in names]
    return table


def _numbers(mixture: Mixture, k: int) -> dict[str, float]:
    parts = mixture.components
    numbers = {"weight": float(mixture.weight[k])}
    if isinstance(parts, Gaussians):
        covariance = parts.covariance.dense[k]
        deviation = np.sqrt(np.diag(covariance))
        numbers |= _named("mean x", parts.mean[k])
        numbers |= _named("std. dev. x", deviation)
        if len(deviation) == 2:
            numbers["correlation"] = float(covariance[0, 1] / deviation.prod())
    elif isinstance(parts, Dirichlets):
        numbers |= _named("α", parts.concentration[k])
    if mixture.heads is not None:
        numbers |= _head(mixture, k)
    return numbers


def _head(mixture: Mixture, k: int) -> dict[str, float]:
    assert mixture.heads is not None
    numbers: dict[str, float] = {}
    several = mixture.heads.classes > 2
    for c, (b, w) in enumerate(
        zip(mixture.heads.intercept[k], mixture.heads.weight[k], strict=True), 1
    ):
        shift = float(w.mean()) if isinstance(mixture.components, Dirichlets) else 0.0
        tail = f", class {c}" if several else ""
        numbers[f"head b{tail}"] = float(b) + shift
        numbers |= {f"{name}{tail}": v for name, v in _named("head w", w - shift).items()}
    return numbers


def _named(name: str, values: Array) -> dict[str, float]:
    return {f"{name}{j + 1}": float(value) for j, value in enumerate(values)}
