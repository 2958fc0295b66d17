"""How many components: criteria over K, and which optima the starts have found."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from latentcore.evaluation.choosing import Choice, chosen
from latentcore.figures.palette import CRITERIA, GRID, INK

AXIS = {"gridcolor": GRID, "zeroline": False}
BEST, OTHER = "#7d828a", "rgba(125, 130, 138, 0.30)"


def curves(panels: Mapping[str, Sequence[Choice]], truth: int | None = None) -> go.Figure:
    """One column a density (its title -> what is known of each K): criteria above, optima below.

    Above, nats per sample, lower is better; a ring marks the K that a criterion chooses.  Below,
    the starts by the optimum they ended in, the best one darkest, the number of optima on top.
    `truth` is the number of components the samples came from, where that is known.
    """
    figure = make_subplots(
        2,
        len(panels),
        shared_xaxes=True,
        row_heights=[0.68, 0.32],
        vertical_spacing=0.06,
        horizontal_spacing=0.11,
        column_titles=list(panels),
    )
    for column, found in enumerate(panels.values(), 1):
        _criteria(figure, column, found)
        _optima(figure, column, found)
        if truth is not None and found and truth <= found[-1].components:
            figure.add_vline(
                x=truth, line={"color": INK, "dash": "dot", "width": 1}, layer="below", col=column
            )
    figure.update_xaxes(dtick=1, showgrid=False)
    figure.update_xaxes(title="components K", row=2)
    figure.update_yaxes(**AXIS)
    figure.update_yaxes(title="nats per sample (lower is better)", row=1, col=1)
    figure.update_yaxes(title="starts by optimum", row=2, col=1)
    figure.update_layout(
        height=520,
        barmode="stack",
        bargap=0.35,
        margin={"l": 10, "r": 10, "t": 30, "b": 40},
        legend={"orientation": "h", "y": -0.14, "x": 0},
    )
    return figure


def _criteria(figure: go.Figure, column: int, found: Sequence[Choice]) -> None:
    best, known = chosen(found), [c for c in found if c.values]
    for name, (hue, symbol) in CRITERIA.items():
        k, value = [c.components for c in known], [c.values[name] for c in known]
        figure.add_scatter(
            x=k, y=value, mode="lines+markers", name=name, legendgroup=name,
            showlegend=column == 1, visible="legendonly" if name == "AIC" else True,
            line={"color": hue, "width": 2}, marker={"symbol": symbol, "size": 8, "color": hue},
            hovertemplate=f"{name}, K = %{{x}}: %{{y:.4f}} nats per sample<extra></extra>",
            row=1, col=column,
        )  # fmt: skip
        if name in best:
            figure.add_scatter(
                x=[best[name]], y=[value[k.index(best[name])]], mode="markers", hoverinfo="skip",
                legendgroup=name, showlegend=False, row=1, col=column,
                marker={"symbol": f"{symbol}-open", "size": 17, "color": hue, "line": {"width": 3}},
            )  # fmt: skip
    _focus(figure, column, known, best)


def _focus(
    figure: go.Figure, column: int, known: Sequence[Choice], best: Mapping[str, int]
) -> None:
    """An axis for the K that compete: one component alone is often so bad that it flattens them.

    What lies above is written at the upper edge.
    """
    if not best:
        return
    names = list(best)
    values = np.array([[c.values[name] for name in names] for c in known])
    near = values[[c.components >= min(best.values()) for c in known]]
    low, high = np.nanmin(values), np.nanmax(near)
    if len(near) < 2:
        high = np.nanmax(values)
    room = 0.08 * max(high - low, 1e-6)
    figure.update_yaxes(range=[low - room, high + 2 * room], row=1, col=column)
    for c, row in zip(known, values, strict=True):
        if np.nanmin(row) > high + 2 * room:
            figure.add_annotation(
                x=c.components, y=high + room, text=f"↑ {np.nanmin(row):.2f}", showarrow=False,
                font={"color": INK, "size": 12}, row=1, col=column,
            )  # fmt: skip


def _optima(figure: go.Figure, column: int, found: Sequence[Choice]) -> None:
    """Every start a unit of height, every optimum a block."""
    for rank in range(max((len(c.optima) for c in found), default=0)):
        here = [c for c in found if len(c.optima) > rank]
        figure.add_bar(
            x=[c.components for c in here],
            y=[c.optima[rank].starts for c in here],
            customdata=[[c.optima[0].objective - c.optima[rank].objective] for c in here],
            marker={
                "color": BEST if rank == 0 else OTHER,
                "line": {"color": INK, "width": 1},
            },
            showlegend=False,
            hovertemplate=(
                "%{y} starts reach the best optimum found<extra></extra>"
                if rank == 0
                else "%{y} starts end %{customdata[0]:.4f} nats per sample below it<extra></extra>"
            ),
            row=2,
            col=column,
        )
    figure.add_scatter(
        x=[c.components for c in found if c.optima],
        y=[sum(o.starts for o in c.optima) for c in found if c.optima],
        text=[str(len(c.optima)) for c in found if c.optima],
        mode="text", textposition="top center", textfont={"color": INK, "size": 14},
        hoverinfo="skip", showlegend=False, cliponaxis=False, row=2, col=column,
    )  # fmt: skip
    top = max((sum(o.starts for o in c.optima) for c in found if c.optima), default=1)
    figure.update_yaxes(range=[0, 1.25 * top], row=2, col=column)
