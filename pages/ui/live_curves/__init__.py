"""Curves that grow while a run trains: small panels, drawn on the client and never mounted anew.

A Plotly chart is mounted again whenever its data change, twice a second that flickers; these lines
only get longer.  Each panel has a text twin that says where every line stands.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st

from latentcore.arrays import Array
from latentcore.figures.palette import component

FOLDER = Path(__file__).parent
MOST = 400  # points of a line: more than the pixels of a panel tell apart


@dataclass(frozen=True)
class Line:
    """One line: steps (n,) and values (n,); nan where nothing was measured."""

    name: str
    step: Array
    value: Array


@dataclass(frozen=True)
class Panel:
    """Lines that share a scale; `unit` is said with the numbers, `log` needs positive values."""

    title: str
    lines: Sequence[Line]
    unit: str = ""
    log: bool = False


def live_curves(
    panels: Sequence[Panel], steps: int, key: str, hues: Mapping[str, str] | None = None
) -> None:
    """Draw panels over 0..steps steps; `hues` gives a line's name its colour, ink otherwise."""
    drawn = [
        {
            "title": panel.title,
            "unit": panel.unit,
            "log": panel.log,
            "lines": [_line(line, (hues or {}).get(line.name)) for line in panel.lines],
        }
        for panel in panels
    ]
    _COMPONENT(key=key, data={"panels": drawn, "steps": max(steps, 1)})


def pair(first: str, second: str) -> dict[str, str]:
    """Hues of two runs side by side."""
    return {first: component(0), second: component(1)}


def _line(line: Line, hue: str | None) -> dict[str, object]:
    known = np.isfinite(line.value)
    step, value = np.asarray(line.step)[known], np.asarray(line.value)[known]
    if len(step) > MOST:
        chosen = np.unique(np.linspace(0, len(step) - 1, MOST).astype(int))
        step, value = step[chosen], value[chosen]
    rounded = [float(f"{v:.5g}") for v in value]
    return {"name": line.name, "x": step.astype(float).tolist(), "y": rounded, "hue": hue}


_COMPONENT = st.components.v2.component(
    "latent_lab.live_curves",
    html='<div class="live-curves"></div>',
    css=(FOLDER / "live_curves.css").read_text("utf-8"),
    js=(FOLDER / "live_curves.js").read_text("utf-8"),
)
