"""The inputs of the quantiser one can touch: an example, its points, its codes, how they move.

Widget keys carry the example's name, so every example has its own defaults and a link holds only
what differs from them.  Values come from links too: every one is clamped by its widget.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import streamlit as st

from latentcore.mixture.examples.presets import GAUSSIAN
from latentcore.mixture.quantising import METHODS, STARTS
from pages.ui.controls.whole_number import whole_number

LINK: Literal["query-params"] = "query-params"
SAMPLES = (100, 200, 300, 400, 600, 1000)
DECAYS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99)
RATES = (0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0)
RESTARTS = (0.0, 0.03, 0.1, 0.2, 0.5)
BETAS = (0.0, 0.1, 0.25, 0.5, 1.0, 2.0)
ENCODERS = (0.0, 0.02, 0.05, 0.1, 0.2)
WIDTHS = (0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.7, 1.0)
DEFAULTS: Mapping[str, Any] = {
    "points": "wrong-k", "samples": 300, "codes": 4, "start": "k-means++", "method": "k-means",
    "decay": 0.8, "rate": 0.5, "restart": 0.0, "encoder": 0.0, "beta": 0.25, "width": 0.2,
}  # fmt: skip


@dataclass(frozen=True)
class Example:
    """A place to start from: what it teaches, and where it differs from the defaults."""

    title: str
    lesson: str
    settings: Mapping[str, Any]


EXAMPLES: Mapping[str, Example] = {
    "k-means": Example(
        "k-means, or hard EM",
        "Every point takes its nearest code, then every code goes to the mean of its points. That "
        "is all a codebook learns. Drag a code away and see whether it comes back.",
        {},
    ),
    "unlucky": Example(
        "Two codes in one group",
        "From an unlucky start two codes share a group and one covers two. No step leaves this "
        "place. Drag one of the two across: the error falls to a third.",
        {"points": "bad-start", "codes": 3, "start": "samples", "seed": 1},
    ),
    "collapse": Example(
        "Collapse",
        "The paper's recipe: codes begin around zero, far from where the points are, and take "
        "gradient steps. Four are nearest to everything and move; the other eight are nearest to "
        "nothing, so they never do.",
        {"codes": 12, "start": "near zero", "method": "gradient"},
    ),
    "restart": Example(
        "Restart",
        "The same start, but codes are running means, and one that is hardly used begins again at "
        "a sample (▲). Soon all twelve are in use, and the error is half of what it was.",
        {"codes": 12, "start": "near zero", "method": "EMA", "restart": 0.2, "decay": 0.5},
    ),
    "gradient": Example(
        "Codes by gradient",
        "The paper's codes take gradient steps, so a code of few points moves little: in step two "
        "it is the running mean with its decay chosen by how often the code is used.",
        {"codes": 8, "start": "samples", "method": "gradient"},
    ),
    "encoder": Example(
        "The encoder moves too",
        "An assignment has no derivative. The decoder's gradient is taken at the code and copied "
        "to the point, as if the step between them were not there (straight through); the "
        "commitment term pulls the point back to its code.",
        {"codes": 4, "encoder": 0.1, "method": "EMA"},
    ),
    "runaway": Example(
        "No commitment",
        "With β = 0 nothing bounds the scale of the encoder's outputs: each is pushed the way its "
        "code should go, the code cannot follow all of them, and so they are pushed for ever.",
        {"codes": 4, "encoder": 0.2, "beta": 0.0, "method": "EMA"},
    ),
    "soft": Example(
        "Hard beside soft",
        "The same points twice: on the left each takes its nearest code, on the right the mixture "
        "shares it out by its responsibilities. Where groups overlap, hard codes are pushed apart "
        "and soft ones are not. Let σ go to 0 and the two become one.",
        {"points": "overlap", "codes": 3, "width": 0.5},
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What the inputs say.  `width`: sigma of soft EM, as a share of the points' spread."""

    points: str
    samples: int
    codes: int
    start: str
    method: str
    decay: float
    rate: float
    restart: float
    encoder: float
    beta: float
    width: float
    seed: int


def example() -> tuple[str, Example]:
    """The example and its name in the link."""
    name = st.pills(
        "Example",
        list(EXAMPLES),
        default="k-means",
        format_func=lambda name: EXAMPLES[name].title,
        key="touch",
        bind=LINK,
        required=True,
        label_visibility="collapsed",
    )
    name = name if name in EXAMPLES else "k-means"
    return name, EXAMPLES[name]


def asked(name: str, chosen: Example) -> Asked:
    """Points, codes and rules, in an expander."""
    at = {**DEFAULTS, **chosen.settings}

    def pick(place: Any, label: str, options: Any, what: str, **more: Any) -> Any:  # noqa: ANN401
        said = more.pop("format_func", lambda value: f"{value:g}")
        return place.select_slider(
            label,
            options,
            at[what],
            format_func=said,
            key=f"touch-{name}.{what}",
            bind=LINK,
            **more,
        )

    def choose(place: Any, label: str, options: Any, what: str) -> str:  # noqa: ANN401
        options = list(options)
        found = place.selectbox(
            label, options, options.index(at[what]), key=f"touch-{name}.{what}", bind=LINK,
            format_func=lambda o: o.replace("-", " ").capitalize() if what == "points" else o,
        )  # fmt: skip
        return str(found)

    with st.expander("Points, codes and rules"):
        one, two, three, four = st.columns(4)
        points = choose(one, "Points of the Gaussian example", GAUSSIAN, "points")
        samples = pick(one, "Samples N", SAMPLES, "samples")
        with one:
            seed = whole_number("Seed", 0, 9999, at.get("seed", 0), f"touch-{name}.seed")
        codes = two.slider("Codes K", 1, 16, at["codes"], key=f"touch-{name}.codes", bind=LINK)
        start = choose(two, "Codes start", STARTS, "start")
        restart = pick(
            two, "Restart below this share of even use", RESTARTS, "restart",
            help="0: dead codes stay dead.",
        )  # fmt: skip
        method = choose(three, "Codes move by", METHODS, "method")
        decay = pick(three, "Decay γ (EMA, running shares)", DECAYS, "decay")
        rate = pick(
            three, "Learning rate of the codes", RATES, "rate", disabled=method != "gradient"
        )
        encoder = pick(
            four, "Learning rate of the encoder", ENCODERS, "encoder",
            help="0: the points stay where they are, and the quantiser alone learns.",
        )  # fmt: skip
        beta = pick(four, "Commitment β", BETAS, "beta")
        width = pick(four, "σ of soft EM, share of the spread", WIDTHS, "width")
    return Asked(
        points, int(samples), min(max(int(codes), 1), 16), start, method, float(decay), float(rate),
        float(restart), float(encoder), float(beta), float(width), seed,
    )  # fmt: skip
