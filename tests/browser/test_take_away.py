"""Reports and figures in a browser without a network: drawn, saved as SVG, names as text."""

import io
import re
import zipfile
from copy import copy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from latentcore.data.tables import Choices
from latentcore.evaluation.community.looking import look
from latentcore.evaluation.community.resampling import resamples
from latentcore.evaluation.scores import AUC
from latentcore.export.pages import report, zipped
from latentcore.export.report import Found, sections
from latentcore.export.script import Analysis, Origin
from latentcore.figures.fitted_table import pictures
from tests.evaluation.community.made import CLASSES, EVERY, fitted

LIMIT = 60_000
HOSTILE = (
    "</script><script>window.hacked=1</script><b>x</b>"
    '<img src="http://a.b/c" onerror="window.hacked=1">'
)


@pytest.fixture
def offline(page):
    """A tab without a network, and every address that it asks for all the same."""
    asked = []
    page.context.set_offline(True)
    page.on("request", lambda request: asked.append(request.url))
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.asked, page.said = asked, said
    return page


def hostile():
    """A fit whose taxa, classes and label are markup."""
    found, values, y, _ = fitted("diag")
    found = replace(found, classes=tuple(f"{HOSTILE}{c}" for c in CLASSES), taxa=tuple(
        f"{HOSTILE}{j}" for j in range(12)), preparation=copy(found.preparation))  # fmt: skip
    found.preparation.__dict__.pop("feature_names_in_", None)
    again = list(resamples(found, values, y, None, range(2)))
    analysis = Analysis(Origin(None, (HOSTILE,), ("0",)), Choices(), HOSTILE, found.classes, (),
                        HOSTILE, EVERY["diag"], 2)  # fmt: skip
    return analysis, Found(values, y, look(found, values), again)


def drawn(page):
    """Wait for every figure of a page."""
    page.wait_for_function(
        "() => { const all = [...document.querySelectorAll('.plotly-graph-div')];"
        "return all.length && all.every(d => d.querySelector('.main-svg')); }",
        timeout=LIMIT,
    )
    return page.locator(".plotly-graph-div").count()


def test_a_report_opens_without_a_network_and_runs_no_name(offline, tmp_path):
    analysis, found = hostile()
    path = tmp_path / "report.html"
    path.write_text(report(HOSTILE, sections(analysis, found, AUC)), encoding="utf-8")
    offline.goto(path.as_uri())
    assert drawn(offline) == 7
    assert {url.split(":")[0] for url in offline.asked} <= {"file", "data", "blob"}
    assert not [text for text in offline.said if "Content Security Policy" in text]
    assert offline.evaluate("window.hacked") is None
    assert offline.locator("img, b").count() == 0
    assert "<b>x</b>" in offline.locator("h1").inner_text()
    assert "</script><script>" in offline.locator("#plot-s2p1 .legendtext").first.text_content()


def test_a_figure_of_the_report_is_saved_as_svg_by_the_browser(offline, tmp_path):
    analysis, found = hostile()
    path = tmp_path / "report.html"
    path.write_text(report("t", sections(analysis, found, AUC)), encoding="utf-8")
    offline.goto(path.as_uri())
    drawn(offline)
    with offline.expect_download(timeout=LIMIT) as download:
        offline.get_by_role("button", name="Save as SVG").first.click()
    assert download.value.suggested_filename == "aitchison.svg"
    svg = Path(download.value.path()).read_text(encoding="utf-8")
    assert svg.startswith("<svg") and svg.count("<path") >= len(found.y)
    assert "<script" not in svg and "<img" not in svg


def test_zipped_figures_open_beside_their_script(offline, tmp_path):
    _, found = hostile()
    with zipfile.ZipFile(io.BytesIO(zipped(pictures(found.looked, found.resamples, found.y)))) as z:
        z.extractall(tmp_path)
    assert len(list(tmp_path.glob("*.html"))) == 7
    for path in sorted(tmp_path.glob("*.html"))[:2]:
        offline.goto(path.as_uri())
        assert drawn(offline) == 1, path.name
    assert {url.split(":")[0] for url in offline.asked} <= {"file", "data", "blob"}
    assert offline.evaluate("window.hacked") is None


def test_on_the_page_the_camera_saves_svg_and_names_are_text(page, app_url):
    rng = np.random.default_rng(0)
    name = '<b onmouseover="window.hacked=1">x</b> $y^2$'
    lines = ['id,"g__{}",g__B,g__C,state'.format(name.replace('"', '""'))]
    lines += [
        f"s{i},{rng.poisson(5 + 40 * (i % 2))},{rng.poisson(20)},{rng.poisson(9)},"
        + ("sick<i>" if i % 2 else "well")
        for i in range(30)
    ]
    page.goto(f"{app_url}/your-table?k=1&folds=2&repeats=1&starts=1&fitk=2&again=10")
    page.get_by_role("heading", level=1, name="Your table").wait_for(timeout=LIMIT)
    page.get_by_role("radio", name="My file").click()
    page.get_by_text("Choose a file on the left").wait_for(timeout=LIMIT)
    page.get_by_test_id("stSidebar").locator("input[type=file]").first.set_input_files(
        {"name": "t.csv", "mimeType": "text/csv", "buffer": "\n".join(lines).encode()}
    )
    page.locator(".st-key-fit button").wait_for(timeout=LIMIT)
    page.locator(".st-key-fit button").click()
    page.get_by_role("button", name="Fitted").wait_for(timeout=LIMIT)
    chart = page.get_by_test_id("stPlotlyChart").filter(has_text=re.compile("axis 1")).first
    chart.locator(".main-svg").first.wait_for(timeout=LIMIT)
    assert "sick<i>" in chart.locator(".legendtext").last.text_content() + chart.inner_text()
    heat = page.get_by_test_id("stPlotlyChart").filter(has_text=re.compile("doublings")).first
    assert "<b onmouseover" in heat.locator(".yaxislayer-above").text_content()
    assert page.locator("[onmouseover]").count() == 0
    chart.hover()
    with page.expect_download(timeout=LIMIT) as download:
        chart.locator('.modebar-btn[data-title*="Download"]').first.click(force=True)
    assert download.value.suggested_filename == "aitchison.svg"
