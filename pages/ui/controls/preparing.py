"""The inputs of the recipe: which taxa a model sees, what replaces a zero, which coordinates."""

from typing import Literal

import streamlit as st

from latentcore.data.preparation import Recipe

DELTAS = {"half the smallest": None, "1e-3": 1e-3, "1e-4": 1e-4, "1e-5": 1e-5, "1e-6": 1e-6}
PENALTIES = (0.01, 0.1, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0)
LINK: Literal["query-params"] = "query-params"


def preparation() -> tuple[Recipe, float]:
    """How taxa are kept and zeros replaced, and the penalty on the mixtures' weights."""
    with st.sidebar:
        st.header("Preparation")
        least = st.slider("Seen in at least, % of samples", 0, 50, 10, key="prev", bind=LINK)
        top = st.slider("Taxa the mixtures see", 5, 150, 50, 5, key="top", bind=LINK)
        zero = st.selectbox("A zero becomes", list(DELTAS), key="zero", bind=LINK)
        ratios = st.selectbox(
            "Log-ratios of the Gaussians", ["clr", "ilr"], key="ratios", bind=LINK
        )
        penalty = st.select_slider(
            "Penalty on the mixtures' weights",
            PENALTIES,
            30.0,
            key="penalty",
            bind=LINK,
            help="Precision of the prior on the standardised weights of every linear classifier. "
            "It is fixed, while logistic regression chooses its own inside each fold.",
        )
    least, top = min(max(least, 0), 50), min(max(top, 5), 150)
    return Recipe(least / 100, top, DELTAS[zero], ratios), float(penalty)
