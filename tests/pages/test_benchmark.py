"""The page "Benchmark" without a browser: designs, a study, the leak, examples, the choice of K."""

from dataclasses import replace
from html import unescape
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from latentcore.evaluation.candidates import ROSTER
from latentcore.evaluation.experiment import Design, draw
from latentcore.evaluation.scores import AUC
from latentcore.evaluation.summary import ranked, summarise
from latentcore.mixture.examples.presets import PRESETS
from pages.ui.benchmark import Samples, anew
from pages.ui.comparing import behind_leader
from pages.ui.controls import benchmark as controls
from tests.evaluation.folds import MODELS, made

ROOT = Path(__file__).resolve().parents[2]
PAGE = str(ROOT / "pages" / "benchmark.py")
SMALL = {"k": "2", "folds": "2", "repeats": "1", "starts": "1", "models": ["Gaussian mixture"]}


def opened(page="benchmark", **link):
    app = AppTest.from_file(str(ROOT / "pages" / f"{page}.py"), default_timeout=60)
    for name, value in (SMALL | link).items():
        app.query_params[name] = value
    return calm(app.run())


def calm(app):
    assert not app.exception, [(e.message, e.stack_trace) for e in app.exception]
    assert not app.error, [e.value for e in app.error]
    return app


def said(app):
    texts = [*app.markdown, *app.info, *app.caption]
    return unescape(" ".join(element.value for element in texts))


def pressed(app, key):
    return calm(app.button(key=key).click().run())


def table(app):
    found = app.table[0].value
    found["Model"] = found["Model"].str.replace("K\u00a0=\u00a0", "K = ")
    return found.set_index("Model")


def first(cell):
    return float(cell.split("\u00a0")[0])


def test_a_design_from_click_to_words():
    app = opened(models=["Logistic regression", "Gaussian mixture", "Dirichlet mixture"])
    assert "Left out, because they need compositions: Dirichlet mixture." in said(app)
    assert not app.table
    found = table(pressed(app, "compare"))
    assert list(found.index) == [
        "The truth", "Logistic regression", "Gaussian mixture, K = 1", "Gaussian mixture, K = 2",
        "Class shares alone",
    ]  # fmt: skip
    assert list(found.columns)[0] == "Accuracy"
    assert first(found.loc["Gaussian mixture, K = 2", "Accuracy"]) > 0.74
    assert first(found.loc["Logistic regression", "Accuracy"]) < 0.62
    assert found.loc["The truth", "Behind"] == ""
    assert app.button(key="compare").label == "Compared"
    assert "Someone who knows the mixture" in said(app)


def test_compositions_and_another_score():
    app = opened(family="Dirichlet", judge="log loss", models=["Dirichlet mixture"], k="2")
    found = table(pressed(app, "compare"))
    assert list(found.columns)[0] == "Log loss"
    assert first(found.loc["Dirichlet mixture, K = 2", "AUC"]) > 0.8
    assert "lowest mean log loss" in said(app)


def test_samples_drawn_anew_in_every_repeat():
    app = opened(redraw="true", repeats="2", models=["Logistic regression"])
    assert "drawn anew in every repeat" in said(app)
    found = table(pressed(app, "compare"))
    assert first(found.loc["The truth", "AUC"]) > 0.5 and "Folds" not in found
    assert "8 of 8 fits" in " ".join(text.value for text in app.caption)


def test_every_repeat_draws_its_own_samples_and_the_first_those_on_the_page():
    truth, plan = PRESETS["gaussian"]["figure-1"].truth, Design(100, seed=4)
    given = Samples((), draw(truth, plan)[0].data, None, 0.01, truth, plan)
    first, second = (anew(given, {"m": 1}, repeat) for repeat in (0, 1))
    assert first[0] == second[0] == {"m": 1}
    np.testing.assert_array_equal(first[1].x, given.data.x)
    assert not np.isin(second[1].x, first[1].x).any()


def test_behind_waits_until_a_model_has_as_many_folds_as_the_leader():
    folds = [f for f in made(MODELS[:3]) if f.model == MODELS[0].name or f.fold < 4]
    found = summarise(MODELS, [f for f in folds if f.model != MODELS[2].name or f.fold < 2])
    whole = summarise(MODELS, made(MODELS[:3]))
    assert set(behind_leader(whole, AUC)) == {m.name for m in MODELS[:3]}
    said = behind_leader(found, AUC)
    order = ranked(found, AUC)
    assert said[order[0].name] == "leads"
    assert set(said) == {s.name for s in order if len(s.folds) == len(order[0].folds)}
    assert behind_leader((), AUC) == {}


def test_a_study_and_its_covariances():
    app = opened(data="Real study", study="GuptaA_2019", cov=["spherical", "full"], top="10")
    found = table(pressed(app, "compare"))
    names = [f"Gaussian mixture, {s}, K = {k}" for s in ("full", "spherical") for k in (1, 2)]
    assert list(found.index) == [*names, "Class shares alone"]
    assert list(found.columns)[1] == "AUC"
    assert "ROC" in [header.value for header in app.header]  # 60 samples: no calibration


