"""A page with nothing but films: `?film=NAME`, twice when `?twice=1`."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve()
sys.path[:0] = [str(HERE.parents[3]), str(HERE.parent)]

import streamlit as st  # noqa: E402
from film_data import FILMS  # noqa: E402

from pages.ui.em_film import em_film  # noqa: E402

st.set_page_config(layout="wide")


@st.cache_resource
def film(name):
    return FILMS[name]()


name = st.query_params.get("film", "gaussian")
moved = em_film(film(name), key="film", height=560)
if "twice" in st.query_params:
    em_film(film("small"), key="second", height=360)
st.button("Rerun")
st.write("runs", st.session_state.setdefault("runs", 0) + 1)
st.session_state["runs"] += 1
if moved:
    st.write(f"moved {moved.component} to {[round(part, 4) for part in moved.to]}")
