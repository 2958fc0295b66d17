"""Pictures of a comparison: every fold a dot, and the score against the number of components."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from latentcore.evaluation.scores import AUC, Metric
from latentcore.evaluation.significance import Difference
from latentcore.evaluation.summary import Summary
from latentcore.figures.palette import GRID, INK, MODELS
from latentcore.figures.words import plain

AXIS = {"gridcolor": GRID, "zeroline": False}
DASHES = ("solid", "dash", "dot", "dashdot")
SYMBOLS = {"dirichlet": "square", "dirichlet-multinomial": "diamond", "gaussian": "circle"}


def dots(
    summaries: Sequence[Summary],
    metric: Metric = AUC,
    behind: Mapping[str, Difference] | None = None,
) -> go.Figure:
    """One score by model: each fold faint, their mean large, one standard deviation to either side.

    The mean of a model that is clearly behind the leader (see `summary.behind`) is hollow.
    """
    figure = go.Figure()
    shown = [s for s in summaries if s.scored]
    for row, summary in enumerate(shown):
        gap = (behind or {}).get(summary.name)
        _row(figure, row, summary, metric, hollow=gap is not None and gap.clear)
    if shown:
        figure.add_vline(
            x=float(np.mean([s.floor(metric).mean for s in shown])),
            line={"color": INK, "dash": "dot", "width": 1},
            annotation={
                "text": "class shares alone",
                "font": {"color": INK},
                "yshift": 14,
                "xanchor": "center",
            },
        )
    side = "" if metric.higher else ", lower is better"
    figure.update_layout(
        height=90 + 30 * max(len(shown), 3),
        margin={"l": 10, "r": 10, "t": 24, "b": 40},
        showlegend=False,
        xaxis={"title": f"{metric.name} on the test samples of each fold{side}", **AXIS},
        yaxis={
            "tickvals": list(range(len(shown))),
            "ticktext": [plain(s.name) for s in shown],
            "range": [len(shown) - 0.4, -0.6],
            "automargin": True,
            "showgrid": False,
            "zeroline": False,
        },
    )
    return figure


def _row(figure: go.Figure, row: int, summary: Summary, metric: Metric, hollow: bool) -> None:
    """Dots, spread and mean of one model."""
    name, hue = plain(summary.name), MODELS[summary.candidate.family]
    values, reached = [metric.of(s) for s in summary.scored], summary.of(metric)
    offset = np.linspace(-0.22, 0.22, len(values)) if len(values) > 1 else np.zeros(1)
    figure.add_scatter(
        x=values,
        y=row + offset,
        mode="markers",
        marker={"color": hue, "size": 7, "opacity": 0.5},
        hovertemplate=f"{name}<br>fold: %{{x:.3f}}<extra></extra>",
    )
    edge = {"width": 3} if hollow else {"color": "white", "width": 1.5}
    figure.add_scatter(
        x=[reached.mean],
        y=[row],
        mode="markers",
        marker={
            "symbol": "circle-open" if hollow else "circle",
            "color": hue,
            "size": 12,
            "line": edge,
        },
        error_x={
            "type": "data",
            "array": [np.nan_to_num(reached.sd)],
            "color": hue,
            "thickness": 2,
            "width": 0,
        },
        hovertemplate=f"{name}<br>mean %{{x:.3f}} ± {reached.sd:.3f}<extra></extra>",
    )


def over_components(summaries: Sequence[Summary], metric: Metric = AUC) -> go.Figure:
    """Mean score of every series of mixtures against K, with the other models as lines across."""
    figure = go.Figure()
    ours = [s for s in summaries if s.scored and s.candidate.series]
    last = max((s.candidate.components or 1 for s in ours), default=1)
    others = [s for s in summaries if s.scored and not s.candidate.series]
    for place, summary in enumerate(others):
        same = sum(s.candidate.family == summary.candidate.family for s in others[:place])
        figure.add_scatter(
            x=[0.6, last + 0.4],
            y=[summary.of(metric).mean] * 2,
            mode="lines",
            name=plain(summary.name),
            line={
                "color": MODELS[summary.candidate.family],
                "dash": DASHES[same % len(DASHES)],
                "width": 1.5,
            },
            hovertemplate="%{fullData.name}: %{y:.3f}<extra></extra>",
        )
    series = sorted({s.candidate.series for s in ours})
    for place, name in enumerate(series):
        rows = [s for s in ours if s.candidate.series == name]
        family = rows[0].candidate.family
        same = sum(other.split()[0] == name.split()[0] for other in series[:place])
        shift = 0.08 * (place - (len(series) - 1) / 2)
        figure.add_scatter(
            x=[(s.candidate.components or 0) + shift for s in rows],
            y=[s.of(metric).mean for s in rows],
            customdata=[s.candidate.components for s in rows],
            error_y={
                "type": "data",
                "array": [np.nan_to_num(s.of(metric).sd) for s in rows],
                "thickness": 1.2,
                "width": 0,
            },
            mode="lines+markers",
            name=plain(name),
            marker={"symbol": SYMBOLS[family], "size": 9},
            line={"color": MODELS[family], "width": 2, "dash": DASHES[same % len(DASHES)]},
            hovertemplate="%{fullData.name}, K = %{customdata}: %{y:.3f}<extra></extra>",
        )
    figure.update_layout(
        height=420,
        margin={"l": 10, "r": 10, "t": 10, "b": 40},
        legend={"orientation": "h", "y": -0.22, "x": 0},
        xaxis={"title": "components K", "dtick": 1, "range": [0.5, last + 0.5], **AXIS},
        yaxis={"title": f"mean {metric.name} (bars: sd over folds)", **AXIS},
    )
    return figure
