"""What a session remembers: uploads, and what long computations have found, by their settings.

A table with diagnoses is health data.  An upload therefore lives in the session that sent it and
nowhere else: never in a cache shared by users, never on disk, never in the link.  The studies are
public and are cached for everybody.

Several computations can be known at a time and one of each kind can be running; a kind is a slot.
"""

import hashlib
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import streamlit as st

from latentcore.data import studies
from latentcore.data.tables import Choices, Table, read_several
from latentcore.data.tables.choices import Watch, unwatched

TABLES = "_your_table_read"
RESULTS = "_results"
RUNNING = "_running"
UPLOAD = "_your_table_upload"
HELD = "_your_table_held"
ASKED = "_asked"
READING, JOINING = "reading", "joining"
"""First word of what is chosen for a table, and for metadata."""

FILE = "file"
"""First part of every widget key and result key that belongs to an upload."""

KEPT = 12
"""Settings whose results are remembered; the oldest are forgotten first."""

TABLE, METADATA = "table", "metadata"
"""The upload fields."""

MADE = 6
"""Tables and joins of an upload that are kept."""

T = TypeVar("T")
Key = tuple[Hashable, ...]
Files = tuple[tuple[str, bytes], ...]
"""Names and bytes."""


@st.cache_data(show_spinner=False)
def library() -> tuple[studies.Study, ...]:
    """The example studies that have something to predict; empty when they are not installed."""
    try:
        return tuple(study for study in studies.studies() if study.labels)
    except studies.StudiesAbsent:
        return ()


@st.cache_data(show_spinner=False, max_entries=6)
def study(name: str) -> Table:
    """One example study."""
    return studies.load(name)


def digest(files: Files) -> str:
    """What stands for uploaded files in the keys of results."""
    whole = hashlib.sha256()
    for name, raw in files:
        whole.update(f"{len(name)} {name} {len(raw)} ".encode("utf-8", "surrogatepass"))
        whole.update(raw)
    return whole.hexdigest()


def digest_of(raw: bytes) -> str:
    """SHA-256 of one file, as other programs print it."""
    return hashlib.sha256(raw).hexdigest()


def upload(files: Files, choices: Choices, watch: Watch = unwatched) -> Table:
    """Read uploaded files, or find them as read before in this session.  Raises TableError."""
    return once((digest(files), choices), lambda: read_several(files, choices, watch))


def once(key: Key, make: Callable[[], T]) -> T:
    """What was made of an upload before in this session, or is made now; raises what `make` does.

    Only the last few are kept: as found, with a label, corrected, joined.
    """
    made: dict[Key, Any] = st.session_state.setdefault(TABLES, {})
    found: T = made.pop(key) if key in made else make()
    made[key] = found
    while len(made) > MADE:
        made.pop(next(iter(made)))
    return found


def upload_key(what: str) -> str:
    """Key of a widget that belongs to an upload; after forgetting they are new ones, and empty."""
    return f"{FILE}_{st.session_state.setdefault(UPLOAD, 0)}_{what}"


def choice(what: str) -> str | None:
    """What the visitor chose in a widget that belongs to the upload, if anything."""
    found: str | None = st.session_state.get(upload_key(what))
    return found


def hold(slot: str, files: Files) -> None:
    """Keep files while other pages are visited: their visit empties the upload fields."""
    st.session_state.setdefault(HELD, {})[slot] = files


def held(slot: str) -> Files:
    """Names and bytes of the files this session keeps for one field; none at first."""
    found: Files = st.session_state.get(HELD, {}).get(slot, ())
    return found


def let_go(slot: str) -> None:
    """The visitor took files out of the field, or is about to put others in.

    What was chosen for one file, a correction or a column of ids, is not so for the next.
    """
    st.session_state.get(HELD, {}).pop(slot, None)
    begin = upload_key(READING if slot == TABLE else JOINING)
    for name in [n for n in st.session_state if str(n).startswith(begin)]:
        del st.session_state[name]


def forget() -> None:
    """Remove the uploads of this session: bytes, readings, settings that quote it, and results."""
    context = st.runtime.scriptrunner.get_script_run_ctx()
    if context is not None:
        _forget_widgets(context)
        if st.runtime.exists():
            _forget_files(context.session_id)
    for name in (HELD, TABLES, RUNNING):
        st.session_state.pop(name, None)
    results = _results()
    for key in [key for key in results if key[0] == FILE]:
        del results[key]
    number = st.session_state.get(UPLOAD, 0)
    for name in [n for n in st.session_state if str(n).startswith(f"{FILE}_")]:
        del st.session_state[name]
    st.session_state[UPLOAD] = number + 1


def _forget_files(session_id: str) -> None:
    """The server's copies of what this session handed in, and of what was made for it."""
    server = st.runtime.get_instance()
    server.uploaded_file_mgr.remove_session_files(session_id)
    server.media_file_mgr.clear_session_refs(session_id)
    for _ in range(2):  # the first time, files to download are only marked
        server.media_file_mgr.remove_orphaned_files()


def _forget_widgets(context: Any) -> None:  # noqa: ANN401 (Streamlit does not name it in public)
    """What Streamlit remembers of widgets after they are gone: their options quote the upload."""
    known = context.session_state._state._new_widget_state.widget_metadata
    for name in [n for n, w in known.items() if f"-{FILE}_" in n and w.callback is None]:
        del known[name]


def results(key: Key) -> list[Any]:
    """What is known for these settings, in the order in which it came."""
    return list(_results().get(key, ()))


def keep(key: Key, result: object) -> None:
    """Add a result to those of these settings."""
    every = _results()
    every.setdefault(key, []).append(result)
    every[key] = every.pop(key)  # the settings used last come last
    while len(every) > KEPT:
        every.pop(next(iter(every)))


def start(slot: str, key: Key) -> None:
    """These settings are to be computed."""
    st.session_state.setdefault(RUNNING, {})[slot] = key


def stop(slot: str) -> None:
    """Nothing of this kind is to be computed any more; what was found stays."""
    st.session_state.get(RUNNING, {}).pop(slot, None)


def running(slot: str, key: Key) -> bool:
    """Whether these very settings are being computed."""
    now = st.session_state.get(RUNNING, {}).get(slot)
    if now not in (None, key):
        stop(slot)  # a setting moved: the old run ends, its results stay under the old settings
    return bool(now == key)


def ask(settings: dict[str, Any], neutral: dict[str, Any]) -> None:
    """Put settings into the widgets and the link, and have the page start at once.

    A widget that is on the page takes its value from the session's state and writes the link.
    For one that is about to appear the link is written here, unless it is to stand where it
    stands at first, as `neutral` says.
    """
    for name, value in settings.items():
        if name not in st.session_state and value != neutral.get(name):
            st.query_params[name] = value if isinstance(value, list) else str(value)
        elif name not in st.session_state:
            st.query_params.pop(name, None)
        st.session_state[name] = value
    st.session_state[ASKED] = True
    st.rerun()  # a run that begins with the new link: widgets about to appear read it there


def asked() -> bool:
    """Whether the page is to start at once; only the first to ask is told so."""
    return bool(st.session_state.pop(ASKED, False))


def _results() -> dict[Key, list[Any]]:
    found: dict[Key, list[Any]] = st.session_state.setdefault(RESULTS, {})
    return found
