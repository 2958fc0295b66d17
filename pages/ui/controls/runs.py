"""The inputs of the page "Runs": filters, and what is done to one run."""

from collections.abc import Sequence
from typing import Literal

import streamlit as st

LINK: Literal["query-params"] = "query-params"
LONGEST = 80  # characters of a name
DeltaGenerator = st.delta_generator.DeltaGenerator


def filters(kinds: Sequence[str], states: Sequence[str]) -> tuple[str, list[str], list[str], bool]:
    """Text, kinds and states wanted (none: all), and whether only one's own runs are."""
    with st.sidebar:
        text = st.text_input("Name or setting contains", key="find", bind=LINK, max_chars=LONGEST)
        chosen = st.pills("Model", kinds, selection_mode="multi", key="kind", bind=LINK)
        wanted = st.pills("State", states, selection_mode="multi", key="state", bind=LINK)
        own = st.toggle("Only mine", key="own", bind=LINK)
    return str(text or ""), list(chosen or ()), list(wanted or ()), bool(own)


def rename(run: str, name: str) -> str | None:
    """A new name, when it was confirmed."""
    with st.popover("Rename", icon=":material/edit:"), st.form(f"rename_{run}", border=False):
        new = st.text_input("Name", name, max_chars=LONGEST, key=f"name_{run}")
        return str(new) if st.form_submit_button("Rename") else None


def delete(run: str) -> bool:
    """Whether the run is to go, when it was confirmed."""
    with st.popover("Delete", icon=":material/delete:"):
        st.markdown("The run, its checkpoint and any data stored for it will be gone for good.")
        return st.button("Delete for good", key=f"delete_{run}", type="primary")
