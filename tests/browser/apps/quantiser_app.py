"""A page with nothing but a quantiser: `?case=NAME`."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve()
sys.path[:0] = [str(HERE.parents[3]), str(HERE.parent)]

import streamlit as st  # noqa: E402
from quantiser_cases import CASES  # noqa: E402

from pages.ui.quantiser import quantiser  # noqa: E402

st.set_page_config(layout="wide")
quantiser(CASES[st.query_params.get("case", "k-means")](), key="touch")
st.button("Rerun")
st.write("runs", st.session_state.setdefault("runs", 0) + 1)
st.session_state["runs"] += 1
