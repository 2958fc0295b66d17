"""Small pictures of a table of taxa: totals, prevalence, and what the recipe keeps."""

import numpy as np
import plotly.graph_objects as go

from latentcore.data.tables import Table
from latentcore.figures.palette import GRID, INK

HUE = "#6f8da9"
AXIS = {"gridcolor": GRID, "zeroline": False}
MARGIN = {"l": 10, "r": 10, "t": 36, "b": 40}


def totals(table: Table) -> go.Figure:
    """Histogram of the samples' totals; counts on a logarithmic axis."""
    logarithmic = table.kind == "counts" and bool(np.ptp(table.totals) > 0)
    values = np.log10(table.totals) if logarithmic else table.totals
    figure = go.Figure(go.Histogram(x=values, nbinsx=30, marker={"color": HUE}))
    figure.update_traces(hovertemplate="%{x}: %{y} samples<extra></extra>")
    figure.update_layout(
        title={"text": "Total of each sample"},
        height=230,
        margin=MARGIN,
        bargap=0.05,
        xaxis={"title": "log10 of the total" if logarithmic else "total", **AXIS},
        yaxis={"title": "samples", **AXIS},
    )
    return figure


def prevalence(table: Table, least: float) -> go.Figure:
    """How many taxa are seen in at least a given share of the samples."""
    share = np.sort(table.prevalence)[::-1]
    figure = go.Figure(
        go.Scatter(
            x=share,
            y=np.arange(1, len(share) + 1),
            mode="lines",
            line={"color": HUE, "width": 2, "shape": "hv"},
            hovertemplate="in at least %{x:.0%} of the samples: %{y} taxa<extra></extra>",
        )
    )
    figure.add_vline(x=least, line={"color": INK, "dash": "dot"})
    figure.update_layout(
        title={"text": "Prevalence: taxa seen in at least ..."},
        height=230,
        margin=MARGIN,
        xaxis={"title": "share of samples", "tickformat": ".0%", "range": [0, 1.02], **AXIS},
        yaxis={"title": "taxa", "rangemode": "tozero", **AXIS},
    )
    return figure


def coverage(table: Table, least: float, top: int) -> go.Figure:
    """Mean share of a sample that the most abundant prevalent taxa hold, by how many are kept."""
    covered = covered_by(table, least)
    figure = go.Figure(
        go.Scatter(
            x=np.arange(1, len(covered) + 1),
            y=covered,
            mode="lines",
            line={"color": HUE, "width": 2},
            hovertemplate="%{x} taxa hold %{y:.0%} of a sample<extra></extra>",
        )
    )
    figure.add_vline(x=min(top, len(covered)), line={"color": INK, "dash": "dot"})
    figure.update_layout(
        title={"text": "What the most abundant taxa hold"},
        height=230,
        margin=MARGIN,
        xaxis={"title": "taxa kept", **AXIS},
        yaxis={"title": "mean share", "tickformat": ".0%", "range": [0, 1.02], **AXIS},
    )
    return figure


def covered_by(table: Table, least: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Mean share held by the 1, 2, ... most abundant taxa of the given prevalence."""
    share = (table.values / table.totals[:, None]).mean(axis=0)
    kept = np.sort(share[table.prevalence >= least])[::-1]
    covered: np.ndarray[tuple[int], np.dtype[np.float64]] = np.cumsum(kept)
    return covered
