"""The list of runs, one run with all that can be done to it, and several beside each other."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from latentcore.figures.palette import component
from latentcore.runs import taken
from latentcore.runs.difference import difference, settings
from pages.ui import live, seen, session
from pages.ui.controls import runs as controls
from pages.ui.live_curves import Line, Panel, live_curves
from pages.ui.server import desk
from pages.ui.text import escape
from pages.ui.visitor import visitor

if TYPE_CHECKING:
    from latentcore.training.store import Kept

TICKED = "_ticked"
TERMS_IN_WORDS = {
    "total": "loss: all terms together",
    "log_likelihood": "log-likelihood log p(x | z)",
    "elbo": "ELBO",
    "kl": "KL",
    "gradient": "norm of the gradient",
}
STATES = ("waiting", "running", "stopped", "finished", "failed")
MOST = 6  # runs beside each other
TERMS = 8  # panels


def listed() -> "list[Kept]":
    """The runs that this visitor may see and asked for; filters are in the sidebar."""
    every = desk().store.runs(visitor())
    text, kinds, states, own = controls.filters(sorted({live.model(r) for r in every}), STATES)
    return [
        run
        for run in every
        if (not kinds or live.model(run) in kinds)
        and (not states or run.state in states)
        and (not own or live.mine(run))
        and _holds(run, text)
    ]


def table(runs: "Sequence[Kept]") -> "list[Kept]":
    """Show the list; the runs that are ticked.

    Ticks are remembered by run: a table knows them by row, and rows move when runs come and go.
    """
    ids = [run.id for run in runs]
    key = f"runs_{session.digest_of(''.join(ids).encode())[:16]}"

    def remember() -> None:
        marked = st.session_state[key]["selection"]["rows"]
        st.session_state[TICKED] = [ids[i] for i in marked if i < len(ids)]

    ticked = [i for i, run in enumerate(ids) if run in st.session_state.get(TICKED, ())]
    rows = pd.DataFrame(
        {
            "name": [named(run) for run in runs],
            "model": [live.model(run) for run in runs],
            "state": [run.state for run in runs],
            "steps": [f"{run.step:,} of {run.steps:,}" for run in runs],
            "seconds": [run.seconds for run in runs],
            "started": [datetime.fromtimestamp(run.created, UTC) for run in runs],
            "mine": [live.mine(run) for run in runs],
            "private": [run.private for run in runs],
        }
    )
    st.dataframe(
        rows,
        hide_index=True,
        on_select=remember,
        selection_mode="multi-row",
        selection_default={"selection": {"rows": ticked}},
        key=key,
        alt="Runs, newest first; tick one to open it, several to compare them",
        column_config={
            "name": st.column_config.TextColumn(width="medium"),
            "seconds": st.column_config.NumberColumn(format="%.1f"),
            "started": st.column_config.DatetimeColumn(format="distance"),
        },
    )
    return [runs[i] for i in ticked][:MOST]


def one(run: "Kept") -> None:
    """How a run stands, its curves, what it was told, and what can be taken away."""
    st.header(escape(named(run)))
    live.link(run)
    live.watch(run, _curves)
    if live.mine(run):
        _own(run)
    _take(run)
    with st.expander("Settings"):
        said = settings(run.recipe)
        told = {"setting": list(said), "value": list(said.values())}
        st.dataframe(told, hide_index=True, alt="Every setting of this run")
        if run.versions:
            st.caption(
                escape(
                    ", ".join(f"{k} {v}" for k, v in sorted(run.versions.items()) if k != "process")
                )
            )


def beside(runs: "Sequence[Kept]") -> None:
    """Curves of several runs in the same panels, and the settings in which they differ."""
    names = [f"{i + 1}. {named(run)}" for i, run in enumerate(runs)]
    st.caption(escape("; ".join(names), 600))
    numbers = [str(i + 1) for i in range(len(runs))]
    curves = [seen.curves(run) for run in runs]
    terms = dict.fromkeys(term for one in curves for term in one.values)
    panels = [
        Panel(
            in_words(term),
            [
                Line(number, one.step, one.values[term])
                for number, one in zip(numbers, curves, strict=True)
                if term in one.values
            ],
        )
        for term in list(terms)[:TERMS]
    ]
    hues = {number: component(i) for i, number in enumerate(numbers)}
    live_curves(panels, max(run.steps for run in runs), "beside", hues)
    st.subheader("Where their settings differ")
    rows = difference([run.recipe for run in runs])
    if not rows:
        st.markdown("Nowhere: these runs were told the same.")
        return
    columns = {name: [row[i] for row in rows.values()] for i, name in enumerate(names)}
    told = {"setting": list(rows), **columns}
    st.dataframe(told, hide_index=True, alt="Settings in which these runs differ")


def named(run: "Kept") -> str:
    """The run's name, or what it is."""
    return run.name or f"{live.model(run)} {run.id[:6]}"


