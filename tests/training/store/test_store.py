"""What every store does, whatever database is below."""

import numpy as np
import pytest

from latentcore.training.events import Progress, Snapshot
from latentcore.training.store import NoSuchRun, Store


@pytest.fixture
def store(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'runs.sqlite'}")
    yield store
    store.close()


def report(last, n=10, **terms):
    """A Progress of n steps whose total is the step's number."""
    step = np.arange(last - n + 1.0, last + 1.0)
    return Progress(last, {"total": step, **terms}, step / 100, last / 10, 100.0)


def test_a_run_is_kept_trained_looked_at_and_deleted(store):
    recipe = {"seed": 1, "model": {"is": "VQVAE", "codes": [4, 4]}}
    id = store.add(recipe, "VQVAE", "digits", "me", 30, attachments={"data": b"\0\1"})
    assert store.run(id).state == "waiting"
    assert store.run(id).recipe == recipe
    store.begin(id, "cpu", {"torch": "2"})
    for last in (10, 20, 30):
        store.progress(id, report(last))
        store.snapshot(id, Snapshot(last, {"a": np.full((2, 3), last)}))
        store.checkpoint(id, last, bytes([last]))
    store.end(id, "finished")
    found = store.run(id)
    assert (found.state, found.step, found.seconds, found.device) == ("finished", 30, 3.0, "cpu")
    curves = store.curves(id)
    assert curves.step.tolist() == list(range(1, 31))
    assert curves.values["total"].tolist() == list(range(1, 31))
    assert store.steps(id) == (10, 20, 30)
    assert store.picture(id).arrays["a"].tolist() == [[30] * 3] * 2
    assert store.picture(id, 10).step == 10
    assert store.picture(id, 11) is None
    assert store.saved(id) == (30, b"\x1e")
    assert store.attachment(id, "data") == b"\0\1"
    store.delete(id)
    with pytest.raises(NoSuchRun):
        store.run(id)
