"""The ladder of bits on the page: bars that move while a prior trains, never mounted anew."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from latentcore.figures.palette import INK, component

FOLDER = Path(__file__).parent
RUNGS = ("Nothing", "Frequencies", "Frequencies by position")
HUES = (INK, INK, INK, component(0))


def ladder(rungs: Sequence[float], unit: str, key: str) -> None:
    """Bits per code (or pixel: `unit`), from knowing nothing of it to the learned prior."""
    known = (*RUNGS, f"The {unit}s before")
    data = [
        {"name": name, "bits": bits, "hue": hue}
        for name, bits, hue in zip(known, map(float, rungs), HUES, strict=True)
    ]
    _COMPONENT(key=key, data={"rungs": data, "unit": unit})


_COMPONENT = st.components.v2.component(
    "latent_lab.ladder",
    html='<div class="ladder" role="group" aria-label="Bits by what is known"></div>',
    css=(FOLDER / "ladder.css").read_text("utf-8"),
    js=(FOLDER / "ladder.js").read_text("utf-8"),
)
