"""A page with nothing but receptive fields; `?kernel=5&grid=7` for others."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

import streamlit as st  # noqa: E402

from pages.ui.receptive import receptive  # noqa: E402

st.set_page_config(layout="wide")
kernel = int(st.query_params.get("kernel", 3))
rows = int(st.query_params.get("rows", 9))
receptive((rows, 11), kernel, kernel, 8, key="field")
st.button("Rerun")
