"""The inputs of the training part of the page "VQ-VAE": a recipe, the data, the model, the plan.

Widget keys carry the recipe's name, so every recipe has its own defaults and a link holds only what
differs from them.  Values come from links too: every one is clamped by its widget.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import streamlit as st

from latentcore.networks.quantizers.presets import PRESETS
from latentcore.networks.quantizers.settings import QuantizerSettings
from pages.ui.controls.whole_number import whole_number

LINK: Literal["query-params"] = "query-params"
DIGITS, SHAPES, OWN, TABLE = "Digits", "Shapes", "Own images", "Microbiota"
DATA = (DIGITS, SHAPES, OWN, TABLE)
METHODS = (
    "gradient", "ema", "cosine", "rotation", "soft EM", "gumbel", "FSQ", "SimVQ",
)  # fmt: skip
NAMES = {"ema": "EMA", "gumbel": "Gumbel-softmax"}
"""What a method is called where its name in the program is not what people say."""
FIXED = ("FSQ", "SimVQ")  # no code of these can be moved by itself
CODES = (4, 8, 12, 16, 24, 32, 64, 128, 256, 512)
WIDTHS = (2, 4, 8, 16, 32)
GRIDS = (1, 2, 4, 7, 8)
BETAS = (0.0, 0.1, 0.25, 0.5, 1.0, 2.0)
DECAYS = (0.0, 0.5, 0.8, 0.9, 0.95, 0.99)
RESTARTS = (0.0, 0.01, 0.03, 0.1, 0.3)
WARMUPS = (0, 50, 100, 200, 400)
LEVELS: Mapping[str, tuple[int, ...]] = {
    "8 × 4 × 4": (8, 4, 4), "5 × 5 × 5": (5, 5, 5), "8 × 8": (8, 8), "8 × 6 × 5": (8, 6, 5),
}  # fmt: skip
HIDDEN = (16, 32, 64)
STEPS = (100, 200, 400, 600, 1000, 2000, 4000)
RATES = (0.0003, 0.001, 0.003, 0.01)
DEFAULT = "warm-up"
DeltaGenerator = st.delta_generator.DeltaGenerator


@dataclass(frozen=True)
class Example:
    """A place to start from: what it teaches, the quantiser, and what else differs."""

    title: str
    lesson: str
    quantizer: QuantizerSettings
    settings: Mapping[str, Any]


def _of(name: str, title: str, lesson: str, **settings: object) -> Example:
    return Example(title, lesson, PRESETS[name], settings)


TYPES: Mapping[str, Any] = {"data": TABLE, "codes": 8, "width": 8, "slots": 1, "steps": 1000}
EXAMPLES: Mapping[str, Example] = {
    "paper": _of(
        "paper", "The paper's recipe",
        "Codes learn by gradient from a start around zero. Watch it collapse: a dozen codes do all "
        "the work, the others stay crosses for ever.",
    ),
    "EMA": _of(
        "EMA", "EMA",
        "Codes are running means of their rows instead. They move faster, but a code that nothing "
        "is nearest to still never moves.",
    ),
    "k-means": _of(
        "k-means", "k-means start",
        "Codes begin at the k-means of the first encoder outputs, so all of them are in use at "
        "first. The encoder then leaves them behind.",
    ),
    "restart": _of(
        "restart", "Restart",
        "A code whose share falls below 3 % of even use begins again at an encoder output (▲). Now "
        "almost all are alive.",
    ),
    "warm-up": _of(
        "warm-up", "Warm-up: the default",
        "For 100 steps the decoder reads the encoder's outputs as they are; then k-means places "
        "the codes, and dead ones restart. All codes are used, and the error is the smallest.",
    ),
    "cosine": _of(
        "cosine", "Cosine",
        "Codes and outputs are directions: none can be too short or too far away to be chosen.",
    ),
    "rotation": _of(
        "rotation", "Rotation trick",
        "The gradient is turned with the row onto its code instead of copied, so rows of one cell "
        "get different gradients.",
    ),
    "FSQ": _of(
        "FSQ", "FSQ: no codebook",
        "Each number of the code is rounded to a few levels. Nothing is learned, so nothing can "
        "collapse; codes are used unevenly all the same.",
    ),
    "soft EM": _of(
        "soft EM", "Soft EM",
        "The E-step of a mixture, sampled: a row belongs to several codes, and codes near it "
        "learn from it too.",
    ),
    "Gumbel-softmax": _of(
        "Gumbel-softmax", "Gumbel-softmax",
        "The code is drawn, and the draw has a gradient. Codes are learned from the decoder.",
    ),
    "SimVQ": _of(
        "SimVQ", "SimVQ",
        "All codes are one linear map of a fixed cloud: a chosen code carries the others along.",
    ),
    "shapes": _of(
        "warm-up", "Coloured shapes",
        "Pictures of 16 × 16 pixels in colour, told by 16 codes each.",
        data=SHAPES, steps=400, codes=64,
    ),
    "community types": _of(
        "restart", "Community types",
        "Every sample of a microbiota study is told by one code: a community type, as of a "
        "mixture, found by a network. Look at the profile of each, and which class it holds.",
        **TYPES,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What the sidebar says; `slots` and `grid` apply to tables and images."""

    data: str
    quantizer: QuantizerSettings
    grid: int
    slots: int
    hidden: int
    steps: int
    learning_rate: float
    seed: int


