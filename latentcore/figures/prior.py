"""What a prior has learned: its bits along training, and where they are spent.

Bits per code of held-out maps, by what is known of them:

    log2 K  >=  frequencies  >=  frequencies at each position  >=  the codes before (learned)
"""

from collections.abc import Sequence
from math import log

import numpy as np
import plotly.graph_objects as go

from latentcore.arrays import Array
from latentcore.figures.palette import COMPONENTS, GRID, INK

TABLES = {
    "nothing": "top right",
    "frequencies": "bottom right",
    "frequencies by position": "top right",
}
LEARNED, TRAINED = COMPONENTS[0], COMPONENTS[4]


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
    for (name, place), rung in zip(TABLES.items(), rungs, strict=False):
        figure.add_hline(
            y=rung, line={"color": INK, "dash": "dot", "width": 1}, annotation_text=name,
            annotation_font={"color": INK, "size": 12}, annotation_position=place,
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
