"""The newest pictures of a prior, or those of the step that was asked for, part by part."""

import numpy as np
import streamlit as st

from latentcore.figures import prior as figures
from latentcore.figures import tiles
from latentcore.figures.sampling import Sampling
from pages.ui import seen
from pages.ui.controls import pixelcnn as controls
from pages.ui.prior.opened import Opened
from pages.ui.prior.watching import Arrays, arrays_of, held_out, shown_step
from pages.ui.sampler import sampler

RISE = 0.05  # bits above the lowest that count as learning by heart


def shown(known: Opened) -> Arrays | None:
    """The arrays of the picture that the page shows below the live part."""
    return arrays_of(known.run, shown_step(known.run))


def beside(arrays: Arrays) -> None:
    """Samples of the learned prior between held-out maps and samples of the uniform prior."""
    names = {"held out": "real", "learned prior": "drawn", "uniform prior": "uniform"}
    every = {name: tiles.pictures(arrays, part) for name, part in names.items()}
    n = min(map(len, every.values()))
    st.plotly_chart(
        tiles.tiles({name: pictures[:n] for name, pictures in every.items()}),
        alt="Rows of pictures: held-out maps, samples of the learned prior, of the uniform one",
    )


def halves(known: Opened, arrays: Arrays) -> None:
    """Completing a given half, step by step, and the results beside what was there."""
    offered = [name for name in controls.SIDES if f"{name}.codes" in arrays]
    if not offered:
        st.caption("These maps are too small to be halved.")
        return
    side = controls.side(offered)
    sampling = Sampling.of(arrays, side, known.classes)
    if sampling is not None:
        sampler(sampling, f"{side}_{known.run.id}")
    n = len(arrays[f"{side}.codes"])
    rows = {
        "completed": tiles.pictures(arrays, side),
        "as they were": tiles.pictures(arrays, "real")[:n],
    }
    st.plotly_chart(
        tiles.tiles(rows), alt="Completed maps above the held-out maps they are halves of"
    )
    st.caption(
        "The upper half is all of the past for the lower one: a fair draw from the prior."
        if side == "upper"
        else "The left half is not: its lower rows come later in the order. A draw on the right "
        "knows only what stands before it, and nothing was drawn with later rows in mind."
    )


def by_class(known: Opened, arrays: Arrays) -> None:
    """Four samples of each class."""
    pictures = tiles.pictures(arrays, "named")
    names = known.classes or tuple(str(k) for k in range(len(pictures)))
    rows = {f"sample {i + 1}": pictures[:, i] for i in range(pictures.shape[1])}
    st.plotly_chart(
        tiles.tiles(rows, names[: len(pictures)]), alt="Four samples of every class, a column each"
    )


def hard(known: Opened, arrays: Arrays) -> None:
    """Which positions cost most, and the bits along training."""
    run, unit = known.run, known.unit
    steps, held = held_out(run)
    left, right = st.columns([2, 3])
    left.plotly_chart(
        figures.by_position(arrays["nats"], unit), alt="Bits of the learned prior at each position"
    )
    curves = seen.curves(run)
    train = curves.step, curves.values.get("bits_per_code", np.full(len(curves.step), np.nan))
    right.plotly_chart(
        figures.climb(train, (steps, held), arrays["ladder"][:3], unit),
        alt="Bits in training and on held-out maps along the steps, with the rungs that need no "
        "network",
    )
    if len(held) > 1 and held[-1] > held.min() + RISE:
        st.info(
            f"Held-out bits were lowest at step {int(steps[held.argmin()]):,} and rose by "
            f"{held[-1] - held.min():.2f} since, while those in training fell: the prior learns "
            "its maps by heart. Fewer steps or a smaller network say more about new maps."
        )
