"""The inputs of the PixelCNN page: which masks are looked at, which prior is trained, on what."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from latentcore.networks.priors.settings import PriorSettings
from latentcore.runs.recipe import Recipe
from latentcore.training.plan import Plan
from pages.ui.coded import Coded
from pages.ui.controls.whole_number import whole_number

LINK = "query-params"
GRIDS = {"7 × 7": (7, 7), "9 × 11": (9, 11), "13 × 13": (13, 13)}
NETWORKS = {
    "gated": "Gated PixelCNN",
    "pixelcnn": "PixelCNN",
    "row lstm": "Row LSTM",
    "diagonal bilstm": "Diagonal BiLSTM",
    "masked": "Masked network",
}
SIDES = {"upper": "Upper half", "left": "Left half"}
KERNELS, WIDTHS, RATES = [3, 5, 7], [8, 16, 24, 32, 48, 64], [3e-4, 1e-3, 3e-3, 1e-2]
TAKEN = "_codes_taken"


@dataclass(frozen=True)
class Kernels:
    """Widths of the first kernel and of those after it."""

    first: int
    later: int


@dataclass(frozen=True)
class Asked:
    """What is to be trained, but for the data: see `recipe`."""

    network: str
    named: bool
    hidden: int
    layers: int
    kernels: Kernels
    plan: Plan
    rate: float
    seed: int

    def recipe(self, coded: Coded, classes: int) -> Recipe:
        """Of these codes; `classes` is their number, or 0 to leave them out."""
        model = PriorSettings(
            self.network,
            coded.grid,
            coded.codes,
            self.hidden,
            self.layers,
            self.kernels.later,
            self.kernels.first,
            classes,
        )
        return Recipe(model, coded.source, self.plan, self.rate, self.seed)


def grid() -> tuple[int, int]:
    """The map on which masks are looked at."""
    name = st.segmented_control(
        "Map", list(GRIDS), default="9 × 11", required=True, key="map", bind=LINK
    )
    return GRIDS[name or "9 × 11"]


def source(offered: Sequence[Coded], newest: str | None) -> Coded:
    """What to learn: the codes of a run or pixels.  `newest`, a run just trained, is taken once."""
    labels = {coded.label: coded for coded in offered}
    for label, coded in labels.items():
        if newest is not None and coded.run == newest and st.session_state.get(TAKEN) != newest:
            st.session_state[TAKEN], st.session_state["of"] = newest, label
    if st.session_state.get("of") not in labels:
        st.session_state.pop("of", None)  # its run was deleted
    with st.sidebar:
        chosen = st.selectbox(
            "Learn",
            list(labels),
            key="of",
            bind=LINK,
            help="The codes that a finished VQ-VAE gives to its data, or grey levels of pixels.",
        )
    return labels.get(chosen, offered[0])


def asked(labelled: bool) -> Asked:
    """The network, its size and its training; `labelled` says whether there may be classes."""
    with st.sidebar:
        network = st.selectbox(
            "Network", list(NETWORKS), format_func=NETWORKS.get, key="net", bind=LINK
        )
        named = st.toggle(
            "Given the class",
            key="named",
            bind=LINK,
            disabled=not labelled,
            help="On: the prior is told the class of every map and can be asked for one.",
        )
        left, right = st.columns(2)
        first = left.selectbox("First kernel", KERNELS, key="first", bind=LINK)
        later = right.selectbox("Kernels after it", KERNELS, key="kernel", bind=LINK)
        with st.expander("Size and training"):
            layers = st.slider("Layers after the first", 1, 8, 2, key="layers", bind=LINK)
            hidden = st.select_slider("Width", WIDTHS, 32, key="hidden", bind=LINK)
            steps = st.slider("Steps", 50, 2000, 300, 50, key="steps", bind=LINK)
            batch = st.select_slider("Batch", [16, 32, 64, 128], 64, key="batch", bind=LINK)
            rate = st.select_slider(
                "Learning rate", RATES, 3e-3, format_func=lambda r: f"{r:g}", key="rate", bind=LINK
            )
            seed = whole_number("Seed", 0, 9999, 0, "seed")
    look = min(max(int(steps) // 20, 10), 50)
    plan = Plan(int(steps), int(batch), decay="cosine", report_seconds=0.3, look_every=look)
    return Asked(
        network or "gated", bool(named and labelled), int(hidden), int(layers),
        Kernels(int(first or 3), int(later or 3)), plan, float(rate), seed,
    )  # fmt: skip


def first_codes() -> bool:
    """Train a VQ-VAE, so that there are codes to learn."""
    return st.button(
        "Train a VQ-VAE of digits first", key="train_codes", icon=":material/grid_view:"
    )


def side(offered: Sequence[str]) -> str:
    """Which half is given."""
    chosen = st.segmented_control(
        "Given", [name for name in SIDES if name in offered], default=offered[0], required=True,
        format_func=SIDES.get, key="given", bind=LINK,
    )  # fmt: skip
    return chosen or offered[0]


def look(run: str, steps: Sequence[int]) -> int | None:
    """The step whose picture is shown, of a run that has ended; None for the newest."""
    if len(steps) < 2:
        return None
    step = st.select_slider(
        "Picture at step", list(steps), steps[-1], key=f"look_{run}", format_func=lambda n: f"{n:,}"
    )
    return None if step == steps[-1] else int(step)
