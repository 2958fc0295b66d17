"""Runs: everything that was trained, and what became of it.

list -> one run -> several beside each other
"""

import streamlit as st

from pages.ui import live
from pages.ui import runs as show

st.title("Runs")
st.markdown(
    "Every network that was trained here: your own, and those of others that hold no private data. "
    "Tick one to open it, or several to compare them. A run has a link; whoever opens it sees the "
    "same, live if it still trains."
)
every = show.listed()
opened = live.watched()
if every:
    ticked = show.table(every)
else:
    st.info("No run yet, or none like this. Train one on the page VAE, VQ-VAE or PixelCNN.")
    ticked = []
if len(ticked) > 1:
    st.header("Side by side")
    show.beside(ticked)
elif ticked:
    live.open_run(ticked[0].id)
    show.one(ticked[0])
elif opened is not None:
    show.one(opened)
