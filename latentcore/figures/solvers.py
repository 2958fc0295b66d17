"""Pictures of the solvers' paths: what is left to gain, against iterations and against time."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from latentcore.arrays import Array, Indices
from latentcore.evaluation.head_paths import ARRIVED, Growth, Path
from latentcore.figures.palette import GRID, INK, SOLVERS

NAMES = {
    "notes": "the notes' update",
    "gd raw": "gradient, raw units",
    "gd": "gradient, standardised",
    "sgd": "stochastic gradient",
    "cma-es": "CMA-ES",
    "bound": "bound",
    "newton": "Newton",
}
DASH = {"notes": "dot", "gd raw": "dash"}
START = 0.6  # where a logarithmic axis of iterations has the start, iteration 0
SHOWN = 160  # points drawn of a path; the axes are logarithmic
DECADES = (1, 10, 100, 1000)


def paths(drawn: Sequence[Path]) -> go.Figure:
    """The gap to the optimum of every method, beside each other: by iteration and by time."""
    figure = make_subplots(1, 2, shared_yaxes=True, horizontal_spacing=0.04)
    for path in drawn:
        some = _thinned(len(path.gap))
        marks = np.zeros(len(some))
        marks[-1] = 9
        look = {
            "mode": "lines+markers",
            "line": {"color": SOLVERS[path.name], "width": 2.5, "dash": DASH.get(path.name)},
            "marker": {"size": marks, "symbol": "circle" if path.arrived else "circle-open"},
            "name": NAMES[path.name],
            "legendgroup": path.name,
            "y": path.gap[some],
        }
        figure.add_scatter(
            x=_iterations(some),
            customdata=some,
            hovertemplate="%{fullData.name}, iteration %{customdata}: %{y:.1e}<extra></extra>",
            **look,
            row=1,
            col=1,
        )
        figure.add_scatter(
            x=1e3 * path.seconds[some],
            hovertemplate="%{fullData.name}, %{x:.2g} ms: %{y:.1e}<extra></extra>",
            showlegend=False,
            **look,
            row=1,
            col=2,
        )
    _frame(figure, ARRIVED, [path.gap for path in drawn], 430)
    figure.add_hline(y=ARRIVED, line={"color": INK, "width": 1})
    _iteration_axis(figure, 1)
    figure.update_xaxes(title="milliseconds of processor time", type="log", dtick=1, row=1, col=2)
    return figure


def growing(drawn: Sequence[Growth]) -> go.Figure:
    """The notes' update with one alpha on more and more data, the most in the heaviest line."""
    figure = make_subplots(1, 1)
    for number, growth in enumerate(drawn):
        some = _thinned(len(growth.path.gap))
        share = number / max(len(drawn) - 1, 1)
        reach = f"{growth.reach:,.0f}" if growth.reach >= 10 else f"{growth.reach:.2g}"
        said = f"n = {growth.samples:,.0f}, α L = {reach}"
        figure.add_scatter(
            x=_iterations(some),
            y=growth.path.gap[some],
            customdata=some,
            mode="lines",
            opacity=0.65 + 0.35 * share,
            line={"color": SOLVERS["gd"], "width": 1.5 + 2 * share},
            name=said + (": not safe" if growth.reach >= 2 else ""),
            hovertemplate=said + "<br>iteration %{customdata}: %{y:.1e}<extra></extra>",
        )
    gaps = [growth.path.gap for growth in drawn]
    _frame(figure, min(float(gap.min()) for gap in gaps), gaps, 360)
    _iteration_axis(figure, 1)
    return figure


def _thinned(length: int) -> Indices:
    """Numbers from 0 to length - 1, evenly on a logarithmic axis, both ends among them."""
    even = np.geomspace(1, max(length, 1), SHOWN).round().astype(np.int64) - 1
    return np.unique(even)


def _iterations(some: Indices) -> Array:
    return np.maximum(some.astype(np.float64), START)


def _iteration_axis(figure: go.Figure, col: int) -> None:
    figure.update_xaxes(
        title="iteration", type="log", tickvals=[START, *DECADES], row=1, col=col,
        ticktext=["start", *(f"{decade:,}" for decade in DECADES)],
    )  # fmt: skip


def _frame(figure: go.Figure, floor: float, gaps: Sequence[Array], height: int) -> None:
    top = max(float(gap.max()) for gap in gaps)
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        legend={"orientation": "h", "y": -0.2},
        font={"size": 14},
    )
    figure.update_xaxes(gridcolor=GRID, zeroline=False)
    figure.update_yaxes(
        type="log", gridcolor=GRID, zeroline=False, exponentformat="power", dtick=2,
        range=[np.log10(floor) - 0.3, np.log10(top) + 0.3],
    )  # fmt: skip
    figure.update_yaxes(title="gap to the optimum, nats per sample", row=1, col=1)
