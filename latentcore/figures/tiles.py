"""Small pictures in rows, with a name before each row and one under each column."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from latentcore.figures import palette
from latentcore.figures.words import plain

Pictures = NDArray[np.uint8]
PIXELS = 62  # of the screen, the height of a row
GAP = 0.12  # of a picture


def tiles(rows: Mapping[str, Pictures], columns: Sequence[str] = ()) -> go.Figure:
    """Rows of n pictures each, (n, C, H, W) bytes, C 1 or 3; every row has the same n and shape.

    Raises ValueError for rows that differ.
    """
    laid = sheet(rows.values())
    height, width = next(iter(rows.values())).shape[2:]
    down, right = height + _gap(height), width + _gap(height)
    figure = go.Figure(go.Image(z=laid, colormodel="rgba256", hoverinfo="skip"))
    middles = np.arange(len(rows)) * down + (height - 1) / 2
    figure.update_yaxes(
        tickvals=middles, ticktext=[plain(name) for name in rows], showgrid=False, ticks="",
        zeroline=False, range=[laid.shape[0] - 0.5, -0.5],
    )  # fmt: skip
    figure.update_xaxes(
        tickvals=np.arange(len(columns)) * right + (width - 1) / 2, showgrid=False, ticks="",
        ticktext=[plain(name, 12) for name in columns], zeroline=False,
        range=[-0.5, laid.shape[1] - 0.5], constrain="domain", constraintoward="left",
    )  # fmt: skip
    figure.update_layout(
        height=PIXELS * len(rows) + 20 + 20 * bool(columns),
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
    )
    return figure


def sheet(rows: Collection[Pictures]) -> Pictures:
    """The rows as one picture with opacity, a pixel a pixel, clear in the gaps: (h, w, 4) bytes.

    Raises ValueError for rows that differ in shape.
    """
    shapes = {pictures.shape for pictures in rows}
    if len(shapes) != 1:
        raise ValueError(f"rows of pictures must have one shape, got {sorted(shapes)}")
    ((n, _, height, width),) = shapes
    gap = _gap(height)
    down, right = height + gap, width + gap
    laid = np.zeros((down * len(rows) - gap, right * n - gap, 4), np.uint8)  # clear where 0
    for r, pictures in enumerate(rows):
        for column, picture in enumerate(pictures):
            at = (slice(r * down, r * down + height), slice(column * right, column * right + width))
            laid[at] = [0, 0, 0, 255]
            laid[(*at, slice(3))] = picture.transpose(1, 2, 0)  # one channel fills all three
    return laid


def _gap(height: int) -> int:
    return max(round(GAP * height), 1)


def pictures(arrays: Mapping[str, NDArray[Any]], part: str) -> Pictures:
    """The maps of a part of a prior's picture, decoded: (..., C, H, W) bytes.

    Grey levels are a picture themselves; codes that decode to no image are shown in their hues.
    """
    if f"{part}.after" in arrays:
        last: Pictures = arrays[f"{part}.seen"][-1]
        return last
    if f"{part}.seen" in arrays:
        seen: Pictures = arrays[f"{part}.seen"]
        return seen
    codes, count = arrays[f"{part}.codes"], int(arrays["codes"])
    if arrays["grey"]:
        grey: Pictures = (codes * 255 / max(count - 1, 1)).round().astype(np.uint8)
        return grey[..., None, :, :]
    hues = np.array([_rgb(palette.code(k)) for k in range(count)], np.uint8)
    return np.moveaxis(hues[codes], -1, -3)


def _rgb(hue: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(hue[1:]))
