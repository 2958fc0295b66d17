"""The codebook of a run on the page: a canvas that is fed, not drawn anew, while the run trains.

The histogram of use slides from picture to picture; codes move among encoder outputs; images, their
maps of codes and their reconstructions follow.  A click on a code shows what it decodes to and
where it is used.  Of a finished run all pictures are there, to be scrubbed from start to end.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st
from numpy.typing import NDArray

from latentcore.figures.codebook import Showing, pack
from pages.ui.modules import joined

FOLDER = Path(__file__).parent
FILM = FOLDER.parent / "em_film"
MODULES = (
    *(f"../em_film/{name}" for name in ("blob", "dom", "instance", "theme")),
    "../quantiser/reel", "histogram", "frames", "cloud", "strip", "trend", "card", "codebook",
)  # fmt: skip


def codebook(
    frames: Sequence[tuple[int, Mapping[str, NDArray[Any]]]], showing: Showing, key: str
) -> None:
    """Draw these pictures of a run: (step, arrays), oldest first; the newest alone while it trains.

    One `key` is one canvas: it stays where it is for as long as the key does.
    """
    _COMPONENT(key=key, data=pack(frames, showing))


_COMPONENT = st.components.v2.component(
    "latent_lab.codebook",
    html=(FOLDER / "codebook.html").read_text("utf-8"),
    css=(FILM / "film.css").read_text("utf-8").replace(".em-film", ".codebook")
    + (FOLDER / "codebook.css").read_text("utf-8"),
    js=joined(FOLDER, MODULES),
)