def test_the_leak_shows_every_model_twice():
    app = opened(
        data="Real study", study="GuptaA_2019", leak="true", models=["LDA"], folds="4", repeats="2"
    )
    assert "permuted labels" in said(app)
    found = table(pressed(app, "compare"))
    inside, outside = (
        first(found.loc[f"LDA, CLR, chosen {w}", "AUC"]) for w in ("inside", "outside")
    )
    assert outside > inside + 0.1
    assert "is leak" in said(app)
    assert "Behind" not in found.columns


@pytest.mark.parametrize("number", range(len(controls.EXAMPLES)))
@pytest.mark.parametrize("kind", [controls.GENERATED, controls.STUDY])
def test_an_example_sets_the_page_and_starts_it(number, kind, monkeypatch):
    """Also widgets that are not on the page yet, and whatever the link said before."""
    cheap = {"models": ["Logistic regression"], "k": 1, "folds": 2, "repeats": 1}
    examples = [
        replace(e, settings=e.settings | (cheap if n == number else {}))
        for n, e in enumerate(controls.EXAMPLES)
    ]
    monkeypatch.setattr(controls, "EXAMPLES", examples)
    wanted = controls.NEUTRAL | examples[number].settings
    app = opened(data=kind, seed="7", top="20", judged="log loss", **{"figure-1.n": "1000"})
    pressed(app, f"example-{number + 1}")
    assert app.button(key="compare").label == "Compared"
    assert_stands_at(app, wanted)
    again = AppTest.from_file(PAGE, default_timeout=60)
    for name in app.query_params:
        again.query_params[name] = app.query_params[name]
    assert_stands_at(calm(again.run()), wanted)


def assert_stands_at(app, wanted):
    held = {e.key: e.value for e in (*app.main, *app.sidebar) if getattr(e, "key", None) in wanted}
    assert len(held) > 12
    assert held == {name: wanted[name] for name in held}


def test_every_setting_of_an_example_is_a_widget_and_every_name_known():
    seen = set()
    for link in ({}, {"data": "Real study"}):
        app = opened(**link)
        seen |= {getattr(element, "key", None) for element in (*app.main, *app.sidebar)}
    for example in controls.EXAMPLES:
        assert set(example.settings) <= set(controls.NEUTRAL) <= seen
        assert set(example.settings["models"]) <= set(ROSTER)
    assert controls.NEUTRAL["gaussian"] in PRESETS["gaussian"]


def test_neutral_is_where_the_widgets_stand():
    for link in ({}, {"data": "Real study"}):
        app = AppTest.from_file(PAGE, default_timeout=60)
        for name, value in link.items():
            app.query_params[name] = value
        calm(app.run())
        for element in (*app.main, *app.sidebar):
            key = getattr(element, "key", None)
            if key in controls.NEUTRAL and key not in link:
                assert element.value == controls.NEUTRAL[key], key


@pytest.mark.parametrize("page", ["benchmark", "gaussian_mixture", "dirichlet_mixture"])
def test_k_is_tried_and_kept(page):
    app = opened(page, upto="2", kstarts="2", kfolds="2")
    assert app.button(key="choose").label == "Try every K"
    pressed(app, "choose")
    assert app.button(key="choose").label == "Every K tried"
    assert "choose K = 2" in said(app) and "Density of (x, y)" in said(app)
    calm(app.slider(key="kstarts").set_value(3).run())
    assert app.button(key="choose").label == "Try every K"
    calm(app.slider(key="kstarts").set_value(2).run())
    assert app.button(key="choose").label == "Every K tried"
    calm(app.slider(key="upto").set_value(3).run())
    assert app.button(key="choose").label == "Continue (4 of 6)"


def test_a_density_of_compositions_can_be_gaussian():
    app = opened(
        family="Dirichlet", density="Gaussian", shape="full", upto="2", kstarts="1", kfolds="2"
    )
    assert "choose" in said(pressed(app, "choose"))


def test_results_of_the_oldest_settings_are_forgotten(monkeypatch):
    monkeypatch.setattr("pages.ui.session.KEPT", 1)
    app = opened(models=["Logistic regression"])
    pressed(app, "compare")
    calm(app.slider(key="starts").set_value(2).run())
    pressed(app, "compare")
    assert app.table
    calm(app.slider(key="starts").set_value(1).run())
    assert not app.table


def test_folds_that_cannot_be_are_a_sentence():
    app = AppTest.from_file(PAGE, default_timeout=60)
    for name, value in {"data": "Real study", "study": "BrooksB_2017", "folds": "10"}.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    assert "Use at most" in unescape(app.error[0].value)


def test_no_models_is_no_comparison():
    app = opened(**{"data": "Real study", "models": ["nonsense"]})
    calm(app.multiselect(key="models").set_value([]).run())
    assert app.button(key="compare").disabled
