"""A prior while it trains: ladder, bits along the steps, and samples that are drawn anew."""

from collections.abc import Mapping
from math import log
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from latentcore.figures import palette
from latentcore.figures.sampling import Sampling
from pages.ui import live, seen
from pages.ui.controls import pixelcnn as controls
from pages.ui.ladder import ladder
from pages.ui.live_curves import Line, Panel, live_curves
from pages.ui.prior.opened import Opened
from pages.ui.sampler import sampler
from pages.ui.server import desk

if TYPE_CHECKING:
    from latentcore.training.store import Kept

Arrays = Mapping[str, NDArray[Any]]
HELD, LOOK = "_held", "_look"
TABLES = ("nothing", "frequencies", "by position")
HUES = {
    **dict.fromkeys(TABLES, palette.INK),
    "in training": palette.component(4),
    "held out": palette.component(0),
}


def watch(known: Opened) -> None:
    """Ladder, bits and samples, again and again while it trains."""
    unit = known.unit

    def draw(now: "Kept") -> None:
        with st.container():  # kept free while it trains, so that nothing below is mounted anew
            _scrub(now)
        arrays = arrays_of(now, shown_step(now))
        if arrays is None:
            st.skeleton(height=320)
            return
        rungs = arrays["ladder"]
        left, right = st.columns([2, 3], gap="large")
        with left:
            st.markdown(f"**Bits per {unit}, by what is known**")
            ladder(rungs, unit, f"ladder_{now.id}")
        with right:
            _climb(now, unit, rungs)
        st.caption(_saving(rungs, known.settings.positions, unit))
        sampling = Sampling.of(arrays, "drawn", known.classes)
        if sampling is not None:
            sampler(sampling, f"drawn_{now.id}")

    live.watch(known.run, draw)


def arrays_of(run: "Kept", step: int | None = None) -> Arrays | None:
    """The newest picture's arrays, or those of a step; None while there are none."""
    picture = desk().store.picture(run.id, step)
    return None if picture is None or "ladder" not in picture.arrays else picture.arrays


def shown_step(run: "Kept") -> int | None:
    """The step that was asked for, of a run that has ended; None for the newest."""
    owner, step = st.session_state.get(LOOK, ("", None))
    return step if owner == run.id and run.state not in live.LIVE else None


def held_out(run: "Kept") -> tuple[NDArray[Any], NDArray[Any]]:
    """Steps and held-out bits of the kept pictures; those that were read are remembered."""
    known: dict[int, float] = {}
    if st.session_state.get(HELD, (None,))[0] == run.id:
        known = st.session_state[HELD][1]
    steps = desk().store.steps(run.id)
    for step in steps:
        if step not in known and (arrays := arrays_of(run, step)) is not None:
            known[step] = float(arrays["ladder"][3])
    st.session_state[HELD] = run.id, known
    kept = [step for step in steps if step in known]
    return np.array(kept), np.array([known[step] for step in kept])


def _scrub(run: "Kept") -> None:
    """Once a run has ended: which of its pictures is shown, here and further down the page."""
    if run.state in live.LIVE:
        return
    step = controls.look(run.id, desk().store.steps(run.id))
    if step != shown_step(run):
        st.session_state[LOOK] = run.id, step
        st.rerun()


def _climb(run: "Kept", unit: str, rungs: NDArray[Any]) -> None:
    steps, held = held_out(run)
    curves = seen.curves(run)
    ends = np.array([0.0, run.steps])
    lines = [Line(name, ends, np.full(2, bits)) for name, bits in zip(TABLES, rungs, strict=False)]
    if "bits_per_code" in curves.values:
        lines.append(Line("in training", curves.step, curves.values["bits_per_code"]))
    lines.append(Line("held out", steps, held))
    live_curves([Panel(f"bits per {unit}", lines)], run.steps, f"climb_{run.id}", HUES)


def _saving(rungs: NDArray[Any], n: int, unit: str) -> str:
    """The ladder in words."""
    uniform, frequent, placed, learned = map(float, rungs)
    if learned >= placed:
        return (
            f"So far the network knows less of held-out maps than a table of frequencies at each "
            f"position: {learned:.2f} against {placed:.2f} bits per {unit}."
        )
    return (
        f"Knowing the {unit}s before saves {placed - learned:.2f} bits per {unit} against their "
        f"frequencies at each position: a map of {n} costs {n * learned:.0f} bits instead of "
        f"{n * frequent:.0f} by frequencies and {n * uniform:.0f} under a uniform prior. That adds "
        f"{n * (uniform - learned) * log(2):.0f} nats to "
        + ("log p(x)." if unit == "pixel" else "log p(k), and so to the bound on log p(x).")
    )
