"""The page "VAE" without a browser: its settings make recipes, and a run in the store is shown."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from latentcore.networks.draws import seeded
from latentcore.networks.vae import VAE, VAESettings
from latentcore.runs.recipe import Recipe
from latentcore.runs.sources import Digits, Images, Shapes
from latentcore.runs.work import work
from latentcore.training.plan import Plan
from pages.ui import vae_recipe
from pages.ui.controls import vae as controls
from pages.ui.server import desk
from pages.ui.vae_recipe import Given

PAGE = Path(__file__).resolve().parents[2] / "pages" / "vae.py"
SECONDS = 60
DIGITS = Given(Digits(), (1, 8, 8), 17, {})
ASKED = controls.Asked("Digits", 2, 1.0, "bernoulli", "dense", 64, 2000, 0.003, 0)


def opened(**link):
    app = AppTest.from_file(str(PAGE), default_timeout=SECONDS)
    for name, value in link.items():
        app.query_params[name] = value
    return calm(app.run())


def calm(app):
    assert not app.exception, [(e.message, e.stack_trace) for e in app.exception]
    return app


def words(app):
    return " ".join(str(each.value) for each in (*app.markdown, *app.caption, *app.info))


@pytest.fixture
def handed(monkeypatch):
    """What the page hands in, instead of training it."""
    found = []
    monkeypatch.setattr(
        "pages.ui.live.hand_in",
        lambda recipe, name="", key="run", private=False, attachments=None: found.append(
            (recipe, name, key, private, attachments)
        ),
    )
    return found


@pytest.mark.parametrize("name", controls.EXAMPLES)
def test_every_example_is_a_recipe_of_its_own(handed, name):
    example = controls.EXAMPLES[name]
    app = opened(vae=example.title)
    assert example.lesson in words(app)
    calm(app.button("train").click().run())
    ((recipe, *_),) = handed
    at = {**controls.DEFAULTS, **example.settings}
    model = recipe.model
    assert (model.latent, model.beta, model.likelihood) == (
        at["latent"], at["beta"], at["likelihood"]
    )  # fmt: skip
    assert recipe.plan.steps == at["steps"]
    assert isinstance(recipe.source, Shapes if at["data"] == "Shapes" else Digits)


def test_settings_of_the_link_are_those_of_the_recipe(handed):
    app = opened(**{
        "digits.z": "5", "digits.beta": "2", "digits.likelihood": "Categorical",
        "digits.encoder": "Convolutional", "digits.hidden": "16", "digits.steps": "500",
        "digits.rate": "0.01", "digits.seed": "7",
    })  # fmt: skip
    calm(app.button("train").click().run())
    (((recipe, _, key, private, files)),) = handed
    model = VAESettings(
        (1, 8, 8), 5, "categorical", 17, beta=2.0, encoder="convolutional", hidden=16, layers=2
    )
    plan = Plan(500, vae_recipe.BATCH, look_every=25)
    assert recipe == Recipe(model, Digits(), plan, 0.01, 7)
    assert (key, private, files) == ("run", False, {})


def test_several_betas_differ_in_nothing_else(handed):
    app = opened(betas=["0", "4"])
    calm(app.button("train_betas").click().run())
    assert [(name, key) for _, name, key, *_ in handed] == [("β = 0", "beta0"), ("β = 4", "beta1")]
    one, other = (recipe for recipe, *_ in handed)
    assert (one.model.beta, other.model.beta) == (0.0, 4.0)
    assert replace(one, model=other.model) == other


def archive():
    """Twelve pictures of two kinds, as a zip."""
    file, rng = io.BytesIO(), np.random.default_rng(0)
    with zipfile.ZipFile(file, "w") as whole:
        for i in range(12):
            one = io.BytesIO()
            Image.fromarray(rng.integers(0, 256, (20, 20), np.uint8)).save(one, "PNG")
            whole.writestr(f"{'ab'[i % 2]}/{i}.png", one.getvalue())
    return file.getvalue()


def test_own_images_are_trained_on_only_with_consent(handed):
    app = opened(**{"digits.data": "Own images"})
    assert "Choose a file of images" in words(app)
    app = app.file_uploader[0].upload("<b>mine</b>.zip", archive(), "application/zip")
    app = calm(app.run())
    assert "12 grey images of 16 × 16 pixels" in words(app) and "2 classes" in words(app)
    calm(app.button("train").click().run())
    assert not handed and "consent" in app.warning[0].value
    calm(app.checkbox("file_store").check().run().button("train").click().run())
    ((recipe, _, _, private, files),) = handed
    assert private and set(files) == {"images"}
    assert recipe.source == Images("<b>mine</b>.zip", 16) and recipe.model.shape == (1, 16, 16)


def test_a_file_that_is_none_is_explained():
    app = opened(**{"digits.data": "Own images"})
    app = app.file_uploader[0].upload("a.zip", b"no zip at all", "application/zip").run()
    assert calm(app).error


def test_two_images_are_too_few_before_anything_is_asked():
    file = io.BytesIO()
    np.save(file, np.zeros((2, 8, 8), np.uint8))
    app = opened(**{"digits.data": "Own images"})
    app = calm(app.file_uploader[0].upload("a.npy", file.getvalue(), "application/x").run())
    assert "2 images cannot be parted" in app.error[0].value and not app.checkbox


@pytest.fixture(scope="module")
def run():
    """A finished run in the store that the app uses under test."""
    recipe = vae_recipe.recipe(ASKED, DIGITS)
    recipe = replace(recipe, plan=Plan(20, look_every=10))
    store = desk().store
    name = store.add(recipe.to_json(), recipe.kind, "", "somebody", 20)
    assert work(store.url, name) == "finished"
    return name


def test_a_run_is_found_by_its_link(run):
    app = opened(run=run)
    headings = [each.value for each in (*app.header, *app.subheader)]
    assert "Walk through the latent space" in headings
    assert "Reconstruction is not generation" in headings
    assert "All posteriors together, against the prior" in headings
    fit, kl = desk().store.picture(run).arrays["terms"]
    assert f"ELBO −{kl - fit:.2f} = −{-fit:.2f} − {kl:.2f} nats" in words(app)


def test_the_bound_and_its_terms_are_drawn(run, monkeypatch):
    drawn = []
    monkeypatch.setattr("pages.ui.vae.live_curves", lambda panels, *_: drawn.extend(panels))
    opened(run=run)
    found = desk().store.curves(run).values
    lines = {line.name: line.value for panel in drawn for line in panel.lines}
    np.testing.assert_array_equal(lines["ELBO"], found["elbo"])
    np.testing.assert_array_equal(lines["E log p(x | z)"], found["log_likelihood"])
    np.testing.assert_array_equal(lines["KL"], found["kl"])


def test_runs_of_several_betas_are_found_too(run):
    app = opened(beta0=run, beta2=run, beta1="no-such-run")
    assert words(app).count("**β = 1**") == 2 and "not here" in words(app)


def test_a_run_of_another_kind_is_named():
    store = desk().store
    other = store.add({}, "Prior", "", "somebody", 20)
    assert "This run trains a Prior" in words(opened(run=other, beta0=other))


def test_every_likelihood_and_width_has_an_answer():
    """A recipe, or a sentence: nothing else."""
    for likelihood in controls.LIKELIHOODS:
        for data in (DIGITS, Given(Images("a", 32), (3, 32, 32), 256, {})):
            for encoder in ("dense", "convolutional"):
                asked = replace(ASKED, likelihood=likelihood, encoder=encoder, hidden=128)
                try:
                    made = vae_recipe.recipe(asked, data)
                except ValueError as trouble:
                    assert "choose" in str(trouble)
                else:
                    decoder = VAE(made.model, seeded(0)).decoder
                    size = sum(weight.numel() for weight in decoder.parameters())
                    assert size <= vae_recipe.MOST_WEIGHTS


@pytest.mark.parametrize("encoder", ["dense", "convolutional"])
@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 16, 16), (1, 28, 28), (1, 3, 9)])
def test_the_size_of_a_decoder_is_foretold(encoder, shape):
    settings = VAESettings(shape, 5, encoder=encoder, hidden=32)
    decoder = VAE(settings, seeded(0)).decoder
    size = sum(weight.numel() for weight in decoder.parameters())
    assert vae_recipe.weights(settings) == size
