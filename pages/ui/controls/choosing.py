"""The inputs of the choice of K: which density, up to which K, and from how many starts."""

from dataclasses import dataclass

import streamlit as st

from latentcore.evaluation.choosing import Judging
from pages.ui.controls.comparing import LINK
from pages.ui.controls.fitting import SHAPES


@dataclass(frozen=True)
class Asked:
    """K = 1 up to how many components, and the work that goes into each."""

    components: int
    judging: Judging


def asked(seed: int = 0) -> Asked:
    """Up to which K, and from how many starts; in the columns of a row."""
    left, middle, right = st.columns(3)
    most = left.slider("K = 1 up to", 2, 10, 6, key="upto", bind=LINK)
    starts = middle.slider("Starts of every K", 1, 30, 10, key="kstarts", bind=LINK)
    folds = right.slider("Folds of the cross-validation", 2, 10, 5, key="kfolds", bind=LINK)
    return Asked(int(most), Judging(int(starts), int(folds), seed=seed))


def density(compositions: bool) -> str | None:
    """The covariance of Gaussians, or None for Dirichlets, which need compositions."""
    left, right = st.columns(2)
    if compositions:
        family = left.segmented_control(
            "Components",
            ["Dirichlet", "Gaussian"],
            default="Dirichlet",
            required=True,
            key="density",
            bind=LINK,
        )
        if family != "Gaussian":
            return None
        left = right
    shape = left.segmented_control(
        "Covariance", list(SHAPES), default="diagonal", required=True, key="shape", bind=LINK
    )
    return shape or "diagonal"
