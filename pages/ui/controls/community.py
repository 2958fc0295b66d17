"""The inputs of a fit to a table: which mixture, how many resamples; a second file, a model."""

from dataclasses import dataclass

import streamlit as st

from latentcore.data.preparation import Recipe
from latentcore.evaluation.community.settings import NAMES, PLAN_SHAPE, Settings
from pages.ui import session
from pages.ui.controls.comparing import LINK, Plan

MOST = 10
SECOND, MODEL = "second", "model"
"""The upload fields."""


@dataclass(frozen=True)
class Chosen:
    """What is fitted, and how many resampled tables show its spread."""

    settings: Settings
    resamples: int


def chosen(recipe: Recipe, penalty: float, plan: Plan, counts: bool) -> Chosen:
    """Family and covariance, then K and resamples; counts have a family of their own."""
    names = [name for name in NAMES if counts or name != "dirichlet-multinomial"]
    first, second = st.columns([3, 2])
    third, fourth = st.columns(2)
    family = first.segmented_control(
        "Components",
        names,
        default="dirichlet-multinomial" if counts else "dirichlet",
        required=True,
        format_func=lambda name: NAMES[name].replace(" on log-ratios", ""),
        key="mixture-of-counts" if counts else "mixture",
        bind=LINK,
    )
    family = family if family in names else names[0]
    shape = "diag"
    if family == "gaussian":
        shape = second.segmented_control(
            "Covariance",
            list(PLAN_SHAPE),
            default="diag",
            required=True,
            format_func=lambda name: PLAN_SHAPE[name],
            key="fitcov",
            bind=LINK,
        )
    k = third.slider("Components K", 1, MOST, 3, key="fitk", bind=LINK)
    again = fourth.slider(
        "Resampled tables",
        0,
        100,
        20,
        10,
        key="again",
        bind=LINK,
        help="The table is drawn anew from its own samples and the mixture fitted again: how "
        "much do components and heads depend on which samples happen to be in the table?",
    )
    k, again = min(max(int(k), 1), MOST), min(max(int(again), 0), 100)
    shape = shape if shape in PLAN_SHAPE else "diag"
    return Chosen(
        Settings(family, k, shape, penalty, plan.starts, plan.seed, recipe),  # type: ignore[arg-type]
        again,
    )


def second_file() -> session.Files:
    """The file to predict, if there is one, and a way to forget it."""
    return _file(
        "A second table, to be predicted",
        SECOND,
        "The same formats as the first. Its taxa are found by name, then by lineage.",
    )


def saved_model() -> session.Files:
    """A model taken away earlier, if one was handed in."""
    return _file(
        "In place of the fit above: a model taken away earlier (model.json)",
        MODEL,
        "It is read as numbers and names; nothing in it can run.",
    )


def _file(label: str, slot: str, about: str) -> session.Files:
    given = st.file_uploader(
        label, key=session.upload_key(slot), max_upload_size=50, help=about,
        type="json" if slot == MODEL else None,
    )  # fmt: skip
    return () if given is None else ((given.name, given.getvalue()),)


def forget_all() -> None:
    """The way to forget whatever was handed in, from wherever on the page."""
    st.button(
        "Forget my data",
        on_click=session.forget,
        icon=":material/delete:",
        key="forget-second",
    )
