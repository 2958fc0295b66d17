"""A fitted table as JSON and back: numbers and names only, so that reading it can run nothing.

Doubles are written with as many digits as they have, and come back the same bit for bit.  A file
is read against what the settings in it ask for: every array has its shape checked, every number
is finite, every position is in range.  Nothing in it names a class or a function.
"""

import json
from dataclasses import fields as own_fields
from typing import Any

import numpy as np

from latentcore.arrays import Array, Indices
from latentcore.data.preparation import Preparation
from latentcore.evaluation.community.fitting import Ended, FittedTable
from latentcore.evaluation.community.settings import PLAN_SHAPE, Settings
from latentcore.export.numbers import (
    LARGE,
    ModelError,
    array,
    fields,
    number,
    refused,
    texts,
    whole,
)
from latentcore.export.versions import versions
from latentcore.mixture.component import Components, itself
from latentcore.mixture.counts import log_ratios
from latentcore.mixture.covariance import SHAPES, Covariance, Diagonal, Full, Spherical, Tied
from latentcore.mixture.criteria import Criteria
from latentcore.mixture.dirichlet import Dirichlets
from latentcore.mixture.dirichlet_multinomial import DirichletMultinomials
from latentcore.mixture.gaussian import Gaussians
from latentcore.mixture.heads import Heads
from latentcore.mixture.mixture import Mixture
from latentcore.training.record import from_json, to_json

FORMAT = "Latent Lab: a mixture fitted to a table, 1"
BYTES = 2**27
MOST_TAXA, MOST_COMPONENTS, MOST_CLASSES = 200_000, 1000, 1000


def dumps(fitted: FittedTable) -> str:
    """The fit as JSON, versions of the packages included."""
    prepared = fitted.preparation
    whole_of_it = {
        "format": FORMAT,
        "versions": dict(versions()),
        "settings": to_json(fitted.settings),
        "taxa": list(fitted.taxa),
        "classes": list(fitted.classes),
        "prior": fitted.prior.tolist(),
        "share": fitted.share.tolist(),
        "preparation": {
            "kept": prepared.kept_.tolist(),
            "other": bool(prepared.other_),
            "zeros": float(prepared.zeros_),
            "delta": float(prepared.delta_),
        },
        "log_weight": fitted.mixture.log_weight.tolist(),
        "components": _components(fitted.mixture.components),
        "heads": _heads(fitted.mixture.heads),
        "ended": {
            "iterations": fitted.ended.iterations,
            "converged": fitted.ended.converged,
            **{f.name: getattr(fitted.ended.criteria, f.name) for f in own_fields(Criteria)},
        },
    }
    return json.dumps(whole_of_it, allow_nan=False, indent=None, separators=(",", ":"))


