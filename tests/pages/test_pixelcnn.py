"""The PixelCNN page without a browser: what it offers, what it says of runs, and odd links."""

import re
from dataclasses import replace

import numpy as np
import pytest

from latentcore.networks.priors.settings import PriorSettings
from latentcore.networks.quantizers.presets import PRESETS
from latentcore.networks.vae.settings import VAESettings
from latentcore.networks.vqvae.settings import VQVAESettings
from latentcore.runs import work
from latentcore.runs.recipe import Recipe
from latentcore.runs.sources import Codes, Digits, Levels
from latentcore.training import Plan, Snapshot
from tests.pages import opening

PLAN = Plan(steps=10, batch_size=32, look_every=5)


def add(store, recipe, name="", **more):
    plain = recipe.to_json() if isinstance(recipe, Recipe) else recipe
    kind = recipe.kind if isinstance(recipe, Recipe) else "Prior"
    return store.add(plain, kind, name, "ada", PLAN.steps, **more)


@pytest.fixture
def vqvae(store):
    quantizer = replace(PRESETS["k-means"], codes=12, width=4)
    model = VQVAESettings(hidden=4, blocks=0, quantizer=quantizer)
    run = add(store, Recipe(model, Digits(), PLAN), "mine *and* <b>yours</b>")
    work.work(store.url, run)
    return run


def prior_of(store, vqvae, classes=0):
    settings = PriorSettings("gated", (4, 4), 12, 8, 1, classes=classes)
    run = add(store, Recipe(settings, Codes(vqvae), PLAN))
    work.work(store.url, run)
    return run


def opened(**link):
    return opening.opened("pixelcnn", **link)


def headers(app):
    return [header.value for header in app.header]


def words(app):
    return " ".join(part.value for part in (*app.markdown, *app.caption, *app.info))


def menu(app):
    return next(box for box in app.selectbox if box.label == "Learn").options


@pytest.mark.usefixtures("store")
def test_without_runs_there_are_pixels_and_an_offer():
    app = opened()
    assert menu(app) == ["Pixels of digits", "Pixels of shapes, four greys"]
    assert "There is no VQ-VAE yet" in words(app)
    assert headers(app)[0] == "What a prediction may see"
    assert [b.label for b in app.button] == ["Train a VQ-VAE of digits first", "Train this prior"]


def test_finished_runs_with_codes_are_offered_but_not_others(store, vqvae):
    add(store, Recipe(VQVAESettings(), Digits(), PLAN), "not begun")
    add(store, Recipe(VQVAESettings(), Digits(), PLAN), "private", private=True)
    add(store, Recipe(VAESettings((1, 8, 8)), Digits(), PLAN), "no codes")
    app = opened()
    assert menu(app)[0] == f"Codes of mine *and* <b>yours</b> ({vqvae[:6]})"
    assert len(menu(app)) == 3 and "There is no VQ-VAE yet" not in words(app)


def test_a_run_in_the_link_comes_first_with_all_its_parts(store, vqvae):
    run = prior_of(store, vqvae, classes=10)
    app = opened(run=run)
    assert headers(app) == [
        "A prior, learned", "Uniform prior beside the learned one", "Completing a given half",
        "Class by class", "Where it is hard, and when to stop", "What a prediction may see",
        "The formulas in use",
    ]  # fmt: skip
    learned, tables = store.picture(run).arrays["ladder"][[3, 2]]
    assert f"{abs(learned - tables):.2f} bits per code" in words(app) or (
        f"{learned:.2f} against {tables:.2f} bits per code" in words(app)
    )


def test_an_unconditional_prior_has_no_classes_to_show(store, vqvae):
    assert "Class by class" not in headers(opened(run=prior_of(store, vqvae)))


def test_the_picture_of_an_earlier_step_can_be_looked_at(store, vqvae):
    run = prior_of(store, vqvae)
    app = opened(run=run)
    slider = next(s for s in app.select_slider if s.label == "Picture at step")
    assert slider.options == ["0", "5", "10"]
    slider.set_value(0).run()
    assert not app.exception
    first = store.picture(run, 0).arrays["ladder"]
    assert f"{first[3]:.2f} against" in words(app)


