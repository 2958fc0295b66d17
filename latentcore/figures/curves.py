"""ROC and calibration curves of a comparison, side by side."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from latentcore.evaluation.curves import GRID as FALSE
from latentcore.evaluation.curves import calibration, roc
from latentcore.evaluation.scores import AUC, Metric
from latentcore.evaluation.summary import Summary, ranked
from latentcore.figures.palette import GRID, INK, MODELS
from latentcore.figures.words import plain

AXIS = {"gridcolor": GRID, "zeroline": False, "range": [-0.02, 1.02], "dtick": 0.2}
VISIBLE = 4  # curves drawn at first; the others are one click away in the legend
DASHES = ("solid", "dash", "dot", "dashdot")


def curves(summaries: Sequence[Summary], metric: Metric, calibrated: bool) -> go.Figure:
    """Mean ROC curve of every model and, if there are samples enough, its calibration.

    Of a series of mixtures only the best K is drawn.  The leader's curves carry their spread.
    """
    figure = make_subplots(
        1, 2 if calibrated else 1, horizontal_spacing=0.14, column_titles=["ROC", "Calibration"]
    )
    for column in (1, 2)[: 1 + calibrated]:
        figure.add_scatter(
            x=[0, 1], y=[0, 1], mode="lines", hoverinfo="skip", showlegend=False,
            line={"color": INK, "dash": "dot", "width": 1}, row=1, col=column,
        )  # fmt: skip
    for rank, (summary, dash) in enumerate(_drawn(summaries, metric)):
        shared: dict[str, object] = {
            "name": f"{plain(summary.name)} ({summary.of(AUC).mean:.3f})",
            "legendgroup": summary.name,
            "visible": True if rank < VISIBLE else "legendonly",
            "line": {
                "color": MODELS[summary.candidate.family],
                "width": 3 if rank == 0 else 2,
                "dash": dash,
            },
        }
        _roc(figure, summary, shared, band=rank == 0)
        if calibrated:
            _calibration(figure, summary, shared, bars=rank == 0)
    figure.update_xaxes(title="false positive share", **AXIS, col=1)
    figure.update_yaxes(title="true positive share", **AXIS, col=1)
    if calibrated:
        figure.update_xaxes(title="predicted probability", **AXIS, col=2)
        figure.update_yaxes(title="observed share", **AXIS, col=2)
    figure.update_layout(
        height=440,
        margin={"l": 10, "r": 10, "t": 30, "b": 40},
        legend={"title": {"text": "mean AUC in brackets"}},
    )
    return figure


def _drawn(summaries: Sequence[Summary], metric: Metric) -> list[tuple[Summary, str]]:
    """Models in the order of their rank, one per series, each with a dash of its own in its hue."""
    drawn: list[tuple[Summary, str]] = []
    truth = [s for s in summaries if s.candidate.family == "bayes" and s.predicted]
    for summary in [*(s for s in ranked(summaries, metric) if s.predicted), *truth]:
        c = summary.candidate
        if c.series and any(known.candidate.series == c.series for known, _ in drawn):
            continue
        alike = sum(known.candidate.family == c.family for known, _ in drawn)
        drawn.append((summary, DASHES[alike % len(DASHES)]))
    return drawn


def _roc(figure: go.Figure, summary: Summary, shared: dict[str, object], band: bool) -> None:
    curve = roc(summary.predicted)
    if band and not np.isnan(curve.sd).any():
        edge = np.concatenate([curve.mean + curve.sd, (curve.mean - curve.sd)[::-1]])
        figure.add_scatter(
            x=np.concatenate([FALSE, FALSE[::-1]]), y=np.clip(edge, 0, 1), fill="toself",
            fillcolor=MODELS[summary.candidate.family], opacity=0.15, line={"width": 0},
            hoverinfo="skip", showlegend=False, legendgroup=summary.name, row=1, col=1,
        )  # fmt: skip
    figure.add_scatter(
        x=FALSE, y=curve.mean, mode="lines", **shared, row=1, col=1,
        hovertemplate="%{fullData.name}<br>%{y:.2f} of the class found at %{x:.2f} false"
        "<extra></extra>",
    )  # fmt: skip


def _calibration(
    figure: go.Figure, summary: Summary, shared: dict[str, object], bars: bool
) -> None:
    repeats = 1 + max(fold.repeat for fold in summary.folds)
    curve = calibration(summary.predicted, repeats)
    error = {
        "type": "data",
        "array": curve.high - curve.observed,
        "arrayminus": curve.observed - curve.low,
        "thickness": 1,
        "width": 3,
    }
    figure.add_scatter(
        x=curve.predicted, y=curve.observed, mode="lines+markers", marker={"size": 7}, **shared,
        showlegend=False, error_y=error if bars else None, row=1, col=2,
        customdata=np.column_stack([curve.low, curve.high]),
        hovertemplate="%{fullData.name}<br>given %{x:.2f}, true in %{y:.2f} "
        "(%{customdata[0]:.2f} to %{customdata[1]:.2f})<extra></extra>",
    )  # fmt: skip
