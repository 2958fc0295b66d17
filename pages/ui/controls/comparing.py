"""The inputs of a comparison: how it is cut, and the buttons of any long computation."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from latentcore.evaluation.scores import METRICS, Metric
from pages.ui import session
from pages.ui.controls.whole_number import whole_number

LINK: Literal["query-params"] = "query-params"
SLOTS = {
    "compare": ("Compare", "Compared"),
    "choose": ("Try every K", "Every K tried"),
    "fit": ("Fit", "Fitted"),
    "zeros": ("Try other replacements of zeros", "Replacements tried"),
}
"""What the first button of a computation says, before and after."""


@dataclass(frozen=True)
class Plan:
    """Mixtures of 1 to how many components, how many folds, and from which seed."""

    components: int = 6
    folds: int = 5
    repeats: int = 2
    starts: int = 5
    seed: int = 0


def plan(components: int = 6) -> Plan:
    """How the comparison is cut; `components` is where the slider for K stands at first."""
    with st.sidebar:
        st.header("Comparison")
        most = st.slider("Mixtures with K = 1 up to", 1, 6, components, key="k", bind=LINK)
        folds = st.slider("Folds", 2, 10, 5, key="folds", bind=LINK)
        repeats = st.slider("Repeats", 1, 5, 2, key="repeats", bind=LINK)
        starts = st.slider("Starts of each mixture", 1, 10, 5, key="starts", bind=LINK)
        seed = whole_number("Seed", 0, 9999, 0, "seed")
    return Plan(most, folds, repeats, starts, seed)


def judged_by(key: str, first: str) -> Metric:
    """The score that ranks the models."""
    name = st.sidebar.selectbox(
        "Judge by", list(METRICS), list(METRICS).index(first), key=key, bind=LINK
    )
    return METRICS[name]


def run(slot: str, done: int, of: int, running: bool, start: Callable[[], None]) -> None:
    """Start or continue, and stop; both stay in place, so that nothing jumps."""
    begin, ended = SLOTS[slot]
    words = begin if not done else f"Continue ({done} of {of})" if done < of else ended
    with st.container(horizontal=True):
        st.button(
            words,
            type="primary",
            disabled=running or done >= of,
            on_click=start,
            icon=":material/play_arrow:" if done < of else ":material/check:",
            key=slot,
        )
        st.button(
            "Stop",
            disabled=not running,
            on_click=session.stop,
            args=(slot,),
            icon=":material/stop:",
            key=f"stop-{slot}",
        )