def test_the_step_that_was_looked_at_belongs_to_its_run(store, vqvae):
    first, second = prior_of(store, vqvae), prior_of(store, vqvae)
    app = opened(run=first)
    next(s for s in app.select_slider if s.label == "Picture at step").set_value(0).run()
    early = store.picture(first, 0).arrays["ladder"][3]
    assert f"{early:.2f}" in words(app)
    app.query_params["run"] = second
    app.run()
    assert not app.exception and f"{early:.2f}" not in words(app)


def test_pictures_of_another_kind_are_not_taken_for_a_prior(store):
    grey = Recipe(PriorSettings("gated", (8, 8), 17), Levels(Digits(), 17), PLAN)
    run = add(store, grey)
    store.begin(run, "cpu", {})
    store.snapshot(run, Snapshot(0, {"index": np.zeros((1, 8, 8))}))
    store.end(run, "stopped")
    assert "Where it is hard, and when to stop" not in headers(opened(run=run))


def test_a_run_whose_codes_are_gone_is_still_shown(store, vqvae):
    run = prior_of(store, vqvae, classes=10)
    store.delete(vqvae)
    assert "Class by class" in headers(opened(run=run))


def test_runs_that_are_no_prior_and_runs_that_wait_are_calm(store, vqvae):
    assert f"shown on another page: [VQ-VAE](vq-vae?run={vqvae})" in words(opened(run=vqvae))
    grey = Recipe(PriorSettings("gated", (8, 8), 17), Levels(Digits(), 17), PLAN)
    waiting = add(store, grey)
    assert headers(opened(run=waiting))[0] == "A prior, learned"
    assert "Uniform prior beside the learned one" not in headers(opened(run=waiting))
    old = add(store, {"is": "Recipe", "model": {"is": "Gone"}})
    assert "another version" in words(opened(run=old))


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    "link",
    [
        {"run": "../../etc/passwd"}, {"run": ""}, {"run": "x" * 5000}, {"codes": "nobody"},
        {"of": "Codes of nobody (abc)"}, {"of": "<script>"}, {"net": "transformer"},
        {"kernel": "4"}, {"first": "-3"}, {"layers": "1e9"}, {"steps": "nan"}, {"seed": "inf"},
        {"map": "1 × 1"}, {"given": "nothing"}, {"named": "perhaps"}, {"rate": "0"},
        {"hidden": "17", "batch": "-1"},
    ],
    ids=lambda link: str(link)[:40],
)  # fmt: skip
def test_hostile_links_are_calm(link):
    app = opened(**link)
    assert [t.value for t in app.title] == ["PixelCNN"]


@pytest.mark.usefixtures("store")
def test_settings_of_the_link_are_those_of_the_run(monkeypatch):
    handed = []
    monkeypatch.setattr(
        "pages.ui.live.hand_in", lambda recipe, name, **_: handed.append((recipe, name))
    )
    link = {"net": "Row+LSTM", "layers": "3", "hidden": "16", "kernel": "5", "seed": "7",
            "steps": "450", "named": "true", "of": "Pixels of digits"}  # fmt: skip
    app = opened(**{name: value.replace("+", " ") for name, value in link.items()})
    next(b for b in app.button if b.label == "Train this prior").click().run()
    assert not app.exception
    ((recipe, name),) = handed
    assert recipe.model == PriorSettings("row lstm", (8, 8), 17, 16, 3, 5, 3, 10)
    assert (recipe.source, recipe.seed) == (Levels(Digits(), 17), 7)
    assert (recipe.plan.steps, recipe.plan.batch_size) == (450, 64)
    assert re.fullmatch(r"Row LSTM of pixels of digits", name)


def test_what_is_learned_from_private_data_is_private(store, vqvae, monkeypatch):
    private = []
    monkeypatch.setattr("pages.ui.live.hand_in", lambda *_, **more: private.append(more["private"]))
    monkeypatch.setattr("pages.ui.coded.visitor", lambda: "ada")
    kept = store.run(vqvae)
    mine = store.add(kept.recipe, kept.kind, "mine", "ada", 10, private=True)
    work.work(store.url, mine)
    for run in (mine, vqvae):
        label = next(name for name in menu(opened()) if run[:6] in name)
        app = opened(of=label)
        next(b for b in app.button if b.label == "Train this prior").click().run()
    assert private == [True, False]
