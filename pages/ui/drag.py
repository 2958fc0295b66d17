"""Centres that were dragged in the film: kept in the link, so that the link shows the same start.

    ?moves=figure-1:1:0.25,-1.5;figure-1:0:2,2     preset : component : coordinates

Whatever a link holds is checked; what does not fit the present settings is passed over.
"""

import math

import streamlit as st

from pages.ui.controls.chosen import Chosen
from pages.ui.em_film import Moved

NAME = "moves"
FAR = 1e6
Moves = tuple[tuple[int, tuple[float, ...]], ...]


def moves(chosen: Chosen, components: int, features: int) -> Moves:
    """The moves in the link that belong to this preset, this K and this D."""
    found: dict[int, tuple[float, ...]] = {}
    for text in str(st.query_params.get(NAME, ""))[:2000].split(";"):
        try:
            name, number, place = text.split(":")
            k, to = int(number), tuple(float(part) for part in place.split(","))
        except ValueError:
            continue
        good = name == chosen.name and 0 <= k < components and len(to) == features
        if good and all(math.isfinite(part) and abs(part) < FAR for part in to):
            found[k] = to
    return tuple(sorted(found.items()))


def take(moved: Moved | None, component: int, known: Moves, chosen: Chosen) -> None:
    """Put a new drag release (of `component`) into the link and run the page again."""
    if moved is None or moved.serial <= st.session_state.get(_serial(chosen), 0):
        return
    st.session_state[_serial(chosen)] = moved.serial
    now = dict(known) | {component: moved.to}
    st.query_params[NAME] = ";".join(
        f"{chosen.name}:{k}:" + ",".join(f"{part:.6g}" for part in to)
        for k, to in sorted(now.items())
    )
    st.rerun()


def forget() -> None:
    """Put the start back where it was."""
    st.query_params.pop(NAME, None)


def _serial(chosen: Chosen) -> str:
    return f"_moved_{chosen.name}"
