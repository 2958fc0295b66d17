"""What can be taken away of a run, as bytes: its losses as CSV, its newest picture as .npz."""

import csv
import io
from math import isnan
from typing import Any

import numpy as np

from latentcore.training.events import Snapshot
from latentcore.training.store import Curves


def metrics(curves: Curves) -> bytes:
    """The curves as CSV: a row says the means over the steps since the row before."""
    file = io.StringIO(newline="")
    names = list(curves.values)
    writer = csv.writer(file)
    writer.writerow(["step", *names])
    for i, step in enumerate(curves.step.tolist()):
        found = [float(curves.values[name][i]) for name in names]
        writer.writerow([step, *("" if isnan(value) else repr(value) for value in found)])
    return file.getvalue().encode()


def samples(picture: Snapshot) -> bytes:
    """The arrays of a picture, readable with `numpy.load`."""
    file = io.BytesIO()
    arrays: dict[str, Any] = {**picture.arrays, "at_step": np.int64(picture.step)}
    np.savez_compressed(file, allow_pickle=False, **arrays)
    return file.getvalue()
