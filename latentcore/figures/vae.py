"""Figures of a variational autoencoder: latent axes against the prior, noise of gradients."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from latentcore.arrays import Array
from latentcore.figures.palette import GRID, INK, component
from latentcore.figures.traversal import COLLAPSED, kl_per_axis
from latentcore.networks.single_draw import ESTIMATORS, Line, Moments, exact

Numbers = NDArray[np.floating[Any]]
AXIS = {"gridcolor": GRID, "zeroline": False}
MOST_AXES = 4
HUES = {name: component(k) for k, name in enumerate(ESTIMATORS)}
DASHES = dict(zip(ESTIMATORS, ("solid", "dash", "dot"), strict=True))
PIXELS = np.unique(np.geomspace(1, 4096, 60).round().astype(int))


def aggregate(mean: Numbers, log_variance: Numbers) -> go.Figure:
    """Density of z over all samples, q(z) = mean of q(z|x), against the prior: an axis a panel.

    mean, log_variance (n, Z).  Of many axes the four with the largest KL are drawn.
    """
    centre, sd = mean.astype(np.float64), np.exp(0.5 * log_variance.astype(np.float64))
    kl = kl_per_axis(mean, log_variance)
    shown = np.sort(np.argsort(-kl, kind="stable")[:MOST_AXES])
    figure = make_subplots(1, len(shown), horizontal_spacing=0.06, shared_yaxes=True)
    for column, axis in enumerate(shown.tolist(), 1):
        reach = max(3.5, float(np.quantile(np.abs(centre[:, axis]) + 2 * sd[:, axis], 0.98)))
        at = np.linspace(-reach, reach, 241)
        lines = {
            "q(z), all samples": mixture(at, centre[:, axis], sd[:, axis]),
            "prior p(z)": mixture(at, np.zeros(1), np.ones(1)),
        }
        for (name, density), (hue, dash) in zip(
            lines.items(), ((component(0), "solid"), (INK, "dash")), strict=True
        ):
            figure.add_scatter(
                x=at, y=density, mode="lines", name=name, legendgroup=name,
                showlegend=column == 1, line={"color": hue, "dash": dash, "width": 2},
                hovertemplate=f"{name} at %{{x:.2f}}: %{{y:.3f}}<extra></extra>",
                row=1, col=column,
            )  # fmt: skip
        said = "collapsed" if kl[axis] < COLLAPSED else f"KL {kl[axis]:.2f} nats"
        figure.update_xaxes(title=f"z{axis + 1} ({said})", **AXIS, row=1, col=column)
    figure.update_yaxes(**AXIS, rangemode="tozero")
    figure.update_yaxes(title="density", row=1, col=1)
    figure.update_layout(
        height=280,
        margin={"l": 10, "r": 10, "t": 10, "b": 40},
        legend={"orientation": "h", "y": -0.3, "x": 0},
    )
    return figure


def mixture(at: Array, mean: Array, sd: Array) -> Array:
    """Density of the even mixture of normals (n,), (n,) at places (g,): (g,)."""
    standard = (at[:, None] - mean) / sd
    density: Array = (np.exp(-0.5 * standard**2) / (np.sqrt(2 * np.pi) * sd)).mean(1)
    return density


def single_draws(estimates: Mapping[str, Array], moments: Mapping[str, Moments]) -> go.Figure:
    """What each draw says of the gradient by mu, an estimator a row; the truth is the line across.

    estimates: (n, 2) each, of which the first column is drawn; moments: the exact ones.
    """
    figure = go.Figure()
    rng = np.random.default_rng(0)  # for the dots' height within a row, which says nothing
    for row, (name, found) in enumerate(estimates.items()):
        sd = float(np.sqrt(moments[name].variance[0]))
        figure.add_scatter(
            x=found[:, 0], y=row + rng.uniform(-0.26, 0.26, len(found)), mode="markers", name=name,
            marker={"color": HUES[name], "size": 5, "opacity": 0.55},
            hovertemplate=f"{name}: %{{x:.2f}}<extra></extra>",
        )  # fmt: skip
        figure.add_annotation(
            xref="paper", x=0.995, y=row - 0.46, xanchor="right", showarrow=False,
            text=f"standard deviation {sd:,.3g}", font={"color": INK},
        )  # fmt: skip
    truth = float(next(iter(moments.values())).mean[0])
    figure.add_vline(x=truth, line={"color": INK, "width": 1.5})
    names = list(estimates)
    figure.update_layout(
        height=320,
        showlegend=False,
        margin={"l": 10, "r": 10, "t": 10, "b": 40},
        xaxis={"title": f"one draw's gradient by μ (exact: {truth:.3g})", **AXIS},
        yaxis={
            "tickvals": list(range(len(names))),
            "ticktext": [name.replace(", ", ",<br>") for name in names],
            "range": [len(names) - 0.4, -0.6],
            "showgrid": False,
            "zeroline": False,
        },
    )
    return figure


def against_pixels(line: Line, draws: int) -> go.Figure:
    """Exact variance of one draw's gradient by mu against the number of pixels D, log by log."""
    figure = go.Figure()
    for name, variance in variances(line, draws, PIXELS.tolist()).items():
        figure.add_scatter(
            x=PIXELS, y=variance, mode="lines", name=name,
            line={"color": HUES[name], "dash": DASHES[name], "width": 2.5},
            hovertemplate=f"{name}, D = %{{x}}: %{{y:.3g}}<extra></extra>",
        )  # fmt: skip
    figure.add_vline(x=line.pixels, line={"color": INK, "dash": "dot", "width": 1})
    figure.update_layout(
        height=320,
        margin={"l": 10, "r": 10, "t": 10, "b": 40},
        legend={"orientation": "h", "y": -0.28, "x": 0},
        xaxis={"title": "pixels D", "type": "log", "dtick": 1, **AXIS},
        yaxis={"title": "variance of one draw", "type": "log", "exponentformat": "power", **AXIS},
    )
    return figure


def variances(line: Line, draws: int, pixels: Sequence[int]) -> dict[str, Array]:
    """Exact variance of the gradient by mu at each number of pixels: (len(pixels),) each."""
    found = [exact(replace(line, pixels=d), draws) for d in pixels]
    return {name: np.array([m[name].variance[0] for m in found]) for name in ESTIMATORS}
