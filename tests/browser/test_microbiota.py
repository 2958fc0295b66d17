"""The page "Your table" in a browser: from click to table, an upload, an error, forgetting."""

import re

import numpy as np
import pytest

LIMIT = 60_000
REFERENCE = 0.808  # AUC of logistic regression on centred log-ratios, ZhuF_2020, 5 x 5 folds
LABELLED = "id,g__A,g__B,g__C,diagnosis\n"


def opened(page, app_url, query=""):
    page.goto(app_url)
    page.get_by_test_id("stSidebarNavLink").first.wait_for(timeout=LIMIT)
    page.goto(f"{app_url}/your-table?{query}")
    page.get_by_role("heading", level=1, name="Your table").wait_for(timeout=LIMIT)
    return page


def table_file(n=30):
    rng = np.random.default_rng(0)
    rows = [
        f"s{i},{rng.poisson(5 + 40 * (i % 2))},{rng.poisson(20)},{rng.poisson(9)},c{i % 2}\n"
        for i in range(n)
    ]
    return LABELLED + "".join(rows)


def upload(page, text, name="table.csv"):
    page.get_by_role("radio", name="My file").click()
    page.get_by_text("What is known about the samples").wait_for(timeout=LIMIT)
    page.get_by_test_id("stSidebar").locator("input[type=file]").first.set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": text.encode()}
    )


def button(page, name):
    return page.get_by_test_id("stMain").get_by_role("button", name=name)


def rows(page):
    """The table of results: model -> cells."""
    found = {}
    for row in page.locator(".st-key-comparison tbody tr").all():
        name, *cells = (cell.strip() for cell in row.locator("td, th").all_inner_texts())
        found[name] = cells
    return found


def test_from_click_to_table(page, app_url):
    opened(page, app_url, "study=ZellerG_2014&k=2&starts=2")
    page.get_by_text("114 samples").first.wait_for(timeout=LIMIT)
    study = page.get_by_role("combobox", name="Study")
    study.click()
    study.fill("ZhuF_2020")
    page.get_by_role("option", name="ZhuF_2020").click()
    page.get_by_text("on 171 samples").wait_for(timeout=LIMIT)
    button(page, "Compare").click()
    page.get_by_role("progressbar").wait_for(timeout=LIMIT)
    page.locator(".st-key-comparison tbody tr").first.wait_for(timeout=LIMIT)
    assert len(rows(page)) < 8  # it fills in as folds are done
    button(page, "Compared").wait_for(timeout=120_000)
    page.get_by_role("heading", name="In words").wait_for(timeout=LIMIT)
    found = rows(page)
    assert len(found) == 8
    page.get_by_text("70 of 70 fits").wait_for(timeout=LIMIT)
    auc = float(re.match(r"[\d.]+", found["Logistic regression, CLR"][1]).group())
    assert auc == pytest.approx(REFERENCE, abs=0.03)
    keys = ("dots", "over", "curves")  # of the pictures of the comparison
    assert all(page.locator(f"[class*=st-key-{key}_] .js-plotly-plot").count() == 1 for key in keys)


def test_stop_keeps_what_is_done(page, app_url):
    opened(page, app_url, "k=6&repeats=5")
    button(page, "Compare").click()
    page.get_by_text("Logistic regression, CLR").first.wait_for(timeout=LIMIT)
    page.locator(".st-key-stop-compare button").click()
    button(page, "Continue").wait_for(timeout=LIMIT)
    assert "Logistic regression, CLR" in rows(page)


def test_upload_from_file_to_table_and_forgotten(page, app_url):
    opened(page, app_url, "k=1&folds=3&repeats=1&starts=1")
    upload(page, table_file())
    page.get_by_text("on 30 samples").wait_for(timeout=LIMIT)
    assert "diagnosis" not in page.url
    button(page, "Compare").click()
    button(page, "Compared").wait_for(timeout=LIMIT)
    assert float(rows(page)["Random forest"][1].split("\u00a0")[0]) > 0.9
    page.get_by_role("button", name="Forget my data").click()
    page.get_by_text("Choose a file on the left").wait_for(timeout=LIMIT)
    assert page.get_by_text("table.csv").count() == 0
    assert page.get_by_text("diagnosis").count() == 0


