"""The buttons of a run: train, stop, resume."""

import streamlit as st

DeltaGenerator = st.delta_generator.DeltaGenerator


def train(place: DeltaGenerator, label: str = "Train", key: str = "train") -> bool:
    """The main button of a page that trains."""
    return place.button(
        label, key=key, type="primary", icon=":material/model_training:", width="stretch"
    )


def stop(run: str) -> bool:
    """Ask a run to stop."""
    return st.button("Stop", key=f"stop_{run}", icon=":material/stop:")


def resume(run: str) -> bool:
    """Let a stopped run go on."""
    return st.button("Resume", key=f"resume_{run}", icon=":material/play_arrow:")


def store_upload(name: str, key: str) -> bool:
    """The plain question before anything of an upload is kept."""
    return st.checkbox(
        f"Store the data of {name} on this server until I delete the run",
        key=key,
        help="Training happens in another process that reads the data from the server's database. "
        "They are deleted with the run, and listed to nobody but you.",
    )
