"""What the page "VQ-VAE" shows of a run, piece by piece; the page puts the pieces in order."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from latentcore.figures import community, palette
from latentcore.figures.codebook import Showing, Usage
from latentcore.figures.tiles import tiles
from latentcore.networks.quantizers.presets import PRESETS
from latentcore.runs.recipe import Recipe
from pages.ui import live, seen
from pages.ui.codebook import codebook
from pages.ui.controls import training
from pages.ui.controls import vqvae as controls
from pages.ui.live_curves import Line, Panel, live_curves, pair
from pages.ui.server import desk
from pages.ui.text import escape
from pages.ui.vqvae_recipe import Given, with_quantizer

if TYPE_CHECKING:
    from latentcore.training.store import Kept

Arrays = Mapping[str, NDArray[Any]]
KINDS = ("VQVAE", "CompositionVQVAE", "ByLikelihood")
PAIR = ("one", "two")
"""Where the link holds the two runs beside each other."""
FILMS = "_codebooks"
COLUMNS, TILE = 16, 50  # of the dictionary: tiles in a row, at most, and pixels of a tile
KEPT = 3  # runs whose pictures a session remembers


def start(recipe: Recipe, data: Given, place: controls.DeltaGenerator) -> None:
    """The button that hands the recipe in."""
    wanted = training.train(place) and allowed(data)
    if wanted and live.hand_in(recipe, private=data.private, attachments=data.files):
        st.rerun()


def one() -> None:
    """The run in the link."""
    run = live.watched()
    if run is None:
        st.info("Nothing is trained yet. Press Train on the left; the first picture comes at once.")
        return
    if run.kind in KINDS:
        st.caption(told(run))
    live.watch(run, draw)


def allowed(data: Given) -> bool:
    """Whether the data may be stored for training; a sentence if they may not."""
    if not data.allowed:
        st.warning("Training needs your consent to store the data: tick the box first.")
    return data.allowed


def draw(run: "Kept") -> None:
    """The run as it stands: codebook, losses, and when it is done what its codes stand for."""
    if run.kind not in KINDS:
        live.elsewhere(run)
        return
    newest = film(run, f"codes_{run.id}")
    if newest is None:
        st.caption("The first picture is on its way.")
        return
    _losses([run], ["this run"], f"losses_{run.id}")
    if run.state in live.LIVE:
        return
    if "profile" in newest:
        _table(newest)
    else:
        _dictionary(newest)


def film(run: "Kept", key: str, title: str = "") -> Arrays | None:
    """The canvas with the newest picture, or all of them when the run has ended."""
    frames = _frames(run)
    if not frames:
        return None
    going = run.state in live.LIVE
    codebook(frames, Showing(run.id, run.steps, going, title), key)
    return frames[-1][1]


def start_two(recipe: Recipe, data: Given) -> None:
    """The same recipe and seed with two quantisers, handed in together."""
    names = controls.compared()
    if training.train(st, "Train both", "train_both") and allowed(data):
        handed = [
            live.hand_in(
                with_quantizer(recipe, PRESETS[name]), controls.EXAMPLES[name].title, key,
                data.private, data.files,
            )
            for name, key in zip(names, PAIR, strict=True)
        ]  # fmt: skip
        if all(handed):
            st.rerun()


def two() -> None:
    """The two runs of the link, side by side."""
    runs = [run for key in PAIR if (run := live.watched(key)) is not None]
    if not runs:
        return
    going = any(run.state in live.LIVE for run in runs)

    @st.fragment(run_every=live.SECONDS if going else None)
    def look() -> None:
        now = live.still(runs)
        if going and not any(run.state in live.LIVE for run in now):
            st.rerun()
        for place, run in zip(st.columns(2), now, strict=False):
            with place:
                st.caption(live.said(run))
                if run.kind in KINDS:
                    film(run, f"pair_{run.id}", run.name)
        names = [f"{i + 1}. {run.name or live.model(run)}" for i, run in enumerate(now)]
        _losses(now, names, "losses_of_both")

    look()


def told(run: "Kept") -> str:
    """The settings of a run in a line."""
    try:
        recipe = Recipe.from_json(run.recipe)
    except ValueError:
        return live.OTHER_VERSION
    own = getattr(recipe.model, "quantizer", None)
    if own is None:
        return ""
    extras = [
        f"k-means start {'on' if own.kmeans else 'off'}",
        f"restart {own.restart:g}",
        f"warm-up {own.warmup}",
    ]
    method = controls.NAMES.get(own.method, own.method)
    source = type(recipe.source).__name__.lower()
    size = "×".join(map(str, own.levels)) if own.method == "FSQ" else f"K = {own.codes}"
    return (
        f"This run: {source}, {method}, {size}, D = {own.width}, β = {own.beta:g}, γ = "
        f"{own.decay:g}, {', '.join(extras)}, seed {recipe.seed}, "
        f"{recipe.plan.steps:,} steps at rate {recipe.learning_rate:g}."
    )


def _frames(run: "Kept") -> list[tuple[int, Arrays]]:
    """The newest picture of a run, or, when it has ended, all: those the session remembers."""
    store = desk().store
    if run.state in live.LIVE:
        newest = store.picture(run.id)
        return [] if newest is None else [(newest.step, newest.arrays)]
    known: dict[Any, list[tuple[int, Arrays]]] = st.session_state.setdefault(FILMS, {})
    key = run.id, run.state, run.step
    if key not in known:
        found = [store.picture(run.id, step) for step in store.steps(run.id)]
        known[key] = [(one.step, one.arrays) for one in found if one is not None]
        while len(known) > KEPT:
            known.pop(next(iter(known)))
    return known[key]


def _losses(runs: "Sequence[Kept]", names: Sequence[str], key: str) -> None:
    """Each term of the loss in a panel of its own."""
    curves = [seen.curves(run) for run in runs]
    titles = {
        "total": "loss: all terms together",
        "log_likelihood": "−log p(x | z_q), reconstruction",
        "commitment": "‖z − e‖², commitment",
    }
    panels = []
    for term, title in titles.items():
        sign = -1 if term == "log_likelihood" else 1
        lines = [
            Line(name, found.step, sign * found.values[term])
            for name, found in zip(names, curves, strict=True)
            if term in found.values
        ]
        if lines:
            panels.append(Panel(title, lines, "" if term == "commitment" else "nats"))
    hues = pair(*names) if len(names) == 2 else None
    if panels:
        live_curves(panels, max(run.steps for run in runs), key, hues)


def _dictionary(newest: Arrays) -> None:
    """What every code decodes to, most used first."""
    usage = Usage(newest["counts"])
    order = np.argsort(-newest["counts"], kind="stable")
    across = max(n for n in range(1, COLUMNS + 1) if len(order) % n == 0)
    st.subheader("The dictionary")
    st.markdown(
        f"What the middle of a map full of one code decodes to. The {usage.used} codes in use come "
        "first, the most used of them at the top left; dead codes decode too, but are never asked."
    )
    rows = {
        f"{i + 1} to {i + across}": newest["decoded"][order[i : i + across]]
        for i in range(0, len(order), across)
    }
    figure = tiles(rows)
    figure.update_layout(height=TILE * len(rows) + 30)
    st.plotly_chart(figure, alt="What each code decodes to, in the order of their use")


def _table(newest: Arrays) -> None:
    """Profiles, classes and an ordination: codes as community types."""
    names = [text(newest["names"])[j] for j in newest["kept"]]
    classes = text(newest["classes"])
    counts = newest["counts"]
    st.subheader("Community types")
    st.markdown(
        "A code is a type of community; its profile is the mean composition of the samples that "
        "hold it. Taxa are those in which the types differ most."
    )
    left, right = st.columns([3, 2], gap="large")
    left.plotly_chart(
        community.profiles(newest["profile"], counts, names),
        alt="Mean share of each taxon in the samples that hold each code",
    )
    with right:
        if "table" in newest:
            st.markdown("**Which classes hold which code** (number of samples)")
            st.plotly_chart(
                community.classes(newest["table"], counts, classes),
                alt="Shares of the classes among the samples of each code",
            )
    st.plotly_chart(
        community.ordination(
            newest["sample"], newest["first"].astype(np.int64), newest.get("label"), classes
        ),
        alt="Samples in the plane of their log-ratios, coloured by their code",
    )
    if "label" in newest:
        shapes = ", ".join(
            f"{palette.class_symbol(c).replace('-', ' ')}: {escape(name, 60)}"
            for c, name in enumerate(classes)
        )
        st.caption(f"Colour is the code (the first, of several), shape the class: {shapes}.")


def text(raw: NDArray[Any]) -> list[str]:
    """Lines of text that a picture holds as bytes."""
    return raw.astype(np.uint8).tobytes().decode("utf-8").split("\n")