def example() -> tuple[str, Example]:
    """The recipe to start from, and its name in the link."""
    names = list(EXAMPLES)
    name = st.sidebar.selectbox(
        "Recipe", names, names.index(DEFAULT), format_func=lambda name: EXAMPLES[name].title,
        key="vqvae", bind=LINK, help="Each teaches one thing; the first of them by failing.",
    )  # fmt: skip
    return name, EXAMPLES[name]


def asked(name: str, chosen: Example) -> Asked:
    """Data, model and training."""
    own = chosen.settings
    quantizer = chosen.quantizer

    def key(what: str) -> str:
        return f"{name}.{what}"

    def pick(label: str, options: Any, value: Any, what: str, **more: Any) -> Any:  # noqa: ANN401
        return st.select_slider(
            label, options, value, format_func=lambda v: f"{v:g}", key=key(what), bind=LINK, **more
        )

    with st.sidebar:
        first = DATA.index(own.get("data", DIGITS))
        data = st.selectbox("Data", DATA, first, key=key("data"), bind=LINK)
        method = st.selectbox(
            "Quantiser", METHODS, METHODS.index(quantizer.method), key=key("method"), bind=LINK,
            format_func=lambda name: NAMES.get(name, name),
        )  # fmt: skip
        fixed = method in FIXED
        codes = pick("Codes K", CODES, own.get("codes", quantizer.codes), "codes",
                     disabled=method == "FSQ")  # fmt: skip
        if method == "FSQ":
            levels = st.selectbox("Levels", list(LEVELS), key=key("levels"), bind=LINK)
        kmeans = st.toggle("k-means start", quantizer.kmeans, key=key("kmeans"), bind=LINK,
                           disabled=fixed)  # fmt: skip
        restart = pick("Restart below this share of even use", RESTARTS, quantizer.restart,
                       "restart", disabled=fixed)  # fmt: skip
        warmup = pick("Warm-up, steps", WARMUPS, quantizer.warmup, "warmup")
        beta = pick("Commitment β", BETAS, quantizer.beta, "beta")
        decay = pick("Decay γ", DECAYS, quantizer.decay, "decay")
        with st.expander("Network and training"):
            width = pick("Width D of a code", WIDTHS, own.get("width", quantizer.width), "width",
                         disabled=method == "FSQ")  # fmt: skip
            table = data == TABLE
            grid = pick("Map of codes, each side", GRIDS, 4, "grid", disabled=table)
            slots = st.slider("Codes for a sample (tables)", 1, 8, own.get("slots", 1),
                              key=key("slots"), bind=LINK, disabled=not table)  # fmt: skip
            hidden = pick("Channels inside", HIDDEN, 32, "hidden")
            steps = pick("Steps", STEPS, own.get("steps", 600), "steps")
            rate = pick("Learning rate", RATES, 0.003, "rate")
            seed = whole_number("Seed", 0, 9999, 0, key("seed"))
    made = QuantizerSettings(
        method=str(method), codes=int(codes), width=int(width), beta=float(beta),
        decay=float(decay), kmeans=bool(kmeans and not fixed), warmup=int(warmup),
        restart=0.0 if fixed else float(restart),
        levels=LEVELS.get(str(levels), LEVELS["8 × 4 × 4"]) if method == "FSQ" else (8, 4, 4),
        samples=quantizer.samples, temperature=quantizer.temperature,
    )  # fmt: skip
    return Asked(
        str(data), made, int(grid), min(max(int(slots), 1), 8), int(hidden), int(steps),
        float(rate), seed,
    )  # fmt: skip


def compared() -> tuple[str, str]:
    """The two recipes to train beside each other."""
    names = [name for name in EXAMPLES if name in PRESETS]
    left, right = st.columns(2)
    said = {"options": names, "format_func": lambda name: EXAMPLES[name].title, "bind": LINK}
    one = left.selectbox("Left", index=names.index("paper"), key="left", **said)
    two = right.selectbox("Right", index=names.index(DEFAULT), key="right", **said)
    return str(one), str(two)
