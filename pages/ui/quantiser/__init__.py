"""The quantiser one can touch: codes as cells in the plane, dragged, stepped and played.

The browser gets one blob (`latentcore.figures.quantiser.pack`) and computes every half-step itself,
so that a dragged code is followed at once and the server is asked nothing.
"""

from pathlib import Path

import streamlit as st

from latentcore.figures.quantiser import Touch, pack
from pages.ui.modules import joined

FOLDER = Path(__file__).parent
FILM = FOLDER.parent / "em_film"
FROM_FILM = ("blob", "dom", "instance", "model", "geometry", "paint", "theme", "backdrop", "curve")
MODULES = (
    *(f"../em_film/{name}" for name in FROM_FILM), "../codebook/histogram",
    "steps", "tape", "cells", "reel", "plane", "grips", "words", "press", "quantiser",
)  # fmt: skip


def quantiser(touch: Touch, key: str, height: int = 520) -> None:
    """Draw it.  `height` of the stage in CSS pixels."""
    _COMPONENT(key=key, data=pack(touch, height))


def _style() -> str:
    """The film's looks under another name, and what is different here."""
    film = (FILM / "film.css").read_text("utf-8").replace(".em-film", ".quantiser")
    return film + (FOLDER / "quantiser.css").read_text("utf-8")


_COMPONENT = st.components.v2.component(
    "latent_lab.quantiser",
    html=(FOLDER / "quantiser.html").read_text("utf-8"),
    css=_style(),
    js=joined(FOLDER, MODULES),
)
