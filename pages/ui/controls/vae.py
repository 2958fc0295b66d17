"""The inputs of the page "VAE": an example, the data, the model, how it is trained.

Widget keys carry the example's name, so every example has its own defaults and a link holds only
what differs from them.  Values come from links too: every one is clamped by its widget.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import streamlit as st

from pages.ui.controls.whole_number import whole_number

LINK: Literal["query-params"] = "query-params"
DIGITS, SHAPES, OWN = "Digits", "Shapes", "Own images"
LIKELIHOODS = (
    "bernoulli",
    "gaussian",
    "gaussian, learned sigma",
    "discretised logistic",
    "categorical",
)
BETAS = (0.0, 0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 4.0, 10.0, 20.0)
HIDDEN = (16, 32, 64, 128)
STEPS = (200, 500, 1000, 2000, 3000, 5000, 10_000, 20_000)
RATES = (0.0003, 0.001, 0.003, 0.01, 0.03)
COMPARED = (0.0, 1.0, 2.0, 20.0)
MOST_COMPARED = 4
DEFAULTS: Mapping[str, Any] = {
    "data": DIGITS, "latent": 2, "beta": 1.0, "likelihood": "bernoulli", "encoder": "dense",
    "hidden": 64, "steps": 2000,
}  # fmt: skip
DeltaGenerator = st.delta_generator.DeltaGenerator


@dataclass(frozen=True)
class Example:
    """A place to start from: what it teaches, and where it differs from the defaults."""

    title: str
    lesson: str
    settings: Mapping[str, Any]


EXAMPLES: Mapping[str, Example] = {
    "digits": Example(
        "Digits in the plane",
        "Every digit becomes a small cloud in a plane; the KL term holds the clouds together and "
        "close to 0, so that every place in between decodes to something.",
        {},
    ),
    "autoencoder": Example(
        "β = 0, an autoencoder",
        "Without the KL term nothing holds the codes near 0: the cloud explodes, each posterior "
        "shrinks to a point, and draws from the prior land where no sample ever was.",
        {"beta": 0.0},
    ),
    "collapse": Example(
        "β = 20, collapse",
        "The KL term costs more than z is worth: every posterior becomes the prior, z says "
        "nothing, and every picture is the average digit.",
        {"beta": 20.0},
    ),
    "axes": Example(
        "Sixteen axes",
        "The model is offered sixteen axes and uses some: the others collapse to the prior one by "
        "one. Choose two axes to walk along, and a sample that fixes the rest.",
        {"latent": 16, "hidden": 128},
    ),
    "code": Example(
        "A true code length",
        "The discretised logistic gives every one of the 17 grey levels a probability, so that "
        "minus the ELBO is the length of a code. A Bernoulli of grey pixels is not that.",
        {"likelihood": "discretised logistic", "hidden": 128},
    ),
    "shapes": Example(
        "Coloured shapes",
        "Place, size, hue and kind: more than a plane can hold, so six axes. Edges are blurred "
        "where the model is not sure.",
        {"data": SHAPES, "latent": 6, "hidden": 128},
    ),
}


@dataclass(frozen=True)
class Asked:
    """What the sidebar says."""

    data: str
    latent: int
    beta: float
    likelihood: str
    encoder: str
    hidden: int
    steps: int
    learning_rate: float
    seed: int


def example() -> tuple[str, Example]:
    """The example and its name in the link."""
    name = st.sidebar.selectbox(
        "Example",
        list(EXAMPLES),
        format_func=lambda name: EXAMPLES[name].title,
        key="vae",
        bind=LINK,
        help="A model that works, and models that teach by failing.",
    )
    return name, EXAMPLES[name]


def asked(name: str, chosen: Example) -> Asked:
    """Data, model and training."""
    at = {**DEFAULTS, **chosen.settings}

    def key(what: str) -> str:
        return f"{name}.{what}"

    with st.sidebar:
        places = (DIGITS, SHAPES, OWN)
        data = st.selectbox("Data", places, places.index(at["data"]), key=key("data"), bind=LINK)
        latent = st.slider("Latent dimensions Z", 1, 16, at["latent"], key=key("z"), bind=LINK)
        beta = st.select_slider(
            "β, the weight of the KL term",
            BETAS,
            at["beta"],
            format_func=lambda value: f"{value:g}",
            key=key("beta"),
            bind=LINK,
            help="1 is the bound on the evidence; 0 is an autoencoder.",
        )
        likelihood = st.selectbox(
            "p(x | z)",
            LIKELIHOODS,
            LIKELIHOODS.index(at["likelihood"]),
            format_func=str.capitalize,
            key=key("likelihood"),
            bind=LINK,
            help="Bernoulli: black or white (of grey pixels a cross-entropy, no probability). "
            "Gaussian: least squares. The last two give every grey level a probability.",
        )
        encoder = st.selectbox(
            "Encoder and decoder",
            ("dense", "convolutional"),
            ("dense", "convolutional").index(at["encoder"]),
            format_func=str.capitalize,
            key=key("encoder"),
            bind=LINK,
        )
        hidden = st.select_slider(
            "Width of hidden layers", HIDDEN, at["hidden"], key=key("hidden"), bind=LINK,
            format_func=str,
        )  # fmt: skip
        steps = st.select_slider(
            "Steps", STEPS, at["steps"], key=key("steps"), bind=LINK, format_func=str
        )
        rate = st.select_slider(
            "Learning rate", RATES, 0.003, key=key("rate"), bind=LINK,
            format_func=lambda value: f"{value:g}",
        )  # fmt: skip
        seed = whole_number("Seed", 0, 9999, 0, key("seed"))
    latent = min(max(int(latent), 1), 16)
    return Asked(
        str(data), latent, float(beta), str(likelihood), str(encoder), int(hidden), int(steps),
        float(rate), seed,
    )  # fmt: skip


def compared() -> tuple[float, ...]:
    """The values of beta to run side by side."""
    chosen = st.pills(
        "Values of β",
        BETAS,
        selection_mode="multi",
        default=list(COMPARED),
        format_func=lambda value: f"{value:g}",
        key="betas",
        bind=LINK,
    )
    return tuple(sorted(float(value) for value in chosen or ())[:MOST_COMPARED])


@dataclass(frozen=True)
class Noise:
    """The sliders of the gradient's noise."""

    pixels: int
    noise: float
    sigma: float
    mean: float
    draws: int
    seed: int


