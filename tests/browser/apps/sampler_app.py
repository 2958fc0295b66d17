"""A page with nothing but a sampler: `?film=half`; a button brings a newer picture."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

import numpy as np  # noqa: E402
import streamlit as st  # noqa: E402

from pages.ui.sampler import sampler  # noqa: E402
from tests.figures.drawn import drawn  # noqa: E402

FILMS = {
    "plain": {},
    "half": {"known": np.arange(16).reshape(4, 4) < 8},
    "grey": {"codes": 17, "grey": True, "picture": None, "grid": (8, 8)},
    "colour": {"picture": (3, 6, 9), "grid": (2, 3), "n": 2},
}
st.set_page_config(layout="wide")
seed = int(st.button("Newer"))
sampler(drawn(**FILMS[st.query_params.get("film", "plain")], seed=seed), key="film")
st.write(f"picture {seed}")
