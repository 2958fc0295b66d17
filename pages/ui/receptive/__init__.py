"""The growing receptive field on the page: click a position, add layers, find the blind spot.

The browser gets, for every pair of positions, with how many layers the one comes into view of the
other (`latentcore.networks.priors.geometry`), and does the rest without the server.
"""

from pathlib import Path
from typing import Any

import streamlit as st

from latentcore.figures import palette
from latentcore.figures.blob import blob
from latentcore.networks.priors import geometry
from pages.ui.modules import joined

FOLDER = Path(__file__).parent
PLAYER = FOLDER.parent / "player"
MODULES = (
    "../em_film/blob", "../em_film/dom", "../em_film/theme", "../player/mount", "../player/clock",
    "../player/bar", "board", "receptive",
)  # fmt: skip
NAMES = {
    "pixelcnn": ("PixelCNN: one stack", "one stack"),
    "gated": ("Gated PixelCNN: two stacks", "two stacks"),
}


def receptive(grid: tuple[int, int], first: int, kernel: int, layers: int, key: str) -> None:
    """Both networks side by side on a grid (h, w), up to `layers` layers after the first."""
    fields = {name: geometry.depths(name, grid, first, kernel) for name in geometry.STACKS}
    header = {
        "grid": grid,
        "position": ((2 * grid[0]) // 3, grid[1] // 2),
        "layers": layers,
        "stacks": [_stack(name, first, kernel) for name in fields],
        "hues": [palette.component(0), palette.component(1)],
    }
    _COMPONENT(key=key, data=blob(header, fields))


def _stack(name: str, first: int, kernel: int) -> dict[str, Any]:
    title, short = NAMES[name]
    masks = {"first": _masks(name, first, True), "later": _masks(name, kernel, False)}
    return {"name": name, "title": title, "short": short, "windows": masks}


def _masks(name: str, kernel: int, first: bool) -> list[tuple[str, list[str]]]:
    """Each kernel's name and its rows, # where it has weights."""
    found = geometry.windows(name, kernel, first)
    return [
        (title, ["".join(".#"[int(cell)] for cell in row) for row in mask])
        for title, mask in found.items()
    ]


_COMPONENT = st.components.v2.component(
    "latent_lab.receptive",
    html=(FOLDER / "receptive.html")
    .read_text("utf-8")
    .replace("BAR", (PLAYER / "bar.html").read_text("utf-8")),
    css=(PLAYER / "player.css").read_text("utf-8") + (FOLDER / "receptive.css").read_text("utf-8"),
    js=joined(FOLDER, MODULES),
)
