"""The latent space on the page: what z decodes to, under the pointer, without the server.

The browser gets one blob (`latentcore.figures.traversal.pack`): posteriors, and the decoder's
weights.  A newer blob of the same run keeps the pointer where it is, so that a picture can be
watched while the decoder learns.
"""

from pathlib import Path

import streamlit as st

from latentcore.figures.traversal import Traversal, pack
from pages.ui.modules import joined

FOLDER = Path(__file__).parent
MODULES = (
    "../em_film/blob", "../em_film/dom", "../em_film/theme", "../em_film/paint",
    "network", "brightness", "space", "plane", "lattice", "panel", "pointer", "traversal",
)  # fmt: skip


def traversal(shown: Traversal, key: str, compact: bool = False) -> None:
    """Draw the walk, as wide as there is room.  A compact one is its two squares alone."""
    _COMPONENT(key=key, data=pack(shown, compact))


_COMPONENT = st.components.v2.component(
    "latent_lab.traversal",
    html=(FOLDER / "traversal.html").read_text("utf-8"),
    css=(FOLDER / "traversal.css").read_text("utf-8"),
    js=joined(FOLDER, MODULES),
)
