"""Likelihood and chosen number of components, by what replaces a zero."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from latentcore.evaluation.sensitivity import Tried, chosen, named
from latentcore.figures.palette import CRITERIA, GRID, INK

DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
AXIS = {"gridcolor": GRID, "zeroline": False}


def sensitivity(found: Sequence[Tried]) -> go.Figure:
    """Left: log-likelihood of a sample over K, a line a replacement; right: the K chosen."""
    fitted = [t for t in found if t.criteria is not None]
    deltas = list(dict.fromkeys(t.delta for t in fitted))
    figure = make_subplots(1, 2, horizontal_spacing=0.12)
    for i, delta in enumerate(deltas):
        own = sorted((t for t in fitted if t.delta == delta), key=lambda t: t.components)
        figure.add_scatter(
            x=[t.components for t in own],
            y=[t.per_sample for t in own],
            name=named(delta),
            mode="lines+markers",
            line={"color": INK, "dash": DASHES[i % len(DASHES)], "width": 1.5},
            hovertemplate=f"{named(delta)}, K = %{{x}}: %{{y:,.2f}} nats<extra></extra>",
            row=1,
            col=1,
        )
    for criterion in ("BIC", "ICL"):
        best = chosen(fitted, criterion.lower())
        hue, symbol = CRITERIA[criterion]
        figure.add_scatter(
            x=[named(delta) for delta in deltas],
            y=[best[delta] for delta in deltas],
            name=criterion,
            mode="lines+markers",
            line={"color": hue, "width": 1.5, "dash": "solid" if criterion == "BIC" else "dot"},
            marker={"symbol": symbol, "size": 14 if criterion == "BIC" else 7},
            hovertemplate=f"{criterion}, %{{x}}: K = %{{y}}<extra></extra>",
            row=1,
            col=2,
        )
    most = int(np.max([t.components for t in fitted], initial=1))
    figure.update_xaxes(**AXIS)
    figure.update_yaxes(**AXIS)
    figure.update_xaxes(title="components K", dtick=1, row=1, col=1)
    figure.update_yaxes(title="log-likelihood of a sample, nats", row=1, col=1)
    figure.update_xaxes(
        title="a zero becomes", type="category", tickangle=0, row=1, col=2,
        tickvals=[named(delta) for delta in deltas],
        ticktext=["half the<br>smallest" if delta is None else named(delta) for delta in deltas],
    )  # fmt: skip
    figure.update_yaxes(title="K chosen", dtick=1, range=[0.5, most + 0.5], row=1, col=2)
    figure.update_layout(
        height=340,
        margin={"l": 10, "r": 10, "t": 60, "b": 40},
        legend={"orientation": "h", "y": 1.04, "yanchor": "bottom"},
    )
    return figure
