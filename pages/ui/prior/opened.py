"""Which prior the page shows, and how one is handed in."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from latentcore.networks.priors.settings import PriorSettings
from latentcore.networks.vqvae.settings import VQVAESettings
from latentcore.runs.recipe import Recipe
from latentcore.runs.sources import Digits, Levels
from latentcore.training.plan import Plan
from pages.ui import coded, live
from pages.ui.controls import pixelcnn as controls

if TYPE_CHECKING:
    from latentcore.training.store import Kept

DeltaGenerator = st.delta_generator.DeltaGenerator
CODES = "codes"
"""Where the link holds the VQ-VAE that is trained first."""


def places() -> tuple[DeltaGenerator, DeltaGenerator]:
    """Where the prior goes and where the masks: with a run in the link the prior comes first."""
    return live.places(live.RUN, CODES)


def first_codes() -> str | None:
    """Offer to train a VQ-VAE where there is none, watch it, and say its id once it has codes."""
    run = live.watched(CODES)
    if run is None:
        if len(coded.offered()) == len(coded.GREY):
            st.markdown(
                "There is no VQ-VAE yet whose codes could be learned. Train a small one now, it "
                "takes some seconds, or learn the pixels of digits directly."
            )
            if controls.first_codes():
                _train_codes()
        return None
    if run.state in live.LIVE or run.state == "failed":
        live.watch(run, lambda _: None)
    return run.id if run.state == "finished" else None


def _train_codes() -> None:
    plan = Plan(400, decay="cosine", report_seconds=0.3, look_every=100)
    if live.hand_in(Recipe(VQVAESettings(), Digits(), plan), "VQ-VAE of digits", CODES):
        st.rerun()


def start(asked: controls.Asked, chosen: coded.Coded) -> None:
    """Hand the prior in; a wish for classes that the data lack is said and left out.

    A prior of private data is private: its samples show them.
    """
    classes = len(chosen.classes) if asked.named else 0
    if asked.named and not classes:
        st.info("These data have no classes: the prior is trained without.")
    network = controls.NETWORKS[asked.network]
    name = f"{network} of {chosen.label[0].lower()}{chosen.label[1:]}"
    if live.hand_in(asked.recipe(chosen, classes), name[:80], private=chosen.private):
        st.rerun()  # the prior moves to the top of the page


@dataclass(frozen=True)
class Opened:
    """A prior's run, its settings, what a number of its maps is called, and its classes' names."""

    run: "Kept"
    settings: PriorSettings
    unit: str
    classes: tuple[str, ...]


def opened() -> Opened | None:
    """The prior that the link names; None, with a sentence, where it is no prior."""
    run = live.watched()
    if run is None:
        return None
    try:
        recipe = Recipe.from_json(run.recipe)
    except ValueError:
        st.info("This run was started by another version of Latent Lab and cannot be shown here.")
        return None
    if not isinstance(recipe.model, PriorSettings):
        live.elsewhere(run)
        return None
    origin = coded.learned(recipe)
    unit = "pixel" if isinstance(recipe.source, Levels) else "code"
    classes = origin.classes if origin is not None and recipe.model.classes else ()
    return Opened(run, recipe.model, unit, classes)
