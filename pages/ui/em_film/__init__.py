"""The EM film on the page: a canvas that plays, pauses, steps E and M, scrubs and is dragged.

The browser gets one blob (`latentcore.figures.film.pack`) and does the rest without the server;
only the release of a dragged centre comes back.  The script is written as small modules and
joined here into the one that Streamlit loads, because a component has a single source.
"""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from latentcore.figures.film import Film, pack
from pages.ui.modules import joined

FOLDER = Path(__file__).parent
MODULES = (
    "blob", "dom", "instance", "model", "geometry", "paint", "theme", "backdrop", "scene", "curve",
    "player", "panel", "handles", "keys", "film",
)  # fmt: skip


@dataclass(frozen=True)
class Moved:
    """A centre that was dragged: component (0..K-1), its D new coordinates, and a serial number.

    The value stays until the next drag; a larger serial is a newer one.
    """

    component: int
    to: tuple[float, ...]
    serial: int


def em_film(film: Film, key: str, height: int = 560) -> Moved | None:
    """Draw the film and return the newest drag release, or None.  `height` in CSS pixels."""
    result = _COMPONENT(key=key, data=pack(film, height), on_moved_change=lambda: None)
    moved = _read(getattr(result, "moved", None))
    return moved if moved and _fits(moved, film) else None


def _read(value: Any) -> Moved | None:  # noqa: ANN401 - whatever a browser sends
    """Check what came from the browser; anything odd is no drag at all."""
    try:
        component, serial = int(value["component"]), int(value["serial"])
        to = tuple(float(part) for part in value["to"])
    except (TypeError, ValueError, KeyError, OverflowError):
        return None
    return Moved(component, to, serial) if all(map(math.isfinite, to)) else None


def _fits(moved: Moved, film: Film) -> bool:
    """A component of this film, moved to a place where this family can be."""
    if not 0 <= moved.component < film.weight.shape[1] or len(moved.to) != film.x.shape[1]:
        return False
    closed = min(moved.to) > 0 and abs(sum(moved.to) - 1) < 1e-6
    return film.family == "gaussian" or closed


_COMPONENT = st.components.v2.component(
    "latent_lab.em_film",
    html=(FOLDER / "film.html").read_text("utf-8"),
    css=(FOLDER / "film.css").read_text("utf-8"),
    js=joined(FOLDER, MODULES),
)
