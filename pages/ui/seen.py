"""The curves of a run as a session remembers them: what it has seen is not asked for again.

A row read from SQLite hands the interpreter to another thread and waits to get it back.  With a
class on one server that is where the time went, so a look at a run fetches the new rows only.
"""

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from pages.ui.server import desk

if TYPE_CHECKING:
    from latentcore.training.store import Curves, Kept

SEEN = "_curves"
KEPT = 8
"""Runs whose curves a session remembers."""


def curves(run: "Kept") -> "Curves":
    """The curves up to the run's step: in one piece once it has ended, until then as they grew."""
    known: dict[str, tuple[tuple[int, str], Curves]] = st.session_state.setdefault(SEEN, {})
    stands = run.step, run.state
    before = known.pop(run.id, None)
    if before is None or (before[0] != stands and not _grows(before[0], stands)):
        found = desk().store.curves(run.id)
    elif before[0] == stands:
        found = before[1]
    else:
        found = joined(before[1], desk().store.curves(run.id, before[0][0]))
    known[run.id] = stands, found
    while len(known) > KEPT:
        known.pop(next(iter(known)))
    return found


def joined(seen: "Curves", new: "Curves") -> "Curves":
    """Points seen and new ones, in ascending steps; nan where a term was not named."""
    from latentcore.training.store import Curves

    later = new.step > (seen.step[-1] if len(seen.step) else -1)
    parts = (seen, np.ones(len(seen.step), bool)), (new, later)
    return Curves(
        np.concatenate([one.step[which] for one, which in parts]),
        {
            name: np.concatenate(
                [one.values.get(name, np.full(len(which), np.nan))[which] for one, which in parts]
            )
            for name in {**seen.values, **new.values}
        },
    )


def _grows(before: tuple[int, str], now: tuple[int, str]) -> bool:
    """Whether a run is further in training than it was; a resumed one may have gone back."""
    return before[1] == now[1] == "running" and before[0] < now[0]
