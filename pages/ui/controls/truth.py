"""The inputs that set a truth, component by component.

Values come from links too: every one of them is clamped by its widget.
"""

from dataclasses import replace

import numpy as np
import streamlit as st

from latentcore.arrays import Array
from latentcore.mixture.covariance import Full
from latentcore.mixture.dirichlet import Dirichlets
from latentcore.mixture.gaussian import Gaussians
from latentcore.mixture.heads import Heads
from latentcore.mixture.mixture import Mixture
from pages.ui.controls.chosen import LINK, Chosen
from pages.ui.controls.labels import with_heads

FACTORS = [0.01, 0.03, 0.1, 0.3, 0.5, 1.0, 2.0, 3.0, 10.0, 30.0, 100.0]
MOST = 6  # components of a truth


def gaussian_truth(chosen: Chosen) -> Mixture:
    """The preset's Gaussians in the plane, as edited.  Raises ValueError in words."""
    start = chosen.preset.truth
    with st.sidebar.expander("Components of the truth"):
        count = _count(chosen, len(start))
        weight, mean, covariance, slopes, intercepts = [], [], [], [], []
        for k in range(count):
            known = _nth_gaussian(start, k)
            st.markdown(f"**Component {k + 1}**")
            weight.append(_weight(chosen, k, known.weight[0]))
            centre, spread = known.components.mean[0], known.components.covariance.dense[0]
            mean.append(_row(chosen.key(f"m{k + 1}"), ("Mean x1", "Mean x2"), centre, (-1e3, 1e3)))
            deviation = np.sqrt(np.diag(spread))
            names = ("Std. dev. x1", "Std. dev. x2")
            s = _row(chosen.key(f"s{k + 1}"), names, deviation, (1e-3, 1e3))
            r = st.slider(
                "Correlation",
                -0.95,
                0.95,
                float(spread[0, 1] / deviation.prod()),
                0.05,
                key=chosen.key(f"r{k + 1}"),
                bind=LINK,
            )
            covariance.append(np.outer(s, s) * np.array([[1, r], [r, 1]]))
            b, w = _head(chosen, k, known.heads, ("w1", "w2"))
            intercepts.append(b)
            slopes.append(w)
    factor = _factor(chosen)
    components = Gaussians(
        factor * np.array(mean), Full(factor**2 * np.array(covariance)), np.zeros(2)
    )
    heads = Heads.of(np.array(intercepts)[:, None], np.array(slopes)[:, None])
    scale = np.sqrt(np.mean([np.diag(c) for c in components.covariance.dense], axis=0))
    return with_heads(chosen, Mixture.of(_shares(weight), components, heads), scale)


def dirichlet_truth(chosen: Chosen) -> Mixture:
    """The preset's Dirichlets, as edited.  Raises ValueError in words."""
    start = chosen.preset.truth
    parts = start.components.centre.shape[1]
    with st.sidebar.expander("Components of the truth"):
        count = _count(chosen, len(start))
        weight, concentration, slopes, intercepts = [], [], [], []
        names = tuple(f"α{j + 1}" for j in range(parts))
        for k in range(count):
            known = start.take(np.array([k % len(start)]))
            st.markdown(f"**Component {k + 1}**")
            weight.append(_weight(chosen, k, start.weight[k % len(start)]))
            alpha = np.roll(known.components.concentration[0], k // len(start))
            concentration.append(_row(chosen.key(f"a{k + 1}"), names, alpha, (0.05, 1e3)))
            heads = tuple(f"w{j + 1}" for j in range(parts))
            b, w = _head(chosen, k, known.heads, heads)
            intercepts.append(b)
            slopes.append(w)
    factor = _factor(chosen, "Every concentration times")
    components = Dirichlets(factor * np.array(concentration), 0.0)
    heads_ = Heads.of(np.array(intercepts)[:, None], np.array(slopes)[:, None])
    scale = np.full(parts, 0.1)
    return with_heads(chosen, Mixture.of(_shares(weight), components, heads_), scale)


def _count(chosen: Chosen, default: int) -> int:
    return int(st.slider("Components", 1, MOST, default, key=chosen.key("k"), bind=LINK))


def _factor(chosen: Chosen, label: str = "Everything times") -> float:
    with st.sidebar:
        return float(
            st.select_slider(
                label,
                FACTORS,
                1.0,
                format_func=lambda f: f"{f:g}",
                key=chosen.key("scale"),
                bind=LINK,
                help="Figure 2 of the notes is figure 1 times 0.1. The heads stay as they are.",
            )
        )


def _nth_gaussian(start: Mixture, k: int) -> Mixture:
    """Component k of the preset; beyond those it has, a copy on a circle around them."""
    if k < len(start):
        return Mixture(
            start.log_weight[k : k + 1],
            start.components.take(np.array([k])),
            start.heads and start.heads.take(np.array([k])),
        )
    copy = start.take(np.array([k % len(start)]))
    angle = 2 * np.pi * k / MOST
    reach = np.abs(start.components.centre).max() + 2
    place = np.round(reach * np.array([np.cos(angle), np.sin(angle)]), 1)
    return replace(copy, components=copy.components.moved(0, place))


def _weight(chosen: Chosen, k: int, default: float) -> float:
    return st.number_input(
        "Weight (shares are made to sum to 1)",
        0.001,
        1000.0,
        round(float(default), 3),
        format="%g",
        key=chosen.key(f"p{k + 1}"),
        bind=LINK,
    )


def _shares(weight: list[float]) -> Array:
    return np.array(weight) / sum(weight)


def _row(key: str, names: tuple[str, ...], default: Array, bounds: tuple[float, float]) -> Array:
    """One number field per name, two to a line, under keys that end in a, b, c, ..."""
    values = []
    for j, name in enumerate(names):
        if j % 2 == 0:
            columns = st.columns(2)
        values.append(
            columns[j % 2].number_input(
                name,
                *bounds,
                float(round(default[j], 6)),
                format="%g",
                key=key + "abcdefghi"[j],
                bind=LINK,
            )
        )
    return np.array(values)


def _head(
    chosen: Chosen, k: int, known: Heads | None, names: tuple[str, ...]
) -> tuple[float, Array]:
    """Intercept and weights of one head; the preset's where it has them."""
    b = 0.0 if known is None else float(known.intercept[0, 0])
    w = np.zeros(len(names)) if known is None else known.weight[0, 0]
    row = _row(chosen.key(f"h{k + 1}"), ("Head b", *names), np.r_[b, w], (-1e4, 1e4))
    return float(row[0]), row[1:]
