"""The exported script, run as a stranger would: the same losses to the last bit."""

import csv
import io
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from latentcore.networks.priors.settings import PriorSettings
from latentcore.networks.vqvae.settings import CompositionSettings
from latentcore.runs import parts, taken, work
from latentcore.runs.recipe import Recipe
from latentcore.runs.script import PLACES, holder, script
from latentcore.runs.sources import PARTS, Codes, Parts
from latentcore.training.store import NoSuchRun
from tests.runs.test_work import SMALL, VQ, Stopping, add, composed

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def reproduced(store, run, folder, *files):
    path = folder / "reproduce.py"
    path.write_text(script(store, run))
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, path, *files], cwd=folder, env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    with (folder / "metrics.csv").open() as file:
        return [float(row["total"]) for row in csv.DictReader(file)]


def test_a_prior_and_the_model_whose_codes_it_learns_both_as_far_as_they_came(
    store, tmp_path, monkeypatch
):
    monkeypatch.setattr(work, "Store", Stopping)
    vq = add(store, VQ)
    work.work(store.url, vq)
    falling = replace(SMALL, decay="cosine", look_every=6)
    run = add(store, Recipe(PriorSettings("gated", (4, 4), 128, 8, 1), Codes(vq), falling))
    work.work(store.url, run)
    assert store.saved(vq)[0] < 20 > store.saved(run)[0]
    found = reproduced(store, run, tmp_path)
    np.testing.assert_array_equal(found, store.curves(run).values["total"])


def test_an_uploaded_table_is_given_as_a_file(store, tmp_path):
    packed = parts.pack(composed(np.random.default_rng(1)))
    recipe = Recipe(CompositionSettings(6, 2, (8,)), Parts("mine"), SMALL)
    run = add(store, recipe, attachments={PARTS: packed})
    work.work(store.url, run)
    (tmp_path / "parts.npz").write_bytes(store.attachment(holder(store, run), PARTS))
    assert "PARTS is the prepared table" in script(store, run)
    of_codes = add(store, Recipe(PriorSettings("masked", (1, 2), 128), Codes(run), SMALL))
    assert holder(store, of_codes) == run and holder(store, add(store, VQ)) is None
    found = reproduced(store, run, tmp_path, "parts.npz")
    np.testing.assert_array_equal(found, store.curves(run).values["total"])


def test_a_name_cannot_break_out_of_the_script(store):
    run = add(store, VQ)
    store.rename(run, '"""\nimport os  # \\ {recipes}')
    compile(script(store, run), "reproduce.py", "exec")


def test_without_the_other_run_there_is_no_script(store):
    run = add(store, Recipe(PriorSettings(), Codes("gone"), SMALL))
    with pytest.raises(NoSuchRun):
        script(store, run)


def test_every_class_of_a_recipe_can_be_imported():
    from importlib import import_module

    for name, place in PLACES.items():
        assert getattr(import_module(place), name).__name__ == name


def test_metrics_are_the_curves(store):
    run = add(store, VQ)
    work.work(store.url, run)
    curves = store.curves(run)
    rows = list(csv.DictReader(io.StringIO(taken.metrics(curves).decode())))
    assert [float(row["total"]) for row in rows] == curves.values["total"].tolist()
    with np.load(io.BytesIO(taken.samples(store.picture(run)))) as file:
        assert int(file["at_step"]) == 20
