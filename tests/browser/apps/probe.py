"""Streamlit's server with a probe: told by a signal, it writes what in it holds a marker.

    PROBE_MARKER=... PROBE_FILE=... python probe.py run app.py ...

Every object that the garbage collector knows is asked for what it refers to; texts, bytes, arrays
and messages to the browser are looked into.
"""

import gc
import json
import os
import signal
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa

MARKER, FILE = os.environ["PROBE_MARKER"], Path(os.environ["PROBE_FILE"])


DEPTH = 4  # owners told of each holder


def holds(thing) -> bool:
    """Whether a thing that may hold text holds the marker."""
    if isinstance(thing, str):
        return MARKER in thing
    if isinstance(thing, bytes | bytearray):
        return MARKER.encode() in thing
    if isinstance(thing, memoryview):
        return MARKER.encode() in thing.tobytes()
    if isinstance(thing, np.ndarray):
        return thing.dtype.kind in "OSU" and any(MARKER in str(item) for item in thing.flat)
    if isinstance(thing, pa.Array | pa.ChunkedArray | pa.Table):
        return MARKER in str(thing.to_pylist())
    message = getattr(type(thing), "SerializePartialToString", None)  # what goes to a browser
    return message is not None and MARKER.encode() in message(thing)


def look(*_: object) -> None:
    """Count the holders of the marker by kind, and by what refers to them."""
    gc.collect()
    gc.collect()
    found: Counter[str] = Counter()
    seen: set[int] = {id(MARKER), id(globals())}
    queue = [((), thing) for thing in gc.get_objects()]
    while queue:  # tuples and dicts of mere texts are unknown to the collector: go down to them
        owner, thing = queue.pop()
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        if holds(thing):
            found[" < ".join((type(thing).__name__, *owner))] += 1
        path = (type(thing).__name__, *owner)[:DEPTH]
        queue += [(path, below) for below in gc.get_referents(thing)]
    partial = FILE.with_suffix(".part")
    partial.write_text(json.dumps(found))
    partial.rename(FILE)


def break_fit(*_: object) -> None:
    """From now on a fit fails in a way that nobody foresaw, and says what it was given."""
    from pages.ui import fitting

    def broken(settings, values, taxa, y, classes):  # noqa: ARG001 (the shape of what it replaces)
        raise LookupError(f"{taxa} {classes}")

    fitting.fit_table = broken


if __name__ == "__main__":
    os.environ.pop("PROBE_MARKER")
    signal.signal(signal.SIGUSR1, look)
    signal.signal(signal.SIGUSR2, break_fit)
    from streamlit.web.cli import main

    sys.argv[0] = "streamlit"
    main()
