"""The example a page starts from, and how its data are drawn.

Widget keys carry the preset's name, so every preset has its own defaults and a link holds only
what differs from them.
"""

from dataclasses import dataclass

import streamlit as st

from latentcore.evaluation.experiment import Design
from latentcore.mixture.examples.presets import PRESETS, Preset
from pages.ui.controls.whole_number import whole_number

LINK = "query-params"
SIZES = [100, 200, 300, 400, 600, 1000, 2000, 5000, 10_000, 20_000]


@dataclass(frozen=True)
class Chosen:
    """A preset under its name; every key below starts with the name."""

    name: str
    preset: Preset

    def key(self, what: str) -> str:
        """Name of one setting in the link."""
        return f"{self.name}.{what}"


def preset(family: str) -> Chosen:
    """Choose a preset of a family ("gaussian" or "dirichlet")."""
    known = PRESETS[family]
    name = st.sidebar.selectbox(
        "Example",
        list(known),
        format_func=spoken,
        key=family,
        bind=LINK,
        help="The designs of the notes' figures, and designs that teach by failing.",
    )
    return Chosen(name, known[name])


def spoken(name: str) -> str:
    """A preset's name as the menu and the link say it: "figure-1" is "Figure 1"."""
    return name.replace("-", " ").capitalize()


def design(chosen: Chosen) -> Design:
    """How many samples, and how they are drawn."""
    with st.sidebar:
        samples = st.select_slider(
            "Samples N",
            SIZES,
            chosen.preset.samples,
            format_func=str,
            key=chosen.key("n"),
            bind=LINK,
        )
        seed = whole_number("Seed of the data", 0, 9999, chosen.preset.seed, chosen.key("seed"))
        exact = st.toggle(
            "Exact shares per component",
            chosen.preset.stratified,
            key=chosen.key("exact"),
            bind=LINK,
            help="On: N times weight samples from every component, as in the notes. "
            "Off: the component of every sample is drawn, as the model says.",
        )
    return Design(int(samples), exact, seed)
