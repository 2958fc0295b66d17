"""A fitted table as CSV files: what the model read, its parameters, its samples."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from latentcore.arrays import Array, Indices
from latentcore.evaluation.community.applying import Applied
from latentcore.evaluation.community.contrasts import Spread, contrasts, unit
from latentcore.evaluation.community.fitting import FittedTable
from latentcore.export.cells import Cell, written
from latentcore.mixture.gaussian import Gaussians


def processed(
    fitted: FittedTable, values: Array, ids: Sequence[str], label: str, y: Indices
) -> str:
    """What the model reads of each sample (N, D), with its id and its class (N,)."""
    names = fitted.preparation.get_feature_names_out(fitted.taxa)
    rows = zip(ids, y, fitted.features(values).tolist(), strict=True)
    return written(
        ["sample", label, *names], ([name, fitted.classes[c], *row] for name, c, row in rows)
    )


def responsibilities(fitted: FittedTable, values: Array, ids: Sequence[str], y: Indices) -> str:
    """p(z = k | x) of each sample, its label unseen, and its component; p(y = c | x) besides."""
    features = fitted.features(values)
    tau = fitted.mixture.responsibilities(features)
    return _samples(fitted, ids, tau, fitted.mixture.predict_proba(features), {
        "class": [fitted.classes[c] for c in y]
    })  # fmt: skip


def predictions(fitted: FittedTable, applied: Applied) -> str:
    """Of each sample of a second table: class, probabilities, components, share in known taxa."""
    return _samples(fitted, applied.sample_ids, applied.responsibility, applied.probability, {
        "predicted": [fitted.classes[c] for c in applied.predicted],
        "share in known taxa": applied.aligned.known.tolist(),
    })  # fmt: skip


def parameters(fitted: FittedTable, spread: Spread | None = None) -> str:
    """Every number of the fit, one a row, with the spread of the contrasts where it is known.

    Covariances are given as variances; the model's JSON holds them whole.
    """
    header = ["component", "quantity", "class", "part", "value", "low", "high"]
    return written(header, _parameters(fitted, spread))


def _parameters(fitted: FittedTable, spread: Spread | None) -> Iterator[list[Cell]]:
    mixture, heads = fitted.mixture, fitted.mixture.heads
    parts, found = fitted.parts, contrasts(fitted.settings, fitted.mixture)
    names = fitted.preparation.get_feature_names_out(fitted.taxa)
    per = f"log-odds per {unit(fitted.settings).name}"
    assert heads is not None
    for k in range(len(mixture)):
        yield [k + 1, "weight", None, None, float(mixture.weight[k]), None, None]
        for part, value in zip(parts, fitted.profiles[k].tolist(), strict=True):
            yield [k + 1, "share at the centre", None, part, value, None, None]
        for quantity, each in _family(fitted, k).items():
            for name, value in zip(names, each.tolist(), strict=True):
                yield [k + 1, quantity, None, str(name), value, None, None]
        for c, name in enumerate(fitted.classes[1:]):
            yield [k + 1, "intercept", name, None, float(heads.intercept[k, c]), None, None]
            for feature, value in zip(names, heads.weight[k, c].tolist(), strict=True):
                yield [k + 1, "coefficient", name, str(feature), value, None, None]
            for j, part in enumerate(parts):
                ends = (None, None) if spread is None else (
                    float(spread.low[k, c, j]), float(spread.high[k, c, j])
                )  # fmt: skip
                yield [k + 1, per, name, part, float(found[k, c, j]), *ends]


def _family(fitted: FittedTable, k: int) -> dict[str, Array]:
    """What component k is described by, a number for each feature."""
    components: Any = fitted.mixture.components
    if isinstance(components, Gaussians):
        variance = np.diagonal(components.covariance.dense[k])
        return {"mean": components.mean[k], "variance": variance}
    return {"concentration": components.concentration[k]}


def _samples(
    fitted: FittedTable, ids: Sequence[str], tau: Array, p: Array, more: dict[str, list[Any]]
) -> str:
    header = ["sample", *more, *(f"p({name})" for name in fitted.classes), "component",
              *(f"component {k + 1}" for k in range(tau.shape[1]))]  # fmt: skip
    columns = zip(*more.values(), strict=True)
    rows = zip(ids, columns, p.tolist(), tau.argmax(axis=1).tolist(), tau.tolist(), strict=True)
    return written(header, ([i, *known, *c, k + 1, *t] for i, known, c, k, t in rows))
