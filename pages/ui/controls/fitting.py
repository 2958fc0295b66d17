"""The inputs that say what is fitted, from where, and which start is played."""

from collections.abc import Callable

import streamlit as st

from latentcore.evaluation.experiment import Fitting
from latentcore.mixture.initial import STARTS
from pages.ui.controls.chosen import LINK, Chosen
from pages.ui.controls.whole_number import whole_number

SHAPES = ("spherical", "tied", "diagonal", "full")
STOPS = {"gain": "little is left to gain", "Q": "Q hardly changes (the notes)"}
COMPARED = 10  # starts side by side


def fitting(chosen: Chosen, gaussian: bool, labelled: bool) -> Fitting:
    """Settings of the fit; `labelled` says whether the data have labels at all."""
    preset = chosen.preset
    with st.sidebar:
        st.subheader("Fit")
        components = st.slider(
            "Components K", 1, 8, preset.components, key=chosen.key("fit"), bind=LINK
        )
        covariance = None
        if gaussian:
            shape = st.selectbox(
                "Covariance",
                list(SHAPES),
                list(SHAPES).index(preset.covariance),
                key=chosen.key("cov"),
                bind=LINK,
            )
            covariance = shape
        starts = st.slider(
            "Starts, the best is kept", 1, COMPARED, preset.starts, key=chosen.key("starts"),
            bind=LINK,
        )  # fmt: skip
        with st.expander("Start and stop"):
            how = st.selectbox(
                "Start from",
                list(STARTS),
                list(STARTS).index(preset.how),
                key=chosen.key("how"),
                bind=LINK,
            )
            seed = whole_number(
                "Seed of the starts", 0, 9999, preset.start_seed, chosen.key("sseed")
            )
            stop = st.selectbox(
                "Stop when", list(STOPS), format_func=STOPS.get, key=chosen.key("stop"), bind=LINK
            )
            limit = st.slider("Most iterations", 5, 500, 200, 5, key=chosen.key("limit"), bind=LINK)
            labels = st.toggle(
                "Use the labels",
                True,
                key=chosen.key("labels"),
                bind=LINK,
                disabled=not labelled,
                help="Off: EM sees the samples alone and fits a density.",
            )
    return Fitting(
        int(components), covariance, how, int(starts), seed, stop, int(limit),
        bool(labels and labelled),
    )  # fmt: skip


def play(chosen: Chosen) -> int:
    """Which fit the film shows: 0 for the best of the starts, else the number of one start."""
    names = {0: "As fitted"} | {i: str(i) for i in range(1, COMPARED + 1)}
    picked = st.segmented_control(
        "Play start",
        list(names),
        default=0,
        help="As fitted: the best of the starts set under Fit. A number: that start alone.",
        required=True,
        format_func=names.get,
        key=chosen.key("play"),
        bind=LINK,
    )
    return int(picked or 0)  # an empty value in a link clears the choice


def undo_moves(undo: Callable[[], None]) -> None:
    """A button that puts dragged centres back."""
    st.button("Undo the moves", on_click=undo, width="stretch")
