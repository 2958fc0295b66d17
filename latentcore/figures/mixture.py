"""Pictures of mixtures: starts side by side, truth against fit.  State in, figure out."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from latentcore.arrays import Array
from latentcore.data.labelled import Labelled
from latentcore.figures import palette
from latentcore.figures.film import Film
from latentcore.figures.reel import TRIANGLE
from latentcore.mixture.dirichlet import Dirichlets
from latentcore.mixture.fit import Fit
from latentcore.mixture.gaussian import Gaussians
from latentcore.mixture.mixture import Mixture

SHOWN = 1500  # points drawn; more would only cover each other


def starts(fits: Sequence[Fit | str], played: int, samples: int) -> go.Figure:
    """Penalised log-likelihood per sample along every start; `played` is a number from 1."""
    figure = go.Figure()
    for number, fit in enumerate(fits, 1):
        if isinstance(fit, str):
            continue
        chosen = number == played
        y = [step.objective / samples for step in fit.steps]
        figure.add_scatter(
            x=[step.number for step in fit.steps],
            y=y,
            mode="lines+markers",
            line={"width": 3 if chosen else 1.5, "color": "#33475f" if chosen else palette.INK},
            marker={"size": [0] * (len(y) - 1) + [11 if chosen else 7]},
            opacity=1.0 if chosen else 0.55,
            name=f"start {number}",
            hovertemplate=f"start {number}, iteration %{{x}}: %{{y:.4f}}<extra></extra>",
            showlegend=False,
        )
    _frame(figure, 320)
    figure.update_xaxes(title="iteration", type="log" if _long(fits) else "linear")
    figure.update_yaxes(title="objective, nats per sample", range=_range(fits, samples))
    return figure


def truth_and_fit(truth: Mixture, fitted: Mixture, data: Labelled, plane: Film) -> go.Figure:
    """One-sigma outlines: the truth dashed in ink, the fit in its components' hues.

    `plane` is the film of the same data: its projection places points and outlines.
    """
    figure = go.Figure()
    points = (data.x @ plane.plane)[:SHOWN]
    figure.add_scatter(
        x=points[:, 0], y=points[:, 1], mode="markers", hoverinfo="skip", showlegend=False,
        marker={"size": 4, "color": palette.INK, "opacity": 0.25},
    )  # fmt: skip
    if plane.family == "dirichlet" and len(plane.plane) == 3:
        corners = TRIANGLE[[0, 1, 2, 0]]
        figure.add_scatter(
            x=corners[:, 0], y=corners[:, 1], mode="lines", hoverinfo="skip", showlegend=False,
            line={"color": palette.INK, "width": 1},
        )  # fmt: skip
    for mixture, name, dash in ((truth, "truth", "dash"), (fitted, "fit", "solid")):
        for k in range(len(mixture)):
            hue = palette.component(k) if name == "fit" else palette.INK
            outline = _outline(mixture, k, plane.plane)
            figure.add_scatter(
                x=outline[:, 0], y=outline[:, 1], mode="lines", legendgroup=name,
                line={"color": hue, "width": 3 if name == "fit" else 2.5, "dash": dash},
                name=f"{name}, component {k + 1}", hoverinfo="name",
            )  # fmt: skip
    _frame(figure, 420)
    figure.update_xaxes(title=plane.plane_names[0], visible=bool(plane.plane_names[0]))
    figure.update_yaxes(
        title=plane.plane_names[1], visible=bool(plane.plane_names[1]), scaleanchor="x"
    )
    return figure


def _outline(mixture: Mixture, k: int, plane: Array) -> Array:
    """The one-sigma ellipse of component k in the plane: (65, 2)."""
    parts = mixture.components
    if isinstance(parts, Gaussians):
        covariance = parts.covariance.dense[k]
    else:
        assert isinstance(parts, Dirichlets)
        mean, total = parts.centre[k], parts.concentration[k].sum()
        covariance = (np.diag(mean) - np.outer(mean, mean)) / (total + 1)
    value, axes = np.linalg.eigh(plane.T @ covariance @ plane)
    angle = np.linspace(0, 2 * np.pi, 65)
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    outline: Array = parts.centre[k] @ plane + circle * np.sqrt(np.maximum(value, 0)) @ axes.T
    return outline


def _long(fits: Sequence[Fit | str]) -> bool:
    return max((len(fit.steps) for fit in fits if not isinstance(fit, str)), default=0) > 120


def _range(fits: Sequence[Fit | str], samples: int) -> list[float] | None:
    """From the middle of the starting values up: the first steps would flatten all the rest."""
    done = [fit for fit in fits if not isinstance(fit, str)]
    if not done:
        return None
    second = [fit.steps[min(1, len(fit.steps) - 1)].objective / samples for fit in done]
    last = [fit.objective / samples for fit in done]
    low, high = min(np.median(second), min(last)), max(last)
    room = 0.08 * max(high - low, 1e-3)
    return [float(low - room), float(high + room)]


def _frame(figure: go.Figure, height: int) -> None:
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        legend={"orientation": "h", "y": -0.18},
        font={"size": 14},
    )
    figure.update_xaxes(gridcolor=palette.GRID, zeroline=False)
    figure.update_yaxes(gridcolor=palette.GRID, zeroline=False)
