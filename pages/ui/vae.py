"""What the page "VAE" shows of a run, piece by piece; the page puts the pieces in order."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from latentcore.figures import vae as figures
from latentcore.figures.palette import component
from latentcore.figures.traversal import Traversal, kl_per_axis
from latentcore.networks.vae.settings import VAESettings
from latentcore.runs.recipe import Recipe
from pages.ui import live, seen
from pages.ui import vae_words as words
from pages.ui.controls import training
from pages.ui.controls import vae as controls
from pages.ui.live_curves import Line, Panel, live_curves
from pages.ui.server import desk
from pages.ui.sheet import sheet
from pages.ui.traversal import traversal
from pages.ui.vae_recipe import Given

if TYPE_CHECKING:
    from latentcore.training.store import Kept

Arrays = Mapping[str, NDArray[Any]]
COLUMNS = 8  # pictures in a row
NAMES = {
    "elbo": "ELBO",
    "log_likelihood": "E log p(x | z)",
    "kl": "KL",
    "bits_per_dim": "bits",
    "total": "total",
}
HUES = {"ELBO": component(0), "E log p(x | z)": component(2), "KL": component(1)}


def start(recipe: Recipe, data: Given, place: controls.DeltaGenerator) -> None:
    """The button that hands the recipe in."""
    if training.train(place) and allowed(data):
        live.hand_in(recipe, private=data.private, attachments=data.files)


def allowed(data: Given) -> bool:
    """Whether the data may be stored for training; a sentence if they may not."""
    if not data.allowed:
        st.warning("Training needs your consent to store the images: tick the box above.")
    return data.allowed


def draw(run: "Kept") -> None:
    """The run as it stands: curves, the walk, pictures."""
    model = settings(run)
    if model is None:
        live.elsewhere(run, "VAE")
        return
    _curves(run)
    newest = desk().store.picture(run.id)
    if newest is None:
        st.caption("The first picture is on its way.")
        return
    seen = newest.arrays
    st.header("Walk through the latent space")
    traversal(walk(model, seen), key=f"walk_{run.id}")
    st.header("Reconstruction is not generation")
    _pictures(seen)
    if run.state not in live.LIVE:
        st.subheader("All posteriors together, against the prior")
        _aggregate(seen)


def settings(run: "Kept") -> VAESettings | None:
    """The model's settings, if it is a VAE, and one of this version."""
    try:
        model = Recipe.from_json(run.recipe).model
    except ValueError:
        return None
    return model if isinstance(model, VAESettings) else None


def walk(model: VAESettings, seen: Arrays) -> Traversal:
    """What the browser needs to walk, out of a picture."""
    classes = tuple(json.loads(seen["classes"].tobytes())) if "classes" in seen else ()
    channels, height, width = model.shape
    return Traversal(
        seen["mean"],
        seen["log_variance"],
        seen.get("y"),
        classes,
        seen["layers"],
        seen["weights"],
        (channels, height, width),
        model.likelihood,
        model.levels,
    )


def _curves(run: "Kept") -> None:
    found = seen.curves(run)
    lines = {
        NAMES[name]: Line(NAMES[name], found.step, values)
        for name, values in found.values.items()
        if name in NAMES
    }
    if "ELBO" not in lines:
        return
    panels = [
        Panel("The bound, and its first term", [lines["E log p(x | z)"], lines["ELBO"]], "nats"),
        Panel("What lies between: KL(q(z | x) ‖ p(z))", [lines["KL"]], "nats"),
        Panel("What is minimised: β KL − E log p(x | z)", [lines["total"]], "nats"),
    ]
    if "bits" in lines:
        panels[2] = Panel("Length of a code, per pixel and channel", [lines["bits"]], "bits")
    live_curves(panels, run.steps, f"curves_{run.id}", HUES)


def terms(seen: Arrays) -> str:
    """The held-out bound and its terms, in words."""
    fit, kl = (float(value) for value in seen["terms"])
    return f"ELBO {fit - kl:.2f} = {fit:.2f} − {kl:.2f} nats".replace("-", "−")


