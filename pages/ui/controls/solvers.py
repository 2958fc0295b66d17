"""The inputs of the solvers' paths: whether to look, the notes' constant, a feature's units."""

from dataclasses import dataclass

import streamlit as st

from pages.ui.controls.chosen import LINK, Chosen

ALPHAS = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0]
UNITS = [0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0]


@dataclass(frozen=True)
class Watched:
    """The notes' constant alpha, and how many times smaller the first feature's units are."""

    alpha: float
    units: float


def watched(chosen: Chosen) -> Watched | None:
    """The settings of the paths; None while nobody asks to see them."""
    on = st.toggle(
        "Watch them climb",
        key=chosen.key("solvers"),
        bind=LINK,
        help="Runs all of them on the responsibilities of the fit above.",
    )
    if not on:
        return None
    left, right = st.columns(2)
    alpha = left.select_slider(
        "The notes' α",
        ALPHAS,
        0.01,
        format_func=lambda a: f"{a:g}",
        key=chosen.key("alpha"),
        bind=LINK,
        help="The constant by which the notes multiply the sum of the gradient.",
    )
    units = right.select_slider(
        "First feature multiplied by",
        UNITS,
        1.0,
        format_func=lambda u: f"{u:g}",
        key=chosen.key("units"),
        bind=LINK,
        help="The same data with the first feature in other units, as if metres became "
        "decimetres. Whoever standardises does not notice.",
    )
    return Watched(float(alpha), float(units))