def test_a_malformed_file_gets_row_and_column(page, app_url):
    opened(page, app_url)
    text = table_file().replace("g__B", "<b>g</b>*B*")
    upload(page, text.replace("\ns4,", "\nbad,4,oops,1,c0\ns4,"))
    alert = page.get_by_test_id("stAlert")
    alert.get_by_text("row 6").wait_for(timeout=LIMIT)
    assert "column C (“<b>g</b>*B*”)" in alert.inner_text()
    assert "“oops”" in alert.inner_text()
    assert alert.locator("b, em").count() == 0


def test_a_file_is_still_there_after_a_visit_to_another_page_and_gone_when_taken_out(page, app_url):
    opened(page, app_url)
    upload(page, table_file())
    page.get_by_text("on 30 samples").wait_for(timeout=LIMIT)
    page.get_by_test_id("stSidebarNavLink").filter(has_text="Gaussian mixture").click()
    page.get_by_role("heading", level=1, name="Gaussian mixture").wait_for(timeout=LIMIT)
    page.get_by_test_id("stSidebarNavLink").filter(has_text="Your table").click()
    page.get_by_text("Still here: table.csv").wait_for(timeout=LIMIT)
    page.get_by_text("on 30 samples").wait_for(timeout=LIMIT)
    page.get_by_role("button", name="Forget my data").click()
    page.get_by_text("Choose a file on the left").wait_for(timeout=LIMIT)
    upload(page, table_file(20))
    page.get_by_text("on 20 samples").wait_for(timeout=LIMIT)
    page.get_by_test_id("stFileUploader").get_by_role("button", name=re.compile("Remove")).click()
    page.get_by_text("Choose a file on the left").wait_for(timeout=LIMIT)


def test_metadata_are_joined_after_consent(page, app_url):
    opened(page, app_url)
    page.get_by_role("radio", name="My file").click()
    table = table_file().replace(LABELLED, "id,g__A,g__B,g__C,site\n")
    about = "#SampleID\t<b>who</b> $x^2$\n"
    about += "".join(f"S{i}\t{'ill' if i % 2 else 'fine'}\n" for i in range(24))
    fields = page.get_by_test_id("stSidebar").locator("input[type=file]")
    fields.nth(0).set_input_files(
        {"name": "table.csv", "mimeType": "text/csv", "buffer": table.encode()}
    )
    page.get_by_role("heading", name="What was read").wait_for(timeout=LIMIT)
    fields.nth(1).set_input_files(
        {"name": "about.tsv", "mimeType": "text/plain", "buffer": about.encode()}
    )
    page.get_by_text("6 samples of 30 in the table have no row of metadata").wait_for(timeout=LIMIT)
    assert page.get_by_text("(24 whatever the case)").count() == 1
    assert page.get_by_role("heading", name="The question").count() == 0
    page.get_by_text("Go on with 24 samples and leave 6 out").click()
    page.get_by_role("heading", name="The question").wait_for(timeout=LIMIT)
    page.get_by_role("heading", name="Take away").wait_for(timeout=LIMIT)
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for(timeout=LIMIT)
    predict = page.get_by_role("combobox", name="Predict")
    option = page.get_by_role("option", name="<b>who</b> $x^2$")
    for _ in range(10):  # a list that opens while the page is drawn is closed again
        predict.click()
        page.wait_for_timeout(1000)
        if option.count():
            break
        page.keyboard.press("Escape")
    option.click()
    page.get_by_text("on 24 samples").wait_for(timeout=LIMIT)
    main = page.get_by_test_id("stMain")
    assert main.locator("b").count() == 0
    assert "x^2" not in main.locator(".katex annotation").all_inner_texts()
    assert "who" not in page.url
