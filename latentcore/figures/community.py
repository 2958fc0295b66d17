"""Codes of a table as community types: their profiles, the classes they hold, an ordination."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from latentcore.arrays import Array, Indices
from latentcore.figures import palette
from latentcore.figures.palette import GRID, INK
from latentcore.figures.words import plain

AXIS = {"gridcolor": GRID, "zeroline": False}
TAXA = 20  # of a profile
SHADES = 70, 200  # of grey, of the first and of the last class
SCALE = [[0.0, "rgba(125, 130, 138, 0.06)"], [1.0, "#2b79b8"]]


def short(name: str) -> str:
    """The last rank of a lineage, made safe: enough to recognise a taxon."""
    ranks = [rank for rank in name.replace(";", "|").split("|") if rank.strip()]
    return plain(ranks[-1] if ranks else name, 40)


def in_use(counts: NDArray[Any]) -> Indices:
    """Codes that have a position at least, most used first: (K,) -> (used,)."""
    order: Indices = np.argsort(-counts, kind="stable")
    return order[: int((counts > 0).sum())]


def profiles(profile: Array, counts: NDArray[Any], names: Sequence[str]) -> go.Figure:
    """Mean composition of the samples that hold each code: (K, p), used codes only.

    Taxa are those that differ most between codes; a cell is coloured by its root, so that rare
    taxa are seen beside abundant ones.
    """
    codes = in_use(counts)
    rows = profile[codes]
    spread = np.sqrt(rows).std(0) if len(rows) > 1 else rows.sum(0)
    taxa = np.argsort(-spread, kind="stable")[:TAXA]
    taxa = taxa[np.argsort(-rows[:, taxa].mean(0), kind="stable")]
    shown = rows[:, taxa].T
    figure = go.Figure(
        go.Heatmap(
            z=np.sqrt(shown), customdata=shown, x=[f"{k + 1}" for k in codes],
            y=[short(names[j]) for j in taxa], colorscale=SCALE, showscale=False, xgap=1, ygap=1,
            hovertemplate="code %{x}, %{y}: %{customdata:.1%}<extra></extra>",
        )
    )  # fmt: skip
    figure.update_layout(height=110 + 22 * len(taxa), margin={"l": 8, "r": 8, "t": 8, "b": 8})
    figure.update_yaxes(autorange="reversed", automargin=True, ticks="")
    figure.update_xaxes(title="code, most used first", type="category", ticks="", side="top")
    return figure


def classes(table: Array, counts: NDArray[Any], names: Sequence[str]) -> go.Figure:
    """How often each class holds each code: (K, C); a bar a code, its classes as shares.

    Classes are shades of grey, from dark to light: a hue is a code.
    """
    codes = in_use(counts)
    rows = table[codes]
    total = np.maximum(rows.sum(1), 1)
    figure = go.Figure()
    for c, name in enumerate(names):
        grey = int(np.interp(c, [0, max(len(names) - 1, 1)], SHADES))
        figure.add_bar(
            y=[f"code {k + 1}" for k in codes], x=rows[:, c] / total, customdata=rows[:, c],
            orientation="h", name=plain(name), text=rows[:, c].astype(int),
            marker={"color": f"rgb({grey}, {grey}, {grey})"},
            textfont={"color": "white" if grey < 120 else "black"}, insidetextanchor="middle",
            hovertemplate="%{y}, %{fullData.name}: %{customdata:.0f}, %{x:.0%}<extra></extra>",
        )  # fmt: skip
    figure.update_layout(
        barmode="stack", height=150 + 24 * len(codes), margin={"l": 8, "r": 8, "t": 40, "b": 40},
        xaxis={"title": "share of the code's samples", "tickformat": ".0%", **AXIS},
        yaxis={"autorange": "reversed"},
        legend={"orientation": "h", "y": 1, "yanchor": "bottom", "traceorder": "normal"},
    )  # fmt: skip
    return figure


def ordination(
    sample: Array, code: Indices, label: Indices | None, names: Sequence[str]
) -> go.Figure:
    """Samples (N, 2) in the plane of their log-ratios: hue is the code, shape the class."""
    figure = go.Figure()
    which = np.zeros(len(code), dtype=np.int64) if label is None else label
    for k in np.unique(code):
        for c in np.unique(which[code == k]):
            here = (code == k) & (which == c)
            said = "" if label is None else f", {plain(names[c])}"
            figure.add_scatter(
                x=sample[here, 0], y=sample[here, 1], mode="markers", name=f"code {k + 1}",
                legendgroup=f"{k}", hovertemplate="%{fullData.name}" + said + "<extra></extra>",
                showlegend=bool(c == which[code == k].min()),
                marker={"color": palette.code(int(k)), "size": 7, "opacity": 0.8,
                        "symbol": palette.class_symbol(int(c))},
            )  # fmt: skip
    figure.update_layout(height=420, margin={"l": 8, "r": 8, "t": 8, "b": 8})
    figure.update_xaxes(title="first principal component of the log-ratios", **AXIS)
    figure.update_yaxes(title="second component", scaleanchor="x", **AXIS)
    figure.update_layout(legend={"font": {"color": INK}})
    return figure
