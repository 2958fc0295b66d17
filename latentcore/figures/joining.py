"""How the ids of a table and of its metadata overlap: one bar, three pieces."""

import plotly.graph_objects as go

from latentcore.figures.palette import GRID, INK

HUE = "#6f8da9"
HEIGHT = 130


def overlap(both: int, table: int, metadata: int) -> go.Figure:
    """Ids only in the table, in both, and only in the metadata, side by side."""
    pieces = (
        ("only in the table", table, "", INK),
        ("in both", both, "", HUE),
        ("only in the metadata", metadata, "/", INK),
    )
    figure = go.Figure()
    for name, n, shape, hue in pieces:
        figure.add_bar(
            x=[n],
            y=[""],
            name=f"{name}: {n:,}",
            orientation="h",
            marker={"color": hue, "pattern": {"shape": shape, "size": 6}},
            hovertemplate=f"{name}: {n:,}<extra></extra>",
        )
    figure.update_layout(
        barmode="stack",
        height=HEIGHT,
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
        xaxis={"gridcolor": GRID, "zeroline": False, "showticklabels": False},
        yaxis={"showticklabels": False},
        legend={"orientation": "h", "y": -0.1, "traceorder": "normal"},
    )
    return figure
