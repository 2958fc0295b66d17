"""The page "Benchmark" in a browser: one press, rows while it runs, stop, links, both questions."""

import re

import pytest

LIMIT = 60_000
LONG = 120_000


def opened(page, app_url, query=""):
    page.goto(f"{app_url}/benchmark?{query}")
    page.get_by_role("heading", level=1, name="Benchmark").wait_for(timeout=LIMIT)
    settled(page)
    return page


def settled(page):
    """The script has run to its end."""
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for(timeout=LIMIT)


def button(page, name):
    return page.get_by_test_id("stMain").get_by_role("button", name=name, exact=True)


def rows(page):
    """The table of results: model -> cells."""
    found = {}
    for row in page.locator(".st-key-comparison tbody tr").all():
        name, *cells = (cell.strip() for cell in row.locator("td, th").all_inner_texts())
        found[name.replace("\u00a0", " ")] = cells
    return found


def test_an_example_runs_stops_keeps_its_rows_and_is_a_link(page, app_url):
    opened(page, app_url, "seed=3&top=20")
    button(page, "The notes' benchmark").click()
    page.locator(".st-key-comparison tbody tr").first.wait_for(timeout=LIMIT)
    page.get_by_role("progressbar").wait_for(timeout=LIMIT)
    page.locator(".st-key-stop-compare button").click()
    page.get_by_role("button", name=re.compile(r"Continue \(\d+ of 70\)")).wait_for(timeout=LIMIT)
    settled(page)
    kept = rows(page)
    assert list(kept)[0] == "The truth" and len(kept) >= 2
    assert float(kept["The truth"][0].split("\u00a0")[0]) > 0.7
    assert "seed=3" not in page.url.replace("figure-1.seed", "")
    link = page.url
    page.goto(link)
    page.get_by_role("heading", level=1, name="Benchmark").wait_for(timeout=LIMIT)
    settled(page)
    assert page.url == link
    page.get_by_text("5 × 2-fold stratified cross-validation on 400 samples").wait_for(
        timeout=LIMIT
    )
    models = page.get_by_test_id("stSidebar").get_by_text("Gradient boosting")
    models.wait_for(timeout=LIMIT)  # as the link says; nobody has it unasked


def test_a_small_benchmark_and_its_curves(page, app_url):
    models = "models=Logistic%20regression&models=Gaussian%20mixture"
    opened(page, app_url, f"{models}&k=2&folds=3&repeats=1&starts=2")
    button(page, "Compare").click()
    button(page, "Compared").wait_for(timeout=LONG)
    page.get_by_role("heading", name="In words").wait_for(timeout=LIMIT)
    settled(page)
    found = rows(page)
    assert list(found) == [
        "The truth", "Logistic regression", "Gaussian mixture, K = 1", "Gaussian mixture, K = 2",
        "Class shares alone",
    ]  # fmt: skip
    accuracy = {name: float(cells[0].split("\u00a0")[0]) for name, cells in found.items()}
    assert accuracy["Gaussian mixture, K = 2"] > accuracy["Logistic regression"] + 0.15
    page.locator(".js-plotly-plot").nth(3).wait_for(timeout=LIMIT)  # samples, dots, K, curves
    assert page.locator(".js-plotly-plot").count() == 4
    titles = page.locator(".js-plotly-plot .annotation-text").all_text_contents()
    assert {"ROC", "Calibration"} <= set(titles)


@pytest.mark.parametrize("address", ["benchmark", "dirichlet-mixture"])
def test_k_is_tried_one_by_one_and_can_be_stopped(page, app_url, address):
    page.goto(f"{app_url}/{address}?upto=4&kstarts=3&kfolds=2")
    button(page, "Try every K").wait_for(timeout=LIMIT)
    settled(page)
    button(page, "Try every K").click()
    page.get_by_text("choose K = 2").first.wait_for(timeout=LIMIT)
    stop = page.locator(".st-key-stop-choose button")
    if stop.is_enabled():
        stop.click()
    again = page.get_by_role("button", name=re.compile(r"Continue|Every K tried"))
    again.wait_for(timeout=LIMIT)
    settled(page)
    if again.is_enabled():
        again.click()
    button(page, "Every K tried").wait_for(timeout=LONG)
    page.get_by_text("Density of (x, y): BIC, ICL and cross-validation choose K = 2.").wait_for()
    page.get_by_text("The samples were drawn from K = 2.").wait_for()
