"""How the ids of a table and of its metadata overlap: one bar, three pieces."""

import plotly.graph_objects as go

from latentcore.figures.palette import GRID, INK

HUE = "#6f8da9"
HEIGHT = 130


def overlap(both: int, table: int, metadata: int) -> go.Figure:
    """Ids only in the table, in both, and only in the metadata, side by side."""
    pieces = (
        ("only in the table", table, INK, 0.45),
        ("in both", both, HUE, 1.0),
        ("only in the metadata", metadata, INK, 0.2),
    )
    figure = go.Figure()
    for name, n, hue, opacity in pieces:
        figure.add_bar(
            x=[n],
            y=[""],
            name=f"{name}: {n:,}",
            orientation="h",
            marker={"color": hue, "opacity": opacity},
            text=f"{n:,}" if n else "",
            textposition="inside",
            insidetextanchor="middle",
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
