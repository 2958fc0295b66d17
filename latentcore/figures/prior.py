"""What learning a prior saves: the ladder of bits, its climb while training, and where it is hard.

Bits per code of held-out maps, by what is known of them:

    log2 K  >=  frequencies  >=  frequencies at each position  >=  the codes before (learned)
"""

from collections.abc import Sequence
from math import log

import numpy as np
import plotly.graph_objects as go

from latentcore.arrays import Array
from latentcore.figures.palette import COMPONENTS, GRID, INK

RUNGS = ("nothing", "frequencies", "frequencies by position", "the codes before")
SHADES = ("#a4a9b1", "#8d939c", INK, COMPONENTS[0])
LEARNED, TRAINED = COMPONENTS[0], COMPONENTS[4]


def ladder(rungs: Array, unit: str = "code") -> go.Figure:
    """Bars of bits per code, (4,), from knowing nothing to the learned prior."""
    known, bits = list(RUNGS), np.asarray(rungs, float)
    known[0] = f"nothing: log2 K = {bits[0]:.2f}"
    saved = [f"{bit:.2f} bits" for bit in bits]
    for i in range(1, len(bits)):
        change = bits[i] - bits[i - 1]
        saved[i] += f" ({'−' if change <= 0 else '+'}{abs(change):.2f})"
    figure = go.Figure(
        go.Bar(
            x=bits,
            y=known,
            orientation="h",
            marker={"color": SHADES},
            text=saved,
            textposition="auto",
            insidetextanchor="end",
            cliponaxis=False,
            hovertemplate="%{y}: %{x:.3f} bits per " + unit + "<extra></extra>",
        )  # fmt: skip
    )
    figure.update_yaxes(autorange="reversed", ticks="", showgrid=False, title="what is known")
    figure.update_xaxes(
        title=f"bits per {unit}, held-out maps", rangemode="tozero", gridcolor=GRID, zeroline=False
    )
    figure.update_layout(
        height=270, bargap=0.3, margin={"l": 10, "r": 30, "t": 10, "b": 40}, showlegend=False
    )
    return figure


def climb(
    train: tuple[Array, Array],
    held: tuple[Array, Array],
    rungs: Sequence[float],
    unit: str = "code",
) -> go.Figure:
    """Bits per code along training, (steps, bits) of each, and the rungs that need no network.

    Held-out bits that rise while those in training fall: the maps are being learned by heart.  The
    lowest is marked.
    """
    figure = go.Figure()
    for name, rung in zip(RUNGS[:3], rungs, strict=False):
        figure.add_hline(
            y=rung, line={"color": INK, "dash": "dot", "width": 1}, annotation_text=name,
            annotation_font={"color": INK, "size": 12}, annotation_position="top right",
        )  # fmt: skip
    for (steps, bits), name, hue, mode in (
        (train, "in training", TRAINED, "lines"), (held, "held out", LEARNED, "lines+markers"),
    ):  # fmt: skip
        figure.add_scatter(
            x=steps, y=bits, mode=mode, name=name, line={"color": hue, "width": 2},
            marker={"size": 7},
            hovertemplate=f"{name}, step %{{x}}: %{{y:.3f}} bits per {unit}<extra></extra>",
        )  # fmt: skip
    if len(held[0]) > 1:
        best = int(np.argmin(held[1]))
        figure.add_scatter(
            x=[held[0][best]], y=[held[1][best]], mode="markers", name="lowest",
            marker={"symbol": "circle-open", "size": 16, "color": LEARNED, "line": {"width": 2.5}},
            hoverinfo="skip",
        )  # fmt: skip
    top = max([*list(rungs)[:1], *held[1][1:]], default=1.0)
    figure.update_xaxes(title="step", gridcolor=GRID, zeroline=False, rangemode="tozero")
    figure.update_yaxes(
        title=f"bits per {unit}", gridcolor=GRID, zeroline=False, range=[0, 1.08 * top]
    )
    figure.update_layout(
        height=320, margin={"l": 10, "r": 10, "t": 10, "b": 40},
        legend={"orientation": "h", "y": -0.24, "x": 0},
    )  # fmt: skip
    return figure


def by_position(nats: Array, unit: str = "code") -> go.Figure:
    """A heat map of the learned prior's cost, nats (h, w) shown in bits: dark is expensive."""
    bits = np.asarray(nats, float) / log(2)
    h, w = bits.shape
    large = max(h, w) <= 10
    figure = go.Figure(
        go.Heatmap(
            z=bits,
            x=np.arange(w) + 1,
            y=np.arange(h) + 1,
            customdata=nats,
            zmin=0,
            colorbar={"title": {"text": "bits"}, "thickness": 12, "outlinewidth": 0},
            texttemplate="%{z:.1f}" if large else None,
            xgap=1,
            ygap=1,
            hovertemplate="row %{y}, column %{x}: %{z:.2f} bits (%{customdata:.2f} nats) per "
            + unit
            + "<extra></extra>",
        )  # fmt: skip
    )
    bare = {"showgrid": False, "zeroline": False, "ticks": "", "constrain": "domain"}
    figure.update_xaxes(title="column", dtick=1 if large else None, **bare)
    figure.update_yaxes(title="row", dtick=1 if large else None, **bare)
    figure.update_yaxes(autorange="reversed", scaleanchor="x")
    figure.update_layout(height=320, margin={"l": 10, "r": 10, "t": 10, "b": 40})
    return figure
