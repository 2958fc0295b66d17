"""The page VQ-VAE without a browser: lessons that hold, recipes, consent, runs found by a link."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from latentcore.figures.quantiser import error
from latentcore.mixture import quantising
from latentcore.mixture.quantising import Codes
from latentcore.networks.quantizers.presets import PRESETS
from latentcore.networks.vqvae.settings import CompositionSettings, VQVAESettings
from latentcore.runs.recipe import Recipe
from latentcore.runs.sources import Digits, Study
from latentcore.training.plan import Plan
from pages.ui import touch, vqvae_recipe
from pages.ui import vqvae as show
from pages.ui.controls import touch as toy
from pages.ui.controls import vqvae as controls
from pages.ui.vqvae_recipe import Given

PAGE = Path(__file__).resolve().parents[2] / "pages" / "vq_vae.py"


def played(name):
    """An example from its start to the end of its film: points, outputs, shares, codes, error."""
    settings = {"seed": 0, **toy.DEFAULTS, **toy.EXAMPLES[name].settings}
    made = touch.touch(toy.Asked(**settings))
    z, codes = made.x, Codes.at(made.start, made.picks)
    for number in range(1, made.steps + 1):
        owned = quantising.hard(z, codes.place)
        codes = quantising.update(codes, z, owned, made.rules, number)
        if made.rules.encoder:
            z = quantising.encode(made.x, z, codes.place, made.rules)
    owned = quantising.hard(z, codes.place)
    return made, z, int((owned.sum(0) > 0).sum()), codes, error(made.x, codes.place)


def best(made):
    return min(touch.lloyd(made, seed) for seed in range(touch.STARTS))


def test_the_unlucky_start_is_three_times_worse():
    made, *_, reached = played("unlucky")
    assert reached > 2.9 * best(made)


def test_the_papers_codes_collapse_and_restarts_cure_it():
    made, _, used, codes, collapsed = played("collapse")
    assert used == 4 and len(made.start) == 12 and codes.restarts == 0
    _, _, used, codes, cured = played("restart")
    assert used == 12 and codes.restarts >= 8 and cured < 0.55 * collapsed


def test_without_commitment_outputs_run_away_and_with_it_they_do_not():
    made, bounded, *_ = played("encoder")
    _, away, *_ = played("runaway")
    assert bounded.std() < 1.5 * made.x.std() and away.std() > 1.8 * made.x.std()


@pytest.mark.parametrize("name", toy.EXAMPLES)
def test_every_example_can_be_played(name):
    made, z, _, codes, reached = played(name)
    assert np.isfinite(z).all() and np.isfinite(codes.place).all()
    assert name == "runaway" or reached < error(made.x, made.start)


@pytest.mark.parametrize("name", controls.EXAMPLES)
def test_every_recipe_can_be_trained_as_it_is_shown(name):
    app = opened({"vqvae": controls.EXAMPLES[name].title})
    assert not app.exception
    assert app.sidebar.selectbox(key="vqvae").value == name
    method = app.sidebar.selectbox(key=f"{name}.method").value
    assert method == controls.EXAMPLES[name].quantizer.method


def opened(link):
    app = AppTest.from_file(str(PAGE), default_timeout=60)
    for name, value in link.items():
        app.query_params[name] = value
    return app.run()


def asked(**changed):
    plain = {
        "data": controls.DIGITS, "quantizer": PRESETS["warm-up"], "grid": 4, "slots": 1,
        "hidden": 32, "steps": 600, "learning_rate": 0.003, "seed": 5,
    }  # fmt: skip
    return controls.Asked(**{**plain, **changed})


def test_images_and_tables_give_their_models():
    made = vqvae_recipe.recipe(asked(), Given(Digits(), (1, 8, 8), {}))
    assert isinstance(made.model, VQVAESettings) and made.model.grid == (4, 4) and made.seed == 5
    assert made.model.quantizer == PRESETS["warm-up"]
    wide = vqvae_recipe.recipe(asked(grid=8), Given(Digits(), (1, 4, 6), {}))
    assert wide.model.grid == (4, 6), "no more codes than pixels"
    study = Given(Study("a", "b"), (30,), {}, counts=True)
    table = vqvae_recipe.recipe(asked(slots=3), study)
    assert isinstance(table.model, CompositionSettings)
    assert (table.model.slots, table.model.likelihood) == (3, "Dirichlet-multinomial")
    shares = vqvae_recipe.recipe(asked(), Given(Study("a", "b"), (30,), {}))
    assert shares.model.likelihood == "Dirichlet"


def test_two_recipes_differ_in_the_quantiser_alone():
    one = vqvae_recipe.recipe(asked(), Given(Digits(), (1, 8, 8), {}))
    other = vqvae_recipe.with_quantizer(one, PRESETS["paper"])
    assert other.model.quantizer == PRESETS["paper"]
    assert vqvae_recipe.with_quantizer(other, one.model.quantizer) == one
    assert (other.seed, other.source, other.plan) == (one.seed, one.source, one.plan)


@pytest.fixture
def kept(monkeypatch, tmp_path):
    """A run in a store of its own, with pictures but without workers."""
    from latentcore.runs.desk import Desk
    from latentcore.training.events import Snapshot
    from latentcore.training.executor import Executor
    from latentcore.training.store import Store
    from tests.figures.test_codebook import frame

    store = Store(f"sqlite:///{tmp_path / 'runs.sqlite'}")
    executor = Executor()
    here = Desk(store, executor)
    monkeypatch.setattr("pages.ui.server.only_desk", lambda: here)
    recipe = Recipe(VQVAESettings(quantizer=PRESETS["paper"]), Digits(), Plan(steps=200))
    run = store.add(recipe.to_json(), "VQVAE", "mine", "someone", 200)
    store.begin(run, "cpu", {})
    for step in (0, 100, 200):
        store.snapshot(run, Snapshot(step, frame(step, seed=step)[1]))
    store.end(run, "finished")
    yield store, run
    executor.close()
    store.close()


def test_a_finished_run_is_found_by_its_link_with_all_its_pictures(kept):
    store, run = kept
    app = opened({"run": run})
    assert not app.exception
    said = " ".join(text.value for text in (*app.caption, *app.markdown))
    assert "gradient, K = 128" in said and "dead codes decode too" in said
    assert [step for step, _ in show._frames(store.run(run))] == [0, 100, 200]


def test_a_run_that_waits_for_the_first_workers_says_so(kept, monkeypatch):
    from latentcore.training.executor import Executor
    from pages.ui import live

    store, run = kept
    store.begin(run, "", {})
    waiting = replace(store.run(run), state="waiting")
    monkeypatch.setattr(Executor, "position", lambda *_: 2)  # behind the job that warms them
    assert live.said(waiting).startswith("The workers are starting")
    assert live._pause(waiting) == live.SECONDS, "the first picture is not waited for longer"
    monkeypatch.setattr(Executor, "ready", True)
    assert live.said(waiting) == "Waiting: number 2 in the queue"
    assert live._pause(waiting) == live.PATIENT_SECONDS


@pytest.mark.parametrize("data", ["Own images", "Microbiota"])
def test_a_run_is_shown_also_where_there_are_no_data_to_train_on(kept, data):
    app = opened({"run": kept[1], "warm-up.data": data, "from": "My file"})
    assert not app.exception
    assert any("gradient, K = 128" in text.value for text in app.caption)
    assert any("Choose a file" in text.value for text in app.info)
    assert not [button for button in app.button if button.label == "Train"]


class Counter:
    """A desk that only counts what is handed in."""

    def __init__(self, monkeypatch):
        self.handed = []
        monkeypatch.setattr("pages.ui.live.hand_in", self.hand_in)

    def hand_in(self, recipe, name="", key="run", private=False, attachments=None):
        self.handed.append((recipe, name, key, private, dict(attachments or {})))


def press(app, label):
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception


def test_a_run_in_the_link_comes_before_the_quantiser(kept):
    heads = [text.value for text in opened({}).header]
    assert heads.index("A quantiser to touch") < heads.index("Train one")
    heads = [text.value for text in opened({"run": kept[1]}).header]
    assert heads.index("Train one") < heads.index("A quantiser to touch")


def test_train_stands_beside_the_recipe_where_every_screen_shows_it():
    sidebar = opened({}).sidebar
    first = [each for each in sidebar if each.type in ("selectbox", "button")][:2]
    assert [each.label for each in first] == ["Recipe", "Train"]


@pytest.mark.usefixtures("kept")
def test_train_hands_in_what_the_sidebar_says(monkeypatch):
    desk = Counter(monkeypatch)
    app = opened({"warm-up.codes": "64", "warm-up.seed": "7", "warm-up.steps": "200"})
    press(app, "Train")
    recipe, _, key, private, files = desk.handed[0]
    assert (recipe.model.quantizer.codes, recipe.seed, recipe.plan.steps) == (64, 7, 200)
    assert recipe.source == Digits() and key == "run" and not private and not files
    press(app, "Train both")
    left, right = desk.handed[1:]
    assert left[0].model.quantizer.method == "gradient" and left[2] == "one"
    assert right[0].model.quantizer.warmup == 100 and right[2] == "two"
    assert left[0].seed == right[0].seed == 7
    assert left[0].model.quantizer.codes == right[0].model.quantizer.codes == 64


@pytest.mark.usefixtures("kept")
def test_data_of_ones_own_need_a_plain_yes(monkeypatch):
    desk = Counter(monkeypatch)
    rows = "sample,a,b,c,label\n" + "".join(
        f"s{i},{10 + i},{3 * i % 7 + 1},{i % 5 + 1},{'xy'[i % 2]}\n" for i in range(40)
    )
    app = opened({"vqvae": "Community types", "from": "My file"})
    app.file_uploader[0].set_value([("mine.csv", rows.encode(), "text/csv")]).run()
    assert not app.exception
    press(app, "Train")
    assert not desk.handed
    assert any("consent" in text.value for text in app.warning)
    app.checkbox[0].check().run()
    press(app, "Train")
    recipe, _, _, private, files = desk.handed[0]
    assert private and set(files) == {"parts"} and recipe.source.name == "mine.csv"
    assert recipe.model.parts >= 3 and recipe.model.likelihood == "Dirichlet-multinomial"
    assert "mine" not in str(dict(app.query_params))


@pytest.mark.usefixtures("kept")
def test_images_of_ones_own_are_read_and_trained_on(monkeypatch):
    import io

    from latentcore.runs import here
    from latentcore.training.events import Snapshot

    desk = Counter(monkeypatch)
    file = io.BytesIO()
    np.save(file, np.random.default_rng(0).integers(256, size=(30, 12, 12)).astype(np.uint8))
    app = opened({"warm-up.data": "Own images"})
    app.file_uploader[0].set_value([("mine.npy", file.getvalue(), "application/octet-stream")])
    app.run()
    app.checkbox[0].check().run()
    press(app, "Train")
    recipe, _, _, private, files = desk.handed[0]
    assert private and set(files) == {"images"}
    short = replace(recipe, plan=replace(recipe.plan, steps=2))
    data = here.read(short, files)
    last = list(here.events(here.fresh(short), short, data))[-1]
    assert isinstance(last, Snapshot) and last.arrays["x"].shape[1:] == recipe.model.shape


@pytest.mark.parametrize("link", ["nobody", "x" * 3000, "<b>", "../../etc", ""])
@pytest.mark.usefixtures("kept")
def test_a_run_that_is_not_there_is_said_calmly(link):
    app = opened({"run": link, "one": link, "two": link})
    assert not app.exception
    assert not link or any("is not here" in text.value for text in app.info)


def test_a_run_of_another_model_is_not_drawn_here(kept):
    store, _ = kept
    from latentcore.networks.vae.settings import VAESettings

    other = store.add(
        Recipe(VAESettings((1, 8, 8)), Digits(), Plan(steps=2)).to_json(), "VAE", "", "v", 2
    )
    app = opened({"run": other, "one": other})
    assert not app.exception
    assert any("another page" in text.value for text in app.info)


def test_names_in_a_picture_are_text():
    assert show.text(np.frombuffer("ä\n<b>".encode(), np.uint8)) == ["ä", "<b>"]
