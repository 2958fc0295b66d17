"""What the components are made of: the taxa at their centres, and who belongs to them."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.colors import sample_colorscale, unlabel_rgb
from plotly.subplots import make_subplots

from latentcore.arrays import Array, Indices
from latentcore.figures import palette
from latentcore.figures.words import plain, taxon

AXIS = {"gridcolor": palette.GRID, "zeroline": False}
FOLD = 4.0  # doublings at which the scale of the heatmap ends
DIVERGING = [
    [0.0, "#0a4f86"], [0.25, "#67a3d6"], [0.5, "#e9e7e2"],
    [0.75, "#d6866a"], [1.0, "#8f2400"],
]  # fmt: skip
INKS = ("#000000", "#ffffff")
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])  # of red, green and blue (WCAG 2.2)
BARS = 600  # samples; more would be thinner than a pixel


def telling(profiles: Array, weight: Array, most: int) -> Indices:
    """Positions (n,) of the parts whose shares (K, p) differ most between components, most first.

    By the share that moves, weighted by the components (K,); with one component, by the share.
    """
    mean = weight @ profiles
    moved = weight @ np.abs(profiles - mean) if len(profiles) > 1 else mean
    order: Indices = np.argsort(-moved, kind="stable")[:most]
    return order


def heatmap(parts: Sequence[str], profiles: Array, weight: Array, most: int = 20) -> go.Figure:
    """Doublings of each part's share (K, p) over its mean, for the parts that tell most."""
    shown = telling(profiles, weight, most)
    mean = weight @ profiles
    ratio = np.log2(profiles / mean)[:, shown].T  # n K
    words = np.array([[f"{v:.1%}" for v in row] for row in profiles[:, shown].T])
    inks = np.reshape([_ink(c) for c in _hues(ratio)], ratio.shape)
    figure = go.Figure()
    for ink in INKS:
        figure.add_heatmap(
            z=np.where(inks == ink, ratio, np.nan),
            x=[str(k + 1) for k in range(len(weight))],
            y=list(range(len(shown))),
            coloraxis="coloraxis",
            text=np.where(inks == ink, words, ""),
            texttemplate="%{text}",
            textfont={"color": ink},
            hoverongaps=False,
            customdata=[[plain(parts[j], 60)] * len(profiles) for j in shown],
            hovertemplate="%{customdata}<br>component %{x}: share %{text}, %{z:+.1f} doublings "
            "from the mean<extra></extra>",
        )
    figure.update_layout(
        height=120 + 22 * len(shown),
        coloraxis={
            "cmin": -FOLD,
            "cmax": FOLD,
            "colorscale": DIVERGING,
            "colorbar": {"title": {"text": "doublings"}, "thickness": 12, "outlinewidth": 0},
        },
        margin={"l": 10, "r": 10, "t": 10, "b": 40},
        xaxis={
            "side": "top",
            "title": "component",
            "type": "category",
            "tickvals": [str(k + 1) for k in range(len(weight))],
            "ticktext": [f"{k + 1}<br>{w:.0%}" for k, w in enumerate(weight)],
            "tickangle": 0,
        },
        yaxis={
            "tickvals": list(range(len(shown))),
            "ticktext": [taxon(parts[j]) for j in shown],
            "autorange": "reversed",
            "automargin": True,
        },
    )
    return figure


def _hues(ratio: Array) -> list[str]:
    """The colours of cells (n, K) on the scale, row by row."""
    hues: list[str] = sample_colorscale(DIVERGING, np.clip((ratio.ravel() / FOLD + 1) / 2, 0, 1))
    return hues


def _ink(colour: str) -> str:
    """Black or white by the relative luminance of a colour: where both stand out by 4.6 : 1."""
    channels = np.array(unlabel_rgb(colour)) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return INKS[int(linear @ LUMINANCE < 0.179)]


