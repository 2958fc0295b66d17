"""Sampling on the page: maps are drawn position by position, and decoded as they grow.

The browser gets everything at once (`latentcore.figures.sampling.pack`) and plays it without the
server.  When a newer picture of the same run comes, it stays where it is.
"""

from pathlib import Path

import streamlit as st

from latentcore.figures.sampling import Sampling, pack
from pages.ui.modules import joined

FOLDER = Path(__file__).parent
PLAYER = FOLDER.parent / "player"
MODULES = (
    "../em_film/blob", "../em_film/dom", "../em_film/theme", "../player/mount", "../player/clock",
    "../player/bar", "maps", "choice", "sampler",
)  # fmt: skip


def sampler(sampling: Sampling, key: str) -> None:
    """Draw it, with its player and its text twin."""
    _COMPONENT(key=key, data=pack(sampling))


_COMPONENT = st.components.v2.component(
    "latent_lab.sampler",
    html=(FOLDER / "sampler.html")
    .read_text("utf-8")
    .replace("BAR", (PLAYER / "bar.html").read_text("utf-8")),
    css=(PLAYER / "player.css").read_text("utf-8") + (FOLDER / "sampler.css").read_text("utf-8"),
    js=joined(FOLDER, MODULES),
)
