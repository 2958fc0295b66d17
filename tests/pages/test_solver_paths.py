"""The solvers on both mixture pages: closed, opened by hand or link, and without heads."""

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from latentcore.evaluation import head_paths

PAGES = Path(__file__).resolve().parents[2] / "pages"
FIRST = {"gaussian_mixture": "figure-1", "dirichlet_mixture": "figure-3"}
NOTES = "The notes' α on more data"

both = pytest.mark.parametrize("page", FIRST)


@pytest.fixture(autouse=True)
def short(monkeypatch):
    """Paths of a few iterations: the pages are tested here, not the methods."""
    monkeypatch.setattr(head_paths, "MOST", 60)


def opened(page, **link):
    app = AppTest.from_file(str(PAGES / f"{page}.py"), default_timeout=60)
    for name, value in link.items():
        app.query_params[f"{FIRST[page]}.{name}"] = value
    return calm(app.run())


def calm(app):
    assert not app.exception, [(e.message, e.stack_trace) for e in app.exception]
    return app


def shown(app):
    return NOTES in [heading.value for heading in app.subheader]


def alts(app):
    return [chart.proto.alt for chart in app.get("plotly_chart")]


@both
def test_nothing_is_computed_until_it_is_asked_for(page, monkeypatch):
    def never(*_):
        raise AssertionError("computed, though closed")

    monkeypatch.setattr("pages.ui.solver_paths.paths", never)
    app = opened(page)
    assert not shown(app)
    assert "Solvers of the heads, side by side" in [h.value for h in app.header]


@both
def test_a_toggle_opens_it(page):
    app = opened(page)
    before = len(alts(app))
    calm(app.toggle(key=f"{FIRST[page]}.solvers").set_value(True).run())
    assert shown(app)
    assert len(alts(app)) == before + 2
    assert any("Newton arrives after" in alt for alt in alts(app))
    calm(app.toggle(key=f"{FIRST[page]}.solvers").set_value(False).run())
    assert not shown(app)


@both
def test_a_link_opens_it_as_it_was_left(page):
    app = opened(page, solvers="true", alpha="0.1", units="10")
    assert shown(app)
    assert app.select_slider(key=f"{FIRST[page]}.alpha").value == 0.1
    assert app.select_slider(key=f"{FIRST[page]}.units").value == 10.0


def reaches(app):
    """alpha L as the legend of the last chart says it, a number a size of the data."""
    names = [trace["name"] for trace in json.loads(app.get("plotly_chart")[-1].proto.spec)["data"]]
    said = [name.split("α L = ")[1].split(":")[0] for name in names]
    return [float(number.replace(",", "")) for number in said]


def test_both_settings_reach_the_pictures():
    """alpha L follows alpha, and grows with the square of a feature's units."""
    page, n = "gaussian_mixture", 4
    once = reaches(opened(page, solvers="true", alpha="0.01"))
    tenfold = reaches(opened(page, solvers="true", alpha="0.1"))
    assert len(once) == n
    assert tenfold == pytest.approx([10 * reach for reach in once], rel=0.1)
    before = opened(page, solvers="true", units="1")
    after = opened(page, solvers="true", units="100")
    assert reaches(after) > [1000 * reach for reach in reaches(before)]
    raw, standard = "Gradient, raw units", "Gradient, standardised"
    assert sentence(before, standard) == sentence(after, standard)
    assert sentence(before, raw) != sentence(after, raw)


def sentence(app, start):
    """What the text of the first of both charts says of a method."""
    said = next(alt for alt in alts(app) if "seven solvers" in alt)
    return said[said.index(start) :].split(". ")[0]


@both
@pytest.mark.parametrize("value", ["", "999", "-1", "inf", "nan", "<b>", "0.01,1"])
def test_nonsense_in_its_settings_is_calm(page, value):
    app = opened(page, solvers="true", alpha=value, units=value)
    assert app.select_slider(key=f"{FIRST[page]}.alpha").value == 0.01
    assert app.select_slider(key=f"{FIRST[page]}.units").value == 1.0


@both
@pytest.mark.parametrize("link", [{"labels": "false"}, {"heads": "None: a density alone"}])
def test_without_heads_it_says_so(page, link):
    app = opened(page, solvers="true", **link)
    assert not shown(app)
    assert any("nothing to solve here" in info.value for info in app.info)


@both
def test_three_classes_and_one_component(page):
    app = opened(page, solvers="true", fit="1", heads="Drawn at random", classes="3")
    assert shown(app)
