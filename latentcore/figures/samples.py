"""Generated samples: the hue is the component they come from, the shape their label."""

import plotly.graph_objects as go

from latentcore.figures import palette
from latentcore.figures.reel import TRIANGLE, plane_of
from latentcore.mixture.examples.generate import Drawn
from latentcore.mixture.gaussian import Gaussians

SHOWN = 1500  # points drawn; more would only cover each other


def samples(drawn: Drawn) -> go.Figure:
    """Scatter of the samples: two features, a triangle of three parts, or principal components."""
    figure = go.Figure()
    gaussian = isinstance(drawn.truth.components, Gaussians)
    plane, names = plane_of(drawn.data.x, gaussian)
    points, z, y = (drawn.data.x @ plane)[:SHOWN], drawn.z[:SHOWN], drawn.data.y
    if not names[0]:
        corners = TRIANGLE[[0, 1, 2, 0]]
        figure.add_scatter(
            x=corners[:, 0], y=corners[:, 1], mode="lines", hoverinfo="skip", showlegend=False,
            line={"color": palette.INK, "width": 1},
        )  # fmt: skip
    for k in range(len(drawn.truth)):
        for c, name in enumerate(drawn.data.classes):
            here = z == k if y is None else (z == k) & (y[:SHOWN] == c)
            figure.add_scatter(
                x=points[here, 0], y=points[here, 1], mode="markers",
                name=f"component {k + 1}, {name}", hoverinfo="name",
                marker={
                    "color": palette.component(k),
                    "symbol": palette.class_symbol(c) + ("" if c % 2 else "-open"),
                    "size": 6,
                    "opacity": 0.8,
                },
            )  # fmt: skip
    figure.update_layout(height=320, margin={"l": 10, "r": 10, "t": 10, "b": 40})
    figure.update_xaxes(
        title=names[0], visible=bool(names[0]), gridcolor=palette.GRID, zeroline=False
    )
    figure.update_yaxes(
        title=names[1], visible=bool(names[1]), gridcolor=palette.GRID, zeroline=False,
        scaleanchor="x",
    )  # fmt: skip
    return figure