def _pictures(seen: Arrays) -> None:
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("**From q(z | x).** Held-out samples; four draws each.")
        sheet([seen["x"], *seen["posterior"]], "A row of samples, and four rows of reconstructions")
        st.markdown(
            "A draw from q(z | x) gives back the x it was told. It **reconstructs**, and says "
            "nothing of pictures that nobody has shown it."
        )
    with right:
        st.markdown("**From the prior p(z).** No sample is needed.")
        rows = seen["prior"].reshape(-1, COLUMNS, *seen["prior"].shape[1:])
        sheet(rows, "Four rows of decoded draws from the prior")
        st.markdown(
            "This is how the model **generates**: z ~ N(0, I), then p(x | z). It works as far as "
            "the posteriors together fill the prior; in the holes between them the decoder has "
            "never been."
        )
    st.caption(f"Held-out samples, one draw each: {terms(seen)} (E log p(x | z) − KL).")


def _aggregate(seen: Arrays) -> None:
    st.plotly_chart(
        figures.aggregate(seen["mean"], seen["log_variance"]),
        alt="Density of z over all samples beside the prior's, for the axes with the largest KL",
    )


def limits(run: "Kept | None") -> None:
    """What a VAE cannot do, on the run's newest pictures if there is a run, and in words."""
    places = st.columns(3, gap="large")
    newest = desk().store.picture(run.id) if run is not None and settings(run) else None
    if newest is not None:
        for place, draw_limit in zip(places, (_blurred, _collapsed, _between), strict=True):
            with place:
                draw_limit(newest.arrays)
    words.limits(places)


def _blurred(seen: Arrays) -> None:
    x, mean = seen["x"], seen["posterior"][0]
    edges = [float(np.abs(np.diff(part / 255, axis=-1)).mean()) for part in (x, mean)]
    sheet([x, mean], "A row of samples, and their reconstructions below them")
    st.caption(
        "Samples, and reconstructions below. From one pixel to the next brightness changes by "
        f"{edges[0]:.3f} above, by {edges[1]:.3f} below."
    )


def _collapsed(seen: Arrays) -> None:
    kl = kl_per_axis(seen["mean"], seen["log_variance"])
    most, least = int(kl.argmax()), int(kl.argmin())
    sheet(seen["axes"], "Two walks: along the axis with the largest KL, and the smallest")
    st.caption(
        f"From −2 to 2 along z{most + 1} ({kl[most]:.2f} nats), and along z{least + 1} "
        f"({kl[least]:.2f} nats) below."
    )


def _between(seen: Arrays) -> None:
    sheet([seen["between"]], "A walk from one sample to another")
    st.caption("From one sample's code straight to another's.")


def what_if(recipe: Recipe, data: Given) -> None:
    """The same recipe and seed with several values of beta, side by side, live."""
    place, button = st.columns([3, 1], vertical_alignment="bottom")
    with place:
        betas = controls.compared()
    if training.train(button, f"Train {len(betas)} runs", "train_betas") and allowed(data):
        assert isinstance(recipe.model, VAESettings)
        for i, beta in enumerate(betas):
            one = replace(recipe, model=replace(recipe.model, beta=beta))
            live.hand_in(one, f"β = {beta:g}", f"beta{i}", data.private, data.files)
        for i in range(len(betas), controls.MOST_COMPARED):
            live.leave(f"beta{i}")
    runs = [run for i in range(controls.MOST_COMPARED) if (run := live.watched(f"beta{i}"))]
    if runs:
        _beside(runs)


def _beside(runs: "list[Kept]") -> None:
    going = any(run.state in live.LIVE for run in runs)

    @st.fragment(run_every=live.SECONDS if going else None)
    def look() -> None:
        now = live.still(runs)
        if going and not any(run.state in live.LIVE for run in now):
            st.rerun()
        places = st.columns(controls.MOST_COMPARED)
        for i, run in enumerate(now):
            with places[i]:
                _compact(run, f"walk_{i}_{run.id}")

    look()


def _compact(run: "Kept", key: str) -> None:
    model, newest = settings(run), desk().store.picture(run.id)
    if model is None:
        return
    st.markdown(f"**β = {model.beta:g}**")
    st.caption(live.said(run))
    if newest is not None:
        traversal(walk(model, newest.arrays), key, compact=True)
        st.caption(terms(newest.arrays))
