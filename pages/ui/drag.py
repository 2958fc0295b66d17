"""Centres that were dragged in the film: kept in the link, so that the link shows the same start.

    ?moves=figure-1:3:1:0.25,-1.5;figure-1:3:0:2,2     preset : start : component : coordinates

Whatever a link holds is checked; what does not fit the present settings is passed over.
"""

import math

import streamlit as st

from pages.ui.controls.chosen import Chosen
from pages.ui.controls.fitting import COMPARED
from pages.ui.em_film import Moved

NAME = "moves"
SERIAL = "_moved"
FAR = 1e6
Moves = tuple[tuple[int, tuple[float, ...]], ...]


def moves(chosen: Chosen, play: int, components: int, features: int) -> tuple[int, Moves]:
    """The start that was moved, and how, as far as it belongs to this preset, start, K and D."""
    number, found = 1, {}
    for text in str(st.query_params.get(NAME, ""))[:2000].split(";"):
        try:
            name, start, component, place = text.split(":")
            n, k, to = int(start), int(component), tuple(float(p) for p in place.split(","))
        except ValueError:
            continue
        good = name == chosen.name and 0 <= k < components and len(to) == features
        good = good and 1 <= n <= COMPARED and play in (0, n)
        if good and all(math.isfinite(part) and abs(part) < FAR for part in to):
            if n != number:
                number, found = n, {}
            found[k] = to
    return number, tuple(sorted(found.items()))


def take(moved: Moved, component: int, start: int, known: Moves, chosen: Chosen) -> None:
    """Put a new drag release (component of that start) into the link and run the page again."""
    if moved.serial <= st.session_state.get(SERIAL, 0):
        return
    st.session_state[SERIAL] = moved.serial
    now = dict(known) | {component: moved.to}
    own = [
        f"{chosen.name}:{start}:{k}:" + ",".join(f"{part:.6g}" for part in to)
        for k, to in sorted(now.items())
    ]
    st.query_params[NAME] = ";".join([*_of_others(chosen), *own])
    st.rerun()


def forget(chosen: Chosen) -> None:
    """Put the start of this preset back where it was."""
    others = _of_others(chosen)
    if others:
        st.query_params[NAME] = ";".join(others)
    else:
        st.query_params.pop(NAME, None)


def _of_others(chosen: Chosen) -> list[str]:
    """The moves in the link that belong to other presets."""
    every = str(st.query_params.get(NAME, ""))[:2000].split(";")
    return [text for text in every if text and not text.startswith(f"{chosen.name}:")]
