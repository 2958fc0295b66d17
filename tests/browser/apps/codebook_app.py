"""A page with nothing but a codebook: all frames, or with `?live=1` one more at every tick."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve()
sys.path[:0] = [str(HERE.parents[3]), str(HERE.parent)]

import numpy as np  # noqa: E402
import streamlit as st  # noqa: E402
from codebook_frames import FRAMES  # noqa: E402

from latentcore.figures.codebook import Showing  # noqa: E402
from pages.ui.codebook import codebook  # noqa: E402

st.set_page_config(layout="wide")


@st.fragment(run_every=0.4)
def live():
    i = st.session_state.setdefault("i", 0)
    st.session_state["i"] = min(i + 1, len(FRAMES) - 1)
    codebook([FRAMES[i]], Showing("run", 200, live=True), key="codes")


if "live" in st.query_params:
    live()
else:
    name = st.query_params.get("title", "A run")
    codebook(FRAMES, Showing("run", 200, title=name), key="codes")
st.write("angle", float(np.pi))
