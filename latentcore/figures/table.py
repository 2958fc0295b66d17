"""Small pictures of a table of taxa: totals, zeros, prevalence, ranks, and what is kept of it."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from latentcore.arrays import Array
from latentcore.data.preparation.composition import closure
from latentcore.data.tables import Table
from latentcore.data.tables.review import Level
from latentcore.figures.palette import GRID, INK
from latentcore.figures.words import plain

HUE = "#6f8da9"
AXIS = {"gridcolor": GRID, "zeroline": False}
DOTS = 3_000  # taxa drawn one by one, the most abundant
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
        xaxis={"title": "total", **(_decades(values) if logarithmic else {}), **AXIS},
        yaxis={"title": "samples", **AXIS},
    )
    return figure


def _decades(logs: Array) -> dict[str, list[float] | list[str]]:
    """Ticks 1, 2, 5, 10, ... for decimal logarithms; powers of ten alone over a wide range."""
    low, high = float(logs.min()), float(logs.max())
    steps = (1,) if high - low > 2 else (1, 2, 5)
    ticks = [step * 10**k for k in range(int(np.floor(low)), int(high) + 2) for step in steps]
    return {"tickvals": [float(np.log10(t)) for t in ticks], "ticktext": [f"{t:,}" for t in ticks]}


def richness(table: Table) -> go.Figure:
    """Histogram of how many taxa were seen in a sample: all other cells are zero."""
    seen = (table.values > 0).sum(axis=1)
    figure = go.Figure(go.Histogram(x=seen, nbinsx=30, marker={"color": HUE}))
    figure.update_traces(hovertemplate="%{x} taxa: %{y} samples<extra></extra>")
    figure.update_layout(
        title={"text": f"Taxa seen in a sample, of {len(table.taxa):,}"},
        height=230,
        margin=MARGIN,
        bargap=0.05,
        xaxis={"title": "taxa that are not zero", "rangemode": "tozero", **AXIS},
        yaxis={"title": "samples", **AXIS},
    )
    return figure


def abundance(table: Table) -> go.Figure:
    """Each taxon by the share of samples it is seen in and its mean share of a sample."""
    share = (table.values / table.totals[:, None]).mean(axis=0)
    order = np.argsort(-share, kind="stable")[:DOTS]
    order = order[share[order] > 0]
    figure = go.Figure(
        go.Scattergl(
            x=table.prevalence[order],
            y=share[order],
            mode="markers",
            marker={"color": HUE, "size": 5, "opacity": 0.6},
            text=[plain(table.taxa[j].replace(";", "|").split("|")[-1]) for j in order],
            hovertemplate="%{text}<br>in %{x:.0%} of the samples, %{y:.2%} of a sample"
            "<extra></extra>",
        )
    )
    figure.update_layout(
        title={"text": "Prevalence and abundance of each taxon"},
        height=230,
        margin=MARGIN,
        xaxis={"title": "share of samples", "tickformat": ".0%", "range": [-0.02, 1.02], **AXIS},
        yaxis={"title": "mean share", "type": "log", "exponentformat": "power", **AXIS},
    )
    return figure


def ranks(levels: Sequence[Level]) -> go.Figure:
    """Of each sample's whole, the share that bears a name at each rank: mean, and the range."""
    mean = np.array([level.share.mean() for level in levels])
    least = np.array([level.share.min() for level in levels])
    most = np.array([level.share.max() for level in levels])
    figure = go.Figure(
        go.Scatter(
            x=[level.rank for level in levels],
            y=mean,
            mode="lines+markers",
            line={"color": HUE, "width": 2},
            marker={"size": 8},
            error_y={
                "type": "data",
                "array": most - mean,
                "arrayminus": mean - least,
                "color": INK,
                "thickness": 1,
            },
            customdata=np.column_stack([[level.names for level in levels], least]),
            hovertemplate="%{x}: %{customdata[0]} names, %{y:.1%} of a sample, "
            "least %{customdata[1]:.1%}<extra></extra>",
        )
    )
    figure.update_layout(
        title={"text": "Sum at each rank (mean, least and most)"},
        height=230,
        margin=MARGIN,
        xaxis={**AXIS},
        yaxis={"title": "share of a sample", "tickformat": ".0%", "range": [0, 1.05], **AXIS},
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


def coverage(values: Array, least: float, top: int) -> go.Figure:
    """Mean share of a sample that the most abundant prevalent taxa hold, by how many are kept.

    values: (N, D) abundances.
    """
    covered = covered_by(values, least)
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


def covered_by(values: Array, least: float) -> Array:
    """Mean share held by the 1, 2, ... most abundant taxa of the given prevalence."""
    share = closure(values).mean(axis=0)
    kept = np.sort(share[(values > 0).mean(axis=0) >= least])[::-1]
    covered: Array = np.cumsum(kept)
    return covered
