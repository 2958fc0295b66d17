"""A worker's part, done here: a run trained into the store, stopped, resumed, failed, deleted."""

from dataclasses import replace

import numpy as np
import pytest

from latentcore.networks.priors.settings import PriorSettings
from latentcore.networks.quantizers.presets import PRESETS
from latentcore.networks.vae.settings import VAESettings
from latentcore.networks.vqvae.settings import CompositionSettings, VQVAESettings
from latentcore.runs import here, parts, work
from latentcore.runs.recipe import Recipe
from latentcore.runs.sources import PARTS, Codes, Digits, Levels, Parts, Shapes
from latentcore.training import Plan
from latentcore.training.store import NoSuchRun, Store

SMALL = Plan(steps=20, batch_size=16, look_every=10, report_every=5, report_seconds=60)
VQ = Recipe(VQVAESettings(hidden=4, blocks=0, quantizer=PRESETS["EMA"]), Digits(), SMALL)


def add(store, recipe, **more):
    return store.add(recipe.to_json(), recipe.kind, "", "ada", recipe.plan.steps, **more)


def composed(rng):
    values = rng.multinomial(200, np.full(6, 1 / 6), size=40)
    return parts.Prepared(values, tuple("abcdef"), rng.integers(0, 2, 40), ("x", "y"))


RECIPES = {
    "VAE": Recipe(VAESettings((1, 8, 8), 2, encoder="dense", hidden=8), Digits(), SMALL),
    "VAE of levels": Recipe(
        VAESettings((1, 8, 8), 2, "categorical", 4, hidden=4, layers=0), Shapes(80, 8, 1), SMALL
    ),
    "VQVAE": VQ,
    "composition": Recipe(CompositionSettings(6, 2, (8,)), Parts("mine"), SMALL),
    "pixels": Recipe(PriorSettings("gated", (8, 8), 4, 4, 1), Levels(Digits(), 4), SMALL),
}


@pytest.mark.parametrize("name", RECIPES)
def test_a_run_is_trained_into_the_store(store, name):
    recipe = RECIPES[name]
    packed = {PARTS: parts.pack(composed(np.random.default_rng(0)))}
    run = add(store, recipe, attachments=packed if name == "composition" else {})
    assert work.work(store.url, run) == "finished"
    kept = store.run(run)
    assert (kept.state, kept.step, kept.message) == ("finished", 20, "")
    assert store.steps(run) == (0, 10, 20)
    assert store.saved(run)[0] == 20
    assert np.isfinite(store.curves(run).values["total"]).all()
    assert kept.versions["threads"].isdigit() and kept.device


def test_the_same_recipe_gives_the_same_numbers(store):
    first, second = add(store, VQ), add(store, VQ)
    work.work(store.url, first)
    work.work(store.url, second)
    one, other = store.curves(first), store.curves(second)
    np.testing.assert_array_equal(one.values["total"], other.values["total"])


class Stopping(Store):
    """A store whose visitor presses Stop when the run has come to a step."""

    at = 10

    def wished(self, id):
        return "stop" if self.run(id).step >= self.at else "train"


def test_a_stopped_run_goes_on_as_if_nothing_had_been(store, monkeypatch):
    whole, halved = add(store, VQ), add(store, VQ)
    work.work(store.url, whole)
    monkeypatch.setattr(work, "Store", Stopping)
    assert work.work(store.url, halved) == "stopped"
    assert 10 <= store.run(halved).step < 20
    monkeypatch.undo()
    assert work.work(store.url, halved) == "finished"
    ours, theirs = store.curves(halved), store.curves(whole)
    np.testing.assert_array_equal(ours.step, theirs.step)
    for name, values in theirs.values.items():
        np.testing.assert_array_equal(ours.values[name], values, err_msg=name)
    for step in store.steps(whole):
        for name, array in store.picture(whole, step).arrays.items():
            np.testing.assert_array_equal(store.picture(halved, step).arrays[name], array)


def test_a_run_that_is_told_to_stop_before_it_begins(store):
    run = add(store, VQ)
    store.wish(run, "stop")
    assert work.work(store.url, run) == "stopped"
    assert store.run(run).step == 0


def test_what_goes_wrong_is_a_sentence(store):
    paper = replace(VQ.model, quantizer=PRESETS["paper"])
    wild = replace(VQ, model=paper, learning_rate=9.0, plan=replace(SMALL, steps=400))
    run = add(store, wild)
    assert work.work(store.url, run) == "failed"
    assert "learning rate" in store.run(run).message
    no_codes = add(store, Recipe(PriorSettings("gated", (4, 4), 128), Codes("nobody"), SMALL))
    assert work.work(store.url, no_codes) == "failed"
    assert "codes are to be learned is gone" in store.run(no_codes).message


def test_the_papers_recipe_ends_on_shapes_too_however_far_its_outputs_run_away(store):
    paper = VQVAESettings((3, 16, 16), quantizer=PRESETS["paper"])
    run = add(store, Recipe(paper, Shapes(200), Plan(40, look_every=40)))
    assert work.work(store.url, run) == "finished"
    assert max(store.curves(run).values["commitment"]) > 1e4


def test_a_defect_says_nothing_of_the_data(store, monkeypatch, caplog):
    def broken(*_):
        raise RuntimeError("patient 17 has the value 3.2")

    monkeypatch.setattr(here, "fresh", broken)
    run = add(store, VQ)
    assert work.work(store.url, run) == "failed"
    assert "patient" not in store.run(run).message + caplog.text
    assert "RuntimeError" in caplog.text


def test_a_deleted_run_ends_its_worker(store, monkeypatch):
    run = add(store, VQ)

    def vanishing(*given):
        for event in given[1]:
            store.delete(run)
            yield event

    real = here.events
    monkeypatch.setattr(here, "events", lambda *given: vanishing(given, real(*given)))
    assert work.work(store.url, run) == "deleted"
    with pytest.raises(NoSuchRun):
        store.run(run)


def test_a_prior_learns_the_codes_of_another_run(store):
    vq = add(store, VQ)
    work.work(store.url, vq)
    learned = Recipe(PriorSettings("gated", (4, 4), 128, 8, 1), Codes(vq), SMALL)
    run = add(store, learned)
    assert work.work(store.url, run) == "finished"
    with_vae = add(store, RECIPES["VAE"])
    work.work(store.url, with_vae)
    wrong = add(store, replace(learned, source=Codes(with_vae)))
    assert work.work(store.url, wrong) == "failed"
    assert "no codes" in store.run(wrong).message