def noise() -> Noise:
    """Sliders under the heading of the gradient's noise."""
    left, middle, right = st.columns(3)
    pixels = left.select_slider(
        "Pixels D", (1, 4, 16, 64, 196, 784, 3072), 64, format_func=str,
        key="noise.d", bind=LINK,
    )  # fmt: skip
    spread = left.slider("Noise of a pixel s", 0.3, 2.0, 0.5, 0.1, key="noise.s", bind=LINK)
    sigma = middle.slider("Posterior's σ", 0.05, 2.0, 0.5, 0.05, key="noise.sigma", bind=LINK)
    mean = middle.slider(
        "Posterior's μ (1 fits best)", -3.0, 3.0, 0.0, 0.1, key="noise.mu", bind=LINK
    )
    draws = right.select_slider(
        "Draws", (20, 50, 100, 200, 500), 200, format_func=str, key="noise.draws", bind=LINK
    )
    with right:
        seed = whole_number("Seed of the draws", 0, 9999, 0, "noise.seed")
    return Noise(
        int(pixels), _within(spread, 0.3, 2.0), _within(sigma, 0.05, 2.0), _within(mean, -3.0, 3.0),
        int(draws), seed,
    )  # fmt: skip


def _within(value: float, low: float, high: float) -> float:
    return min(max(float(value), low), high)
