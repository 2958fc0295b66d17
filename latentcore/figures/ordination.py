"""Samples of a table in two dimensions: the hue is the component, the shape the label."""

from collections.abc import Sequence

import plotly.graph_objects as go

from latentcore.arrays import Array, Indices
from latentcore.evaluation.community.ordination import Ordination
from latentcore.figures import palette
from latentcore.figures.words import plain


def ordination(
    found: Ordination,
    responsibility: Array,
    y: Indices,
    classes: Sequence[str],
    names: Sequence[str] = (),
) -> go.Figure:
    """Scatter of all samples (N, K), (N,); `names` (N,), where given, are shown on hovering.

    A point has the hue of its most responsible component; the hover says how responsible it is.
    """
    figure = go.Figure()
    tau, labels = responsibility[found.rows], y[found.rows]
    own = tau.argmax(axis=1)
    for k in range(tau.shape[1]):
        for c, name in enumerate(classes):
            here = (own == k) & (labels == c)
            if not here.any():
                continue
            ids = [plain(names[i], 40) for i in found.rows[here]] if names else [""] * here.sum()
            figure.add_scatter(
                x=found.points[here, 0],
                y=found.points[here, 1],
                mode="markers",
                name=f"component {k + 1}, {plain(name, 30)}",
                customdata=[[i, f"{t:.2f}"] for i, t in zip(ids, tau[here, k], strict=True)],
                hovertemplate="%{customdata[0]}<br>%{fullData.name}<br>responsibility "
                "%{customdata[1]}<extra></extra>",
                marker={
                    "color": palette.component(k),
                    "symbol": palette.class_symbol(c) + ("" if c % 2 else "-open"),
                    "size": 8,
                    "opacity": 0.85,
                    "line": {"width": 1.5, "color": palette.component(k)},
                },
            )
    axis = {"gridcolor": palette.GRID, "zerolinecolor": palette.GRID}
    figure.update_layout(
        height=430,
        margin={"l": 10, "r": 10, "t": 10, "b": 40},
        legend={"orientation": "h", "y": -0.18, "x": 0},
        xaxis={"title": f"axis 1 ({found.share[0]:.0%})", "constrain": "domain", **axis},
        yaxis={"title": f"axis 2 ({found.share[1]:.0%})", "scaleanchor": "x", **axis},
    )
    return figure
