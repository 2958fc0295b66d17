"""The inputs of the page "Benchmark": samples, models, and the examples that set them all."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from latentcore.evaluation.candidates import ROSTER
from pages.ui import session
from pages.ui.controls.comparing import LINK

GENERATED, STUDY = "Generated", "Real study"
FAMILIES = ("Gaussian", "Dirichlet")
COVARIANCES = ("spherical", "diag", "tied", "full")
FIRST = [
    "Logistic regression",
    "Logistic regression, CLR",
    "Random forest",
    "Gaussian mixture",
    "Dirichlet mixture",
]
NEUTRAL: dict[str, Any] = {
    "data": GENERATED,
    "family": "Gaussian",
    "gaussian": "figure-1",
    "figure-1.n": 400,
    "figure-1.seed": 0.0,
    "figure-1.exact": True,
    "study": "ZhuF_2020",
    "label": "study_condition",
    "class-ZhuF_2020-study_condition": ["schizophrenia", "control"],
    "redraw": False,
    "leak": False,
    "prev": 10,
    "top": 50,
    "zero": "half the smallest",
    "ratios": "clr",
    "penalty": 30.0,
    "models": FIRST,
    "k": 3,
    "cov": ["diag"],
    "folds": 5,
    "repeats": 2,
    "starts": 5,
    "seed": 0.0,
    "judge": "accuracy",
    "judged": "AUC",
}
"""Where the settings stand at first; an example says only what it changes."""


@dataclass(frozen=True)
class Example:
    """A button that sets the page and starts it: what it says, what it shows, what it sets."""

    title: str
    help: str
    settings: dict[str, Any]


EXAMPLES = (
    Example(
        "The notes' benchmark",
        "Figure 1 of the notes: 400 samples, half of them for testing, ten splits.",
        {
            "figure-1.seed": 28.0,
            "models": [
                "Logistic regression", "Random forest", "Gradient boosting", "Gaussian mixture",
            ],
            "folds": 2,
            "repeats": 5,
        },
    ),
    Example(
        "The notes on microbiota",
        "The notes found Gaussian mixtures of classifiers as bad as logistic regression for any "
        "K; their fits lost a component at once. The same question to fits that keep theirs.",
        {
            "data": STUDY,
            "models": [
                "Logistic regression", "Logistic regression, CLR", "Random forest",
                "Logistic regression, CLR, top taxa", "Gaussian mixture",
            ],
            "k": 6,
        },
    ),
    Example(
        "The leak",
        "Permuted labels, and the 30 best taxa chosen inside the folds or before them.",
        {
            "data": STUDY,
            "models": ["Logistic regression, CLR", "Random forest", "Gaussian mixture"],
            "k": 2,
            "repeats": 3,
            "leak": True,
        },
    ),
)  # fmt: skip


def examples() -> None:
    """One button an example; it sets every setting that matters and starts the comparison."""
    with st.container(horizontal=True):
        for number, example in enumerate(EXAMPLES, 1):
            st.button(
                example.title,
                help=example.help,
                on_click=session.ask,
                args=(NEUTRAL | example.settings, NEUTRAL),
                icon=":material/play_circle:",
                key=f"example-{number}",
            )


def data() -> str:
    """GENERATED or STUDY."""
    with st.sidebar:
        st.header("Samples")
        kind = st.segmented_control(
            "Where from",
            [GENERATED, STUDY],
            default=GENERATED,
            required=True,
            key="data",
            bind=LINK,
            label_visibility="collapsed",
            width="stretch",
        )
    return kind or GENERATED


def family() -> str:
    """The family of the design, as PRESETS calls it."""
    with st.sidebar:
        name = st.segmented_control(
            "Family",
            list(FAMILIES),
            default=FAMILIES[0],
            required=True,
            key="family",
            bind=LINK,
            label_visibility="collapsed",
            width="stretch",
        )
    return (name or FAMILIES[0]).lower()


def models() -> list[str]:
    """Names in the roster."""
    with st.sidebar:
        st.header("Models")
        return st.multiselect("Models", list(ROSTER), FIRST, key="models", bind=LINK)


def covariances() -> tuple[str, ...]:
    """Shapes of the Gaussian mixtures, as the estimators call them."""
    with st.sidebar:
        chosen = st.pills(
            "Covariance of the Gaussian mixtures",
            list(COVARIANCES),
            selection_mode="multi",
            default=["diag"],
            key="cov",
            bind=LINK,
        )
    return tuple(shape for shape in COVARIANCES if shape in chosen) or ("diag",)


def redraw() -> bool:
    """Whether every repeat draws samples of its own."""
    with st.sidebar:
        return st.toggle(
            "New samples in every repeat",
            False,
            key="redraw",
            bind=LINK,
            help="Off: one data set is cut again in every repeat, as with real samples. On: every "
            "repeat draws its own, so the spread also shows how much data sets differ.",
        )


def leak() -> bool:
    """Whether to show what a selection outside the fold does."""
    with st.sidebar:
        return st.toggle(
            "Selection outside the fold",
            False,
            key="leak",
            bind=LINK,
            help="A lesson: labels are permuted, so nothing can be learned. Every model then reads "
            "the 30 best taxa, chosen inside the folds or, wrongly, on all samples before them.",
        )
