"""The page "Runs" without a browser: the list, one run with its links and files, several beside."""

from html import unescape

import numpy as np
import pytest
import streamlit as st

from latentcore.networks.vae.settings import VAESettings
from latentcore.networks.vqvae.settings import VQVAESettings
from latentcore.runs.recipe import Recipe
from latentcore.runs.sources import Digits
from latentcore.training import Plan
from latentcore.training.events import Progress
from pages.ui import runs as show
from tests.pages import opening

PLAN = Plan(steps=20)
MODELS = {"VAE": VAESettings((1, 8, 8)), "VQ-VAE": VQVAESettings()}


@pytest.fixture
def links(monkeypatch):
    """Links to pages need the whole app: they are written down here."""
    found = []
    monkeypatch.setattr(st, "page_link", lambda page, **more: found.append((page, more)))
    return found


def trained(store, name, title=""):
    recipe = Recipe(MODELS[name], Digits(), PLAN)
    run = store.add(recipe.to_json(), recipe.kind, title, "ada", PLAN.steps)
    store.begin(run, "cpu", {})
    values = np.linspace(2.0, 1.0, 20)
    store.progress(run, Progress(20, {"total": values, "kl": values}, values, 1.0, 1.0))
    store.end(run, "finished")
    return run


def opened(**link):
    return opening.opened("runs", **link)


@pytest.mark.usefixtures("store")
def test_an_empty_list_says_how_to_fill_it():
    assert "Train one" in opened().info[0].value


@pytest.mark.parametrize(("name", "page"), [("VAE", "vae"), ("VQ-VAE", "vq_vae")])
def test_every_run_leads_to_its_page(store, links, name, page):
    run = trained(store, name)
    app = opened(run=run)
    assert unescape(app.header[0].value) == f"{name} {run[:6]}"
    assert app.dataframe[0].value["model"].tolist() == [name]
    ((where, more),) = links
    assert where == f"pages/{page}.py" and more["query_params"] == {"run": run}
    assert (opening.PAGES.parent / where).exists()


def test_a_tick_stays_with_its_run_when_others_come_and_go(store, monkeypatch):
    shown = {}
    monkeypatch.setattr(st, "session_state", {})
    monkeypatch.setattr(st, "dataframe", lambda _, **more: shown.update(more))
    old, mine = (store.run(trained(store, "VAE")) for _ in range(2))
    assert show.table([mine, old]) == []
    st.session_state[shown["key"]] = {"selection": {"rows": [0]}}
    newest = store.run(trained(store, "VAE"))  # before the tick has arrived
    shown["on_select"]()
    before = shown["key"]
    assert [run.id for run in show.table([newest, mine, old])] == [mine.id]
    assert shown["key"] != before and shown["selection_default"] == {"selection": {"rows": [1]}}
    assert show.table([newest, old]) == [], "it was deleted: no other is opened in its place"


def test_curves_of_a_run_are_named_in_words(store, links, monkeypatch):
    drawn = []
    monkeypatch.setattr(show, "live_curves", lambda panels, *_: drawn.extend(panels))
    opened(run=trained(store, "VAE"))
    assert [panel.title for panel in drawn] == [
        "loss: all terms together", "KL", "norm of the gradient"
    ]  # fmt: skip
    assert len(links) == 1


def test_runs_beside_each_other_are_told_by_numbers(store, monkeypatch):
    drawn, said = [], []
    monkeypatch.setattr(show, "live_curves", lambda panels, *rest: drawn.append((panels, rest)))
    monkeypatch.setattr(st, "caption", said.append)
    long = "a name so long that no panel could hold it beside its number"
    runs = [store.run(trained(store, "VAE", title)) for title in (long, "<b>two</b>")]
    show.beside(runs)
    ((panels, (_, _, hues)),) = drawn
    assert [line.name for line in panels[0].lines] == ["1", "2"] == list(hues)
    assert unescape(said[0]) == f"1. {long}; 2. <b>two</b>" and "<b>" not in said[0]
