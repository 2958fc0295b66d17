"""What a worker would report, without a network."""

import sys

import numpy as np

from latentcore.training.events import Progress, Snapshot
from latentcore.training.store import NoSuchRun, Store


def report(last, n=10, **terms):
    """A Progress of n steps whose total is the step's number."""
    step = np.arange(last - n + 1.0, last + 1.0)
    return Progress(last, {"total": step, **terms}, step / 100, last / 10, 100.0)


def shot(step, size=3):
    """A picture in which every number is the step's."""
    return Snapshot(step, {"a": np.full((2, size), step), "b": np.zeros((1, 1), np.float32)})


def train(store, id, steps, save=50):
    """What a worker writes in `range(begin, end, every)`, with a checkpoint now and then."""
    for step in steps:
        last = step + steps.step
        store.progress(id, report(last, steps.step))
        store.snapshot(id, shot(last))
        if last % save == 0:
            store.checkpoint(id, last, str(last).encode())


def worker(url, id, steps):
    """A worker in a process of its own: exit status 3 once the run is not there any more."""
    store = Store(url)
    try:
        store.begin(id, "cpu", {})
        at = store.run(id).step
        train(store, id, range(at, steps, 10))
        store.end(id, "finished")
    except NoSuchRun:
        sys.exit(3)
    finally:
        store.close()
