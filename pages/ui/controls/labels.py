"""The inputs that say how labels arise: heads as edited, drawn for a target accuracy, or none."""

import math
from dataclasses import replace

import numpy as np
import streamlit as st

from latentcore.arrays import Array
from latentcore.mixture.examples.bayes import random_heads, scaled_heads
from latentcore.mixture.mixture import Mixture
from pages.ui.controls.chosen import LINK, Chosen
from pages.ui.controls.whole_number import whole_number

HEADS = {"edit": "As set below", "drawn": "Drawn at random", "none": "None: a density alone"}


def with_heads(chosen: Chosen, edited: Mixture, scale: Array) -> Mixture:
    """The truth with the heads asked for: as edited, drawn for a target accuracy, or none."""
    with st.sidebar.expander("Labels of the truth"):
        how = st.selectbox(
            "A linear classifier in every component",
            list(HEADS),
            format_func=HEADS.get,
            key=chosen.key("heads"),
            bind=LINK,
        )
        drawn = how == "drawn"
        classes = st.slider(
            "Classes", 2, 4, 2, key=chosen.key("classes"), bind=LINK, disabled=not drawn
        )
        target = st.slider(
            "Bayes accuracy to aim at",
            math.ceil(100 / classes + 2) / 100,
            0.99,
            0.85,
            0.01,
            key=chosen.key("bayes"),
            bind=LINK,
            disabled=not drawn,
            help="The accuracy of someone who knows the truth. Boundaries are drawn at random and "
            "sharpened until it is met.",
        )
        seed = whole_number("Seed of the heads", 0, 9999, 0, chosen.key("hseed"))
    if how == "edit":
        return edited
    if how == "none":
        return replace(edited, heads=None)
    rng = np.random.default_rng([seed, classes])
    heads = random_heads(edited.components.centre, int(classes), scale, rng)
    return scaled_heads(replace(edited, heads=heads), target, rng)
