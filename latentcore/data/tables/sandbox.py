"""Parsers of binary formats run in a process of their own, with limits on time and memory.

HDF5's library is written in C and reads files that attackers write; openpyxl reads XML that may
take hours.  Here either ends with its process, and the answer is a sentence.
"""

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latentcore.data.tables.grid import LONGEST, MOST_CELLS
from latentcore.data.tables.table import TableError

SECONDS = 9
MEMORY = 4_000_000_000
SCRIPT = Path(__file__).parent / "workers" / "__main__.py"


def extract(parser: str, raw: bytes, **options: object) -> dict[str, NDArray[Any]]:
    """What a parser of `workers` finds in the bytes.  Raises TableError."""
    asked = {
        "seconds": SECONDS,
        "memory": MEMORY,
        "longest": LONGEST,
        "cells": MOST_CELLS,
        **options,
    }
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(SCRIPT), parser, json.dumps(asked)],
            input=raw,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env={"OPENBLAS_NUM_THREADS": "1", "HDF5_PLUGIN_PATH": "::"},
        )
    except subprocess.TimeoutExpired as error:
        raise _stopped() from error
    if done.returncode:
        raise _stopped()
    try:
        with np.load(io.BytesIO(done.stdout), allow_pickle=False) as arrays:
            found = dict(arrays)
    except (ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise _stopped() from error
    if "refused" in found:
        what, do = text_of(found["refused"])
        raise TableError(what, expected="Expected a whole file of plain values.", do=do)
    return found


def text_of(array: NDArray[np.uint8]) -> Any:  # noqa: ANN401 (JSON is anything)
    """JSON that travelled as bytes."""
    return json.loads(array.tobytes())


def _stopped() -> TableError:
    return TableError(
        "Reading the file was stopped: it took too long, too much memory, or was damaged.",
        expected=f"Expected to be done in {SECONDS} seconds and {MEMORY // 10**9} GB.",
        do="Export the table as CSV or tab-separated text, and open that file.",
    )
