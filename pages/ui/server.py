"""What the server does before its first visitor comes, and what all its visitors share."""

import gc
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

import streamlit as st

from pages.ui import logs
from pages.ui.text import escape

if TYPE_CHECKING:
    from latentcore.runs.desk import Desk


WARM = (
    "pages.ui.mixture",
    "pages.ui.controls.fitting",
    "plotly.graph_objects",
    "pages.ui.comparing",
    "pages.ui.benchmark",
    "pages.ui.fitting",
    "pages.ui.taking",
    "latentcore.runs.desk",
    "pages.ui.vae",
    "pages.ui.vqvae",
    "pages.ui.prior.watching",
    "pages.ui.runs",
)
SERVING = threading.Event()
"""Set in a server; a page that is only tested starts no workers."""

ENDING = threading.Event()
"""Set when the server ends."""

OPENING = threading.Lock()
COLLECTING = 2.0  # seconds between two whole collections of garbage, at least


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:  # noqa: ARG001 - given by the server
    """Keep data out of the log, make links to pages work at once, load what every visit needs.

    Streamlit takes a folder pages/ for its older way of listing pages until the first call of
    st.navigation; a first visitor who came by a link to a page was told that it was not found.
    """
    logs.quiet()
    st.runtime.scriptrunner.script_runner.gc = Seldom(gc.collect)
    st.runtime.pages_manager.PagesManager.uses_pages_directory = False
    SERVING.set()
    threading.Thread(target=_warm, daemon=True).start()
    yield
    ENDING.set()
    if only_desk.cache_info().currsize:
        desk().executor.close()


def desk() -> "Desk":
    """Where runs are handed in: one for the server, also when a class asks for it at once.

    Ends the page, with a sentence, where the store cannot be opened.
    """
    from latentcore.training.store import StoreError

    try:
        with OPENING:
            return only_desk()
    except StoreError as trouble:
        st.error("  \n".join(escape(s, 400) for s in trouble.sentences), icon=":material/error:")
        st.stop()


def prepare() -> None:
    """Let the workers start beside a visit that may soon want them; nothing without a server."""
    if SERVING.is_set() and not only_desk.cache_info().currsize:
        threading.Thread(target=_open, daemon=True).start()


def _open() -> None:
    """Open the desk where nobody can be told that it does not: the visit that wants it will be."""
    from latentcore.training.store import StoreError

    with suppress(StoreError), OPENING:
        only_desk()


@cache
def only_desk() -> "Desk":
    """Open it; its workers start when the first job comes."""
    from latentcore.runs.desk import Desk
    from latentcore.training.executor import Executor
    from latentcore.training.store import Store

    opened = Desk(Store(), Executor())
    if SERVING.is_set():  # by the time that a visitor has chosen, the workers are there
        opened.executor.warm()
        threading.Thread(target=_tidy, args=(opened,), daemon=True).start()
    opened.tidy(time.time())
    return opened


def _tidy(opened: "Desk") -> None:
    """Go on tidying up: servers end under their runs and runs expire while this one serves."""
    from latentcore.runs.desk import PULSE

    while not ENDING.wait(PULSE):
        try:
            opened.tidy(time.time())
        except Exception as error:  # the database may be there again the next time
            logs.LOGGER.warning("the store could not be tidied: %s", type(error).__name__)


class Seldom:
    """Stands for the module gc in Streamlit, which collects all garbage after every run.

    A class that watches its runs has the server run some part of a page thirty times a second:
    nine tenths of its time went into collections, in which nobody is served.  One in a while is
    enough, beside those that Python begins by itself.
    """

    def __init__(self, collect: Callable[[int], int]) -> None:
        self._collect, self._last = collect, -COLLECTING

    def collect(self, generation: int = 2) -> int:
        """What gc.collect does, unless it was done a moment ago: then 0."""
        now = time.monotonic()
        if now - self._last < COLLECTING:
            return 0
        self._last = now
        return self._collect(generation)


def _warm() -> None:
    """Load what visits need, first what the first page shows, and have the collector skip it.

    Else every collection looks at every object of every library: 85 ms.
    """
    for name in WARM:
        import_module(name)
    gc.collect()
    gc.freeze()