def abundant(parts: Sequence[str], profiles: Array, weight: Array, most: int = 8) -> go.Figure:
    """The most abundant parts of each component (K, p), one panel a component."""
    k = len(profiles)
    rows = -(-k // 3)
    figure = make_subplots(
        rows, min(k, 3), column_titles=None, subplot_titles=_titles(weight),
        horizontal_spacing=0.23, vertical_spacing=0.5 / (rows + 1),
    )  # fmt: skip
    for c, profile in enumerate(profiles):
        order = np.argsort(-profile, kind="stable")[:most]
        row, column = divmod(c, 3)
        place = {"row": row + 1, "col": column + 1}
        figure.add_bar(
            x=profile[order],
            y=list(range(len(order))),
            orientation="h",
            marker={"color": palette.component(c)},
            customdata=[plain(parts[j], 60) for j in order],
            hovertemplate="%{customdata}: %{x:.1%}<extra></extra>",
            showlegend=False,
            **place,
        )
        figure.update_yaxes(
            tickvals=list(range(len(order))), ticktext=[taxon(parts[j], 26) for j in order],
            autorange="reversed", automargin=True, **place,
        )  # fmt: skip
        figure.update_xaxes(tickformat=".0%", **AXIS, **place)
    figure.update_layout(height=60 + 230 * rows, margin={"l": 10, "r": 10, "t": 40, "b": 30})
    return figure


def responsibilities(
    responsibility: Array, y: Indices, classes: Sequence[str], names: Sequence[str] = ()
) -> go.Figure:
    """Every sample a bar of its responsibilities (N, K), sorted; its class (N,) below.

    Of more than BARS samples so many are drawn, evenly along the order.
    """
    order = _sorted(responsibility)
    if len(order) > BARS:
        order = order[np.linspace(0, len(order) - 1, BARS).astype(np.int64)]
    figure = make_subplots(2, 1, shared_xaxes=True, row_heights=[0.85, 0.15], vertical_spacing=0.03)
    place = np.arange(len(order))
    ids = [plain(names[i], 40) for i in order] if names else [f"bar {i + 1}" for i in place]
    for k in range(responsibility.shape[1]):
        figure.add_bar(
            x=place, y=responsibility[order, k], name=f"component {k + 1}", customdata=ids,
            marker={"color": palette.component(k), "line": {"width": 0}},
            hovertemplate="%{customdata}<br>%{fullData.name}: %{y:.2f}<extra></extra>",
            row=1, col=1,
        )  # fmt: skip
    for c, name in enumerate(classes):
        here = np.flatnonzero(y[order] == c)
        figure.add_scatter(
            x=here, y=[c] * len(here), mode="markers", name=plain(name, 30),
            marker={"symbol": palette.class_symbol(c), "color": palette.INK, "size": 5},
            customdata=[ids[i] for i in here],
            hovertemplate="%{customdata}<br>%{fullData.name}<extra></extra>", row=2, col=1,
        )  # fmt: skip
    figure.update_xaxes(showticklabels=False, showgrid=False, zeroline=False)
    figure.update_xaxes(title="samples, by component", row=2)
    figure.update_yaxes(title="responsibility", range=[0, 1], row=1, **AXIS)
    figure.update_yaxes(
        tickvals=list(range(len(classes))), ticktext=[plain(c, 20) for c in classes],
        range=[-0.6, len(classes) - 0.4], automargin=True, row=2, **AXIS,
    )  # fmt: skip
    figure.update_layout(
        height=300 + 16 * len(classes), barmode="stack", bargap=0,
        margin={"l": 10, "r": 10, "t": 10, "b": 30},
        legend={"orientation": "h", "y": 1.12, "x": 0, "traceorder": "normal"},
    )  # fmt: skip
    return figure


def _sorted(responsibility: Array) -> Indices:
    """Samples by their component, within one by how sure it is."""
    own = responsibility.argmax(axis=1)
    order: Indices = np.lexsort((-responsibility.max(axis=1), own))
    return order


def _titles(weight: Array) -> list[str]:
    return [f"component {k + 1} ({w:.0%})" for k, w in enumerate(weight)]