def loads(raw: bytes | str) -> FittedTable:
    """The fit that `dumps` wrote.  Raises ModelError for anything else."""
    if len(raw) > BYTES:
        raise refused("The file", f"{len(raw):,} bytes long", f"at most {BYTES:,}")
    try:
        found = json.loads(raw, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise ModelError(
            "This is not a model in JSON.", do="Take a file that this app has written, unchanged."
        ) from error
    try:
        with np.errstate(over="raise", invalid="raise", divide="raise"):
            return _fitted(found)
    except ModelError:
        raise
    except (ValueError, TypeError, ArithmeticError, RecursionError) as error:
        raise ModelError(
            "This is not a model that can be used.",
            where=str(error)[:300],
            do="Take a file that this app has written, unchanged.",
        ) from error


def _fitted(found: Any) -> FittedTable:  # noqa: ANN401
    given = fields(found, "The file", "format", "versions", "settings", "taxa", "classes", "prior",
                   "share", "preparation", "log_weight", "components", "heads",
                   "ended")  # fmt: skip
    if given["format"] != FORMAT:
        raise refused("The format", repr(given["format"])[:60], repr(FORMAT))
    settings = from_json(Settings, given["settings"])
    taxa = texts(given["taxa"], "taxa", 2, MOST_TAXA)
    classes = texts(given["classes"], "classes", 2, MOST_CLASSES)
    preparation = _preparation(given["preparation"], settings, taxa)
    parts = len(preparation.kept_) + preparation.other_
    width = parts - (settings.output == "ilr")
    log_weight = given["log_weight"]
    k = whole(len(log_weight) if isinstance(log_weight, list) else 0, "K", 1, MOST_COMPONENTS)
    if k > settings.components:  # fewer: a component was lost in the fit
        raise refused("log_weight", f"of {k} components", f"at most {settings.components}")
    logs = array(log_weight, "log_weight", (k,))
    if (logs > 0).any() or abs(np.exp(logs).sum() - 1) > 1e-6:
        raise refused("log_weight", "not that of weights that sum to one", "weights")
    components = _read_components(given["components"], settings, k, width)
    heads = _read_heads(given["heads"], settings, k, len(classes), width)
    mixture = Mixture(logs, components, heads)
    mixture.components.log_prob(_probe(settings, width))  # a covariance may be singular
    prior = array(given["prior"], "prior", (len(classes),))
    share = array(given["share"], "share", (len(taxa),))
    return FittedTable(
        settings, taxa, preparation, mixture, classes, prior, share, _ended(given["ended"])
    )


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _probe(settings: Settings, width: int) -> Array:
    """One sample that any model of these settings can read."""
    return np.full((1, width), 1 / width if settings.output == "simplex" else 1.0)


def _preparation(found: Any, settings: Settings, taxa: tuple[str, ...]) -> Preparation:  # noqa: ANN401
    given = fields(found, "preparation", "kept", "other", "zeros", "delta")
    if not isinstance(given["kept"], list) or not isinstance(given["other"], bool):
        raise refused("preparation", "of the wrong kind", "positions, and whether there is a rest")
    kept: Indices = np.array(
        [whole(j, "a kept taxon", 0, len(taxa) - 1) for j in given["kept"]], dtype=np.int64
    )
    if (np.diff(kept) <= 0).any() or len(kept) + given["other"] < 2:
        raise refused("kept", "not a list of rising positions of two parts", "two parts or more")
    prepared = settings.preparation()
    prepared.n_features_in_ = len(taxa)
    prepared.feature_names_in_ = np.asarray(taxa, dtype=object)
    prepared.kept_, prepared.other_ = kept, given["other"]
    prepared.zeros_ = number(given["zeros"], "zeros", 0, 1)
    prepared.delta_ = number(given["delta"], "delta", 0, 1)
    return prepared


def _ended(found: Any) -> Ended:  # noqa: ANN401
    names = [f.name for f in own_fields(Criteria)]
    given = fields(found, "ended", "iterations", "converged", *names)
    if not isinstance(given["converged"], bool):
        raise refused("converged", repr(given["converged"])[:40], "true or false")
    low = {"samples": 1.0}  # weights of samples may be parts of one, but not of none
    numbers = {name: number(given[name], name, low.get(name, -LARGE)) for name in names}
    parameters = whole(given["parameters"], "parameters", 0, 2**40)
    return Ended(
        whole(given["iterations"], "iterations", 0, 2**40),
        given["converged"],
        Criteria(numbers["log_likelihood"], parameters, numbers["samples"], numbers["entropy"]),
    )


def _components(parts: Components) -> dict[str, Any]:
    if isinstance(parts, Gaussians):
        covariance: Any = parts.covariance
        named = "matrix" if isinstance(covariance, Full | Tied) else "variance"
        return {
            "mean": parts.mean.tolist(),
            "covariance": getattr(covariance, named).tolist(),
            "ridge": parts.ridge.tolist(),
            "origin": parts.origin.tolist(),
        }
    if isinstance(parts, DirichletMultinomials):
        return {
            "concentration": parts.concentration.tolist(),
            "ridge": parts.ridge,
            "depth": parts.depth.tolist(),
        }
    assert isinstance(parts, Dirichlets)
    return {"concentration": parts.concentration.tolist(), "ridge": parts.ridge}


def _read_components(found: Any, settings: Settings, k: int, width: int) -> Components:  # noqa: ANN401
    if settings.family == "gaussian":
        given = fields(found, "components", "mean", "covariance", "ridge", "origin")
        return Gaussians(
            array(given["mean"], "mean", (k, width)),
            _covariance(given["covariance"], settings, k, width),
            array(given["ridge"], "ridge", (width,)),
            array(given["origin"], "origin", (width,)),
        )
    counts = settings.family == "dirichlet-multinomial"
    given = fields(found, "components", "concentration", "ridge", *["depth"] * counts)
    a = array(given["concentration"], "concentration", (k, width), positive=True)
    ridge = number(given["ridge"], "ridge", 0)
    if not counts:
        return Dirichlets(a, ridge)
    depth = given["depth"]
    n = whole(len(depth) if isinstance(depth, list) else 0, "depths", 1, 10_000)
    return DirichletMultinomials(a, ridge, array(depth, "depth", (n,)))


def _covariance(found: Any, settings: Settings, k: int, d: int) -> Covariance:  # noqa: ANN401
    kind = SHAPES[PLAN_SHAPE[settings.covariance]]
    if kind is Spherical:
        return Spherical(array(found, "covariance", (k,), positive=True), d)
    if kind is Diagonal:
        return Diagonal(array(found, "covariance", (k, d), positive=True))
    matrix = array(found, "covariance", (d, d) if kind is Tied else (k, d, d))
    if not np.allclose(matrix, np.swapaxes(matrix, -1, -2)):
        raise refused("covariance", "not symmetric", "a symmetric matrix")
    return Tied(matrix, k) if kind is Tied else Full(matrix)


def _heads(heads: Heads | None) -> dict[str, Any]:
    assert heads is not None
    return {
        "coefficient": heads.coefficient.tolist(),
        "origin": heads.origin.tolist(),
        "scale": heads.scale.tolist(),
        "ridge": heads.ridge,
        "ridge_intercept": heads.ridge_intercept,
    }


def _read_heads(found: Any, settings: Settings, k: int, classes: int, width: int) -> Heads:  # noqa: ANN401
    given = fields(found, "heads", "coefficient", "origin", "scale", "ridge", "ridge_intercept")
    return Heads(
        array(given["coefficient"], "coefficient", (k, classes - 1, width + 1)),
        array(given["origin"], "origin", (width,)),
        array(given["scale"], "scale", (width,), positive=True),
        number(given["ridge"], "ridge", 0),
        number(given["ridge_intercept"], "ridge_intercept", 0),
        log_ratios if settings.family == "dirichlet-multinomial" else itself,
    )
