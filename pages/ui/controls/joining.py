"""The inputs of a join: the column of ids, near matches, and the consent to lose samples."""

import streamlit as st

from latentcore.data.tables.joining import Join
from latentcore.data.unreadable import counted
from pages.ui import session


def column() -> str | None:
    """The column of ids chosen before this run, if any."""
    return session.choice(f"{session.JOINING} column")


def choose_column(join: Join) -> None:
    """Another column of ids than the one that fits best."""
    st.selectbox(
        "Column of ids in the metadata",
        list(join.columns),
        index=None,
        placeholder=join.column[:60],
        format_func=lambda name: f"{name[:60]} ({join.columns[name]} in the table)",
        key=session.upload_key(f"{session.JOINING} column"),
    )


def near(join: Join) -> bool:
    """Whether to take the near matches."""
    n = len(join.matching.near)
    return bool(n) and st.checkbox(
        f"Take the {counted(n, 'near match', 'near matches')}",
        key=session.upload_key(f"{session.JOINING} near"),
    )


def consent(kept: int, lost: int) -> bool:
    """Whether to go on without the samples that have no metadata."""
    return st.checkbox(
        f"Go on with {counted(kept, 'sample')} and leave {lost:,} out",
        key=session.upload_key(f"{session.JOINING} consent {kept} {lost}"),
    )
