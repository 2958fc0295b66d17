"""What the heads use and how steady the components are, with the spread of resampled tables."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from latentcore.arrays import Indices
from latentcore.evaluation.community.contrasts import Spread, Unit, leading
from latentcore.evaluation.community.resampling import Resample
from latentcore.figures import palette
from latentcore.figures.words import plain, taxon

AXIS = {"gridcolor": palette.GRID, "zeroline": False}
PANELS = 3  # classes drawn beside each other


def contrasts(
    parts: Sequence[str], classes: Sequence[str], spread: Spread, unit: Unit, most: int = 15
) -> go.Figure:
    """Contrasts (K, C-1, p) of the parts that the heads use most, one panel a class.

    A dot a component with the middle 95 % of resampled tables; hollow where that leaves the sign
    in doubt.
    """
    shown = leading(spread, most)
    panels = min(len(classes) - 1, PANELS)
    titles = [f"{plain(c, 24)} against {plain(classes[0], 24)}" for c in classes[1 : panels + 1]]
    figure = make_subplots(
        1, panels, shared_yaxes=True, subplot_titles=titles, horizontal_spacing=0.03
    )
    k = len(spread.fitted)
    for panel in range(panels):
        for component in range(k):
            _dots(figure, (component, k), panel, shown, parts, spread)
        figure.add_vline(
            x=0, line={"color": palette.INK, "dash": "dot", "width": 1}, col=panel + 1, row=1
        )
    figure.update_xaxes(title=f"log-odds per {unit.name}", **AXIS)
    figure.update_yaxes(
        tickvals=list(range(len(shown))), ticktext=[taxon(parts[j]) for j in shown],
        range=[len(shown) - 0.4, -0.6], automargin=True, **AXIS,
    )  # fmt: skip
    height = 120 + (16 + 8 * min(k, 3)) * len(shown)
    figure.update_layout(
        height=height,
        margin={"l": 10, "r": 10, "t": 30, "b": 40},
        legend={"orientation": "h", "yanchor": "top", "y": -78 / height, "x": 0},
    )
    return figure


def _dots(  # noqa: PLR0913 (where a dot is, and what it shows)
    figure: go.Figure,
    which: tuple[int, int],
    panel: int,
    shown: Indices,
    parts: Sequence[str],
    spread: Spread,
) -> None:
    """One component in one panel, set off a little from the others."""
    component, k = which
    value, low, high = (
        side[component, panel, shown] for side in (spread.fitted, spread.low, spread.high)
    )
    known, hue = ~np.isnan(low), palette.component(component)
    clear = spread.clear[component, panel, shown]
    offset = 0.6 * ((component + 0.5) / k - 0.5)
    figure.add_scatter(
        x=value, y=np.arange(len(shown)) + offset, mode="markers",
        name=f"component {component + 1}", legendgroup=str(component), showlegend=panel == 0,
        marker={
            "color": hue, "size": 8,
            "symbol": ["circle" if sure else "circle-open" for sure in clear],
        },
        error_x={
            "type": "data", "symmetric": False, "color": hue, "thickness": 1.5, "width": 0,
            "array": np.where(known, np.maximum(high - value, 0), 0),
            "arrayminus": np.where(known, np.maximum(value - low, 0), 0),
        },
        customdata=[
            [plain(parts[j], 60), f"{a:+.3f} to {b:+.3f}" if ok else "not resampled yet"]
            for j, a, b, ok in zip(shown, low, high, known, strict=True)
        ],
        hovertemplate="%{customdata[0]}<br>%{fullData.name}: %{x:+.3f} (%{customdata[1]})"
        "<extra></extra>",
        row=1, col=panel + 1,
    )  # fmt: skip


def stability(found: Sequence[Resample], components: int) -> go.Figure:
    """Every resampled table a dot: adjusted Rand index, and each component's Jaccard index."""
    known = [r for r in found if not r.failure]
    figure = go.Figure()
    rows = [("all samples", palette.INK, [r.rand for r in known])]
    rows += [
        (f"component {k + 1}", palette.component(k), [float(r.jaccard[k]) for r in known])
        for k in range(components)
    ]
    for row, (name, hue, values) in enumerate(rows):
        offset = np.linspace(-0.22, 0.22, len(values)) if len(values) > 1 else np.zeros(len(values))
        figure.add_scatter(
            x=values, y=row + offset, mode="markers", name=name,
            marker={"color": hue, "size": 7, "opacity": 0.55},
            hovertemplate=f"{name}: %{{x:.2f}}<extra></extra>",
        )  # fmt: skip
    figure.update_layout(
        height=110 + 34 * len(rows),
        showlegend=False,
        margin={"l": 10, "r": 10, "t": 10, "b": 40},
        xaxis={"title": "agreement with the fit (Rand, adjusted; Jaccard)",
               "range": [-0.05, 1.05], **AXIS},
        yaxis={
            "tickvals": list(range(len(rows))),
            "ticktext": [name for name, _, _ in rows],
            "range": [len(rows) - 0.4, -0.6],
            "automargin": True,
            **AXIS,
        },
    )  # fmt: skip
    return figure
