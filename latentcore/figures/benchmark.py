"""Pictures of a comparison: every fold a dot, and the score against the number of components."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from latentcore.evaluation.summary import Summary
from latentcore.figures.palette import GRID, INK, MODELS
from latentcore.figures.words import plain

AXIS = {"gridcolor": GRID, "zeroline": False}


def dots(summaries: Sequence[Summary]) -> go.Figure:
    """AUC by model: each fold faint, their mean filled, one standard deviation to either side."""
    figure = go.Figure()
    shown = [s for s in summaries if s.scored]
    names = [plain(s.candidate.name) for s in shown]
    for row, (name, summary) in enumerate(zip(names, shown, strict=True)):
        hue, auc = MODELS[summary.candidate.family], [s.auc for s in summary.scored]
        offset = np.linspace(-0.22, 0.22, len(auc)) if len(auc) > 1 else np.zeros(1)
        figure.add_scatter(
            x=auc,
            y=row + offset,
            mode="markers",
            marker={"color": hue, "size": 7, "opacity": 0.5},
            hovertemplate=f"{name}<br>fold: %{{x:.3f}}<extra></extra>",
        )
        figure.add_scatter(
            x=[summary.auc.mean],
            y=[row],
            mode="markers",
            marker={"color": hue, "size": 12, "line": {"color": "white", "width": 1.5}},
            error_x={
                "type": "data",
                "array": [np.nan_to_num(summary.auc.sd)],
                "color": hue,
                "thickness": 2,
                "width": 0,
            },
            hovertemplate=f"{name}<br>mean %{{x:.3f}} ± {summary.auc.sd:.3f}<extra></extra>",
        )
    figure.add_vline(
        x=0.5,
        line={"color": INK, "dash": "dot", "width": 1},
        annotation={"text": "chance", "font": {"color": INK}, "yshift": 14, "xanchor": "center"},
    )
    figure.update_layout(
        height=90 + 30 * max(len(shown), 3),
        margin={"l": 10, "r": 10, "t": 24, "b": 40},
        showlegend=False,
        xaxis={"title": "AUC on the test samples of each fold", **AXIS},
        yaxis={
            "tickvals": list(range(len(shown))),
            "ticktext": names,
            "range": [len(shown) - 0.4, -0.6],
            "automargin": True,
            "showgrid": False,
            "zeroline": False,
        },
    )
    return figure


def over_components(summaries: Sequence[Summary]) -> go.Figure:
    """Mean AUC of both mixtures against K, with the comparators as lines across."""
    figure = go.Figure()
    ours = [s for s in summaries if s.scored and s.candidate.components is not None]
    last = max((s.candidate.components or 1 for s in ours), default=1)
    for summary in summaries:
        if summary.scored and summary.candidate.components is None:
            figure.add_scatter(
                x=[0.6, last + 0.4],
                y=[summary.auc.mean] * 2,
                mode="lines",
                name=plain(summary.candidate.name),
                line={
                    "color": MODELS[summary.candidate.family],
                    "dash": "dash" if summary.candidate.top else "solid",
                    "width": 1.5,
                },
                hovertemplate="%{fullData.name}: %{y:.3f}<extra></extra>",
            )
    for family, symbol, shift in (("dirichlet", "square", -0.06), ("gaussian", "circle", 0.06)):
        rows = [s for s in ours if s.candidate.family == family]
        if not rows:
            continue
        figure.add_scatter(
            x=[(s.candidate.components or 0) + shift for s in rows],
            y=[s.auc.mean for s in rows],
            customdata=[s.candidate.components for s in rows],
            error_y={
                "type": "data",
                "array": [np.nan_to_num(s.auc.sd) for s in rows],
                "thickness": 1.2,
                "width": 0,
            },
            mode="lines+markers",
            name=f"{family.capitalize()} mixture",
            marker={"symbol": symbol, "size": 9},
            line={"color": MODELS[family], "width": 2},
            hovertemplate="%{fullData.name}, K = %{customdata}: %{y:.3f}<extra></extra>",
        )
    figure.update_layout(
        height=420,
        margin={"l": 10, "r": 10, "t": 10, "b": 40},
        legend={"orientation": "h", "y": -0.22, "x": 0},
        xaxis={"title": "components K", "dtick": 1, "range": [0.5, last + 0.5], **AXIS},
        yaxis={"title": "mean AUC (bars: sd over folds)", **AXIS},
    )
    return figure
