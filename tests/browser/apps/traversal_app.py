"""A page with nothing but a walk: `?walk=NAME`; "Newer" hands in another decoder."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve()
sys.path[:0] = [str(HERE.parents[3]), str(HERE.parent)]

import streamlit as st  # noqa: E402
from traversal_data import walk  # noqa: E402

from pages.ui.traversal import traversal  # noqa: E402

st.set_page_config(layout="wide")
name = st.query_params.get("walk", "dense")
newer = st.toggle("Newer")
traversal(
    walk({"levels": "moved"}.get(name, "later") if newer else name),
    "walk",
    compact="compact" in st.query_params,
)
st.button("Rerun")
st.write("runs", st.session_state.setdefault("runs", 0) + 1)
st.session_state["runs"] += 1