def in_words(term: str) -> str:
    """What a curve shows, for those who do not read the program."""
    return TERMS_IN_WORDS.get(term, term.replace("_", " "))


def _holds(run: "Kept", text: str) -> bool:
    words = text.lower().split()
    told = (f"{k} {v}" for k, v in settings(run.recipe).items())
    within = " ".join([named(run), live.model(run), *told])
    return all(word in within.lower() for word in words)


def _curves(run: "Kept") -> None:
    found = seen.curves(run)
    panels = [
        Panel(in_words(name), [Line(name, found.step, values)])
        for name, values in list(found.values.items())[:TERMS]
    ]
    if panels:
        live_curves(panels, run.steps, f"curves_{run.id}")
    else:
        st.caption("No step has been taken yet.")


def _own(run: "Kept") -> None:
    """What only the run's owner can do; it may be gone by then, deleted in another tab."""
    from latentcore.training.store import NoSuchRun

    rename, delete, _ = st.columns([1, 1, 4])
    with rename:
        name = controls.rename(run.id, run.name)
        if name is not None:
            with suppress(NoSuchRun):
                desk().store.rename(run.id, name)
            st.rerun()
    with delete:
        if controls.delete(run.id):
            with suppress(NoSuchRun):
                desk().delete(run.id)
            live.leave()
            st.rerun()


def _take(run: "Kept") -> None:
    """Downloads; what is large is fetched when the button is pressed."""
    store, stem = desk().store, f"latent-lab-{run.kind.lower()}-{run.id[:6]}"
    from latentcore.runs.script import holder, script
    from latentcore.runs.sources import PARTS
    from latentcore.training.store import NoSuchRun

    if not run.step:
        return
    again, held = "", None
    try:
        again = script(store, run.id)
        held = holder(store, run.id)
    except NoSuchRun:
        st.caption("There is no script: the run whose codes this one learned is gone.")
    except ValueError:
        st.caption("There is no script: this run was started by another version of Latent Lab.")
    offers = [
        ("Losses (CSV)", "csv", lambda: taken.metrics(store.curves(run.id))),
        ("Newest picture (.npz)", "npz", lambda: _samples(run.id)),
        ("Script (Python)", "py", again.encode),
    ]
    if store.saved_at(run.id) is not None:
        offers.insert(0, ("Checkpoint", "safetensors", lambda: store.saved(run.id)[1]))
    if held is not None and live.mine(store.run(held)):
        offers.append(("Prepared table (.npz)", "parts.npz", lambda: store.attachment(held, PARTS)))
    for place, (label, suffix, made) in zip(st.columns(len(offers)), offers, strict=True):
        place.download_button(
            label, made, f"{stem}.{suffix}", on_click="ignore", key=f"{suffix}_{run.id}",
            icon=":material/download:", width="stretch", disabled=suffix == "py" and not again,
        )  # fmt: skip


def _samples(run: str) -> bytes:
    picture = desk().store.picture(run)
    return b"" if picture is None else taken.samples(picture)
