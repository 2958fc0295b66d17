"""What pages say of runs and stores in a bad way, and of what is not theirs."""

import pytest

from latentcore.networks.priors.settings import PriorSettings
from latentcore.networks.vae.settings import VAESettings
from latentcore.networks.vqvae.settings import CompositionSettings, VQVAESettings
from latentcore.runs.recipe import Recipe
from latentcore.runs.sources import PARTS, Codes, Digits, Parts
from latentcore.training.plan import Plan
from latentcore.training.store import NoSuchRun, Store
from tests.pages import opening
from tests.training.store.reports import report

TRAINING = ("vae", "vq_vae", "pixelcnn", "runs")
VAE = Recipe(VAESettings((1, 8, 8)), Digits(), Plan(steps=20))
VQ = Recipe(VQVAESettings(), Digits(), Plan(steps=20))
HOSTILE = 'a<script>alert(1)</script> **b** [c](http://x) $\\frac12$ :red[d] `e` \u202e"&amp;'


@pytest.fixture(autouse=True)
def ada(monkeypatch):
    """The visitor is "ada"."""
    for module in ("live", "runs", "coded"):
        monkeypatch.setattr(f"pages.ui.{module}.visitor", lambda: "ada")


def add(store, recipe, ended="finished", visitor="ada", message=""):
    run = store.add(recipe.to_json(), recipe.kind, "", visitor, recipe.plan.steps)
    if ended:
        store.begin(run, "cpu", {})
        store.progress(run, report(10))
        store.end(run, ended, message)
    return run


def opened(page="runs", **link):
    return opening.opened(page, **link)


def said(app):
    parts = (*app.markdown, *app.caption, *app.info, *app.error, *app.warning)
    return " ".join(part.value for part in parts)


def buttons(app):
    return [button.label for button in app.button]


@pytest.mark.parametrize("state", ["stopped", "failed", "finished"])
def test_what_ended_early_can_go_on_by_its_owner_alone(store, state):
    app = opened(run=add(store, VQ, ended=state, message="Its workers died."))
    assert ("Resume" in buttons(app)) == (state != "finished")
    assert "Its workers died" in said(app).replace("&#46;", ".")
    app = opened(run=add(store, VQ, ended=state, visitor="eve"))
    assert not {"Resume", "Rename", "Delete for good"} & set(buttons(app))


def test_a_hostile_name_is_text(store):
    run = add(store, VQ)
    app = opened(run=run)
    app.text_input(key=f"name_{run}").set_value(HOSTILE)
    next(button for button in app.button if button.label == "Rename").click().run()
    assert not app.exception
    kept = store.run(run).name
    assert "<script>" in kept and "\u202e" not in kept
    assert not any(sign in app.header[0].value for sign in "<>*[$:`")
    assert app.dataframe[0].value["name"][0] == kept


@pytest.mark.parametrize("what", ["Rename", "Delete for good", "Resume"])
def test_a_run_that_was_deleted_in_another_tab(store, what):
    run = add(store, VQ, ended="stopped")
    app = opened(run=run)
    store.delete(run)
    next(button for button in app.button if button.label == what).click().run()
    assert not app.exception
    with pytest.raises(NoSuchRun):
        store.run(run)


def test_the_prepared_table_is_its_owners(store):
    recipe = Recipe(CompositionSettings(6, 2, (8,)), Parts("mine"), Plan(steps=20))
    names = {}
    for visitor in ("ada", "eve"):
        run = store.add(recipe.to_json(), recipe.kind, "", visitor, 20, True, {PARTS: b"table"})
        store.progress(run, report(10))
        app = opened(run=run)
        assert "Checkpoint" not in [button.label for button in app.get("download_button")]
        store.checkpoint(run, 10, b"whole")
        assert store.saved_at(run) == 10
        app = opened(run=run)
        names[visitor] = [button.label for button in app.get("download_button")]
    assert len(names["ada"]) == 5 and len(names["eve"]) == 4
    assert set(names["ada"]) - set(names["eve"]) == {"Prepared table (.npz)"}


@pytest.mark.parametrize("owner", ["ada", "eve"])
def test_a_prior_of_somebody_elses_table_does_not_give_it_away(store, owner):
    recipe = Recipe(CompositionSettings(6, 2, (8,)), Parts("mine"), Plan(steps=20))
    table = store.add(recipe.to_json(), recipe.kind, "", owner, 20, True, {PARTS: b"table"})
    prior = Recipe(PriorSettings("masked", (1, 2), 128), Codes(table), Plan(steps=20))
    app = opened(run=add(store, prior))
    given = [button.label for button in app.get("download_button")]
    assert "Script (Python)" in given and ("Prepared table (.npz)" in given) == (owner == "ada")


def test_a_prior_whose_codes_are_gone_has_no_script(store):
    run = add(store, Recipe(PriorSettings("gated", (4, 4), 128), Codes("0" * 32), Plan(steps=20)))
    app = opened(run=run)
    assert "There is no script" in said(app)


@pytest.mark.parametrize("page", TRAINING)
def test_runs_of_another_version_are_named_as_such(store, page):
    recipe, kind = {**VAE.to_json(), "new": 1}, "VAE" if page == "vae" else "VQVAE"
    run = store.add(recipe, kind, "", "ada", 20)
    store.begin(run, "cpu", {})
    store.progress(run, report(10))
    store.end(run, "finished")
    assert "another version" in said(opened(page, run=run, one=run, two=run, beta0=run))


@pytest.mark.parametrize(
    ("page", "keys"), [("vq_vae", ("one", "two")), ("vae", ("beta0", "beta1"))]
)
def test_one_of_two_runs_is_deleted_while_both_are_watched(store, page, keys, monkeypatch):
    recipe = VQ if page == "vq_vae" else VAE
    runs = [add(store, recipe, ended="") for _ in keys]
    real = Store.run

    def first_there_then_gone(self, id):
        found = real(self, id)
        if id == runs[0]:
            monkeypatch.setattr(Store, "run", real)
            store.delete(id)
        return found

    monkeypatch.setattr(Store, "run", first_there_then_gone)
    opened(page, **dict(zip(keys, runs, strict=True)))


@pytest.mark.parametrize("page", TRAINING)
def test_a_store_that_cannot_be_opened_is_a_sentence(page, monkeypatch, tmp_path):
    from pages.ui.server import only_desk

    (tmp_path / "broken").write_bytes(b"no database" * 500)
    monkeypatch.setenv("LATENT_STORE", f"sqlite:///{tmp_path / 'broken'}")
    only_desk.cache_clear()
    app = opened(page, run="abc")
    assert "cannot be opened" in said(app) and "not a database" in said(app)
    only_desk.cache_clear()


@pytest.mark.usefixtures("store")
def test_a_full_disk_is_a_sentence(monkeypatch):
    from latentcore.training.store import StoreError

    def full(*_, **__):
        raise StoreError("The store is full.")

    monkeypatch.setattr(Store, "add", full)
    app = opened("vq_vae")
    next(button for button in app.button if button.label == "Train").click().run()
    assert not app.exception
    assert "The store is full" in said(app).replace("&#46;", ".")
