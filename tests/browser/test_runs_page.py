"""A VQ-VAE in training, stopped, found again, resumed, and deleted while it trains."""

from urllib.parse import parse_qs, urlsplit

import pytest

from latentcore.training.store import NoSuchRun, Store

LIMIT = 60_000


def button(page, name):
    place = page.get_by_test_id("stMainBlockContainer")
    return place.get_by_role("button", name=name, exact=True).first


def test_a_run_is_stopped_found_again_resumed_and_deleted(page, app_url):
    page.goto(f"{app_url}/vq-vae?vqvae=EMA&EMA.codes=32&EMA.hidden=16&EMA.steps=4000")
    page.wait_for_selector("text=The formulas in use", timeout=LIMIT)
    page.get_by_role("button", name="Train", exact=True).click()
    page.get_by_text("Training on").first.wait_for(timeout=LIMIT)
    button(page, "Stop").click()
    page.get_by_text("Stopped: step").first.wait_for(timeout=LIMIT)
    store, run = Store(), parse_qs(urlsplit(page.url).query)["run"][0]
    stopped = store.run(run).step
    assert 0 < stopped < 4000

    page.reload()
    page.get_by_text(f"Stopped: step {stopped:,} of").first.wait_for(timeout=LIMIT)
    button(page, "Resume").click()
    page.get_by_text("Training on").first.wait_for(timeout=LIMIT)

    page.goto(f"{app_url}/runs?run={run}")
    page.get_by_text("Training on").first.wait_for(timeout=LIMIT)
    button(page, "Delete").click()  # while it trains
    page.get_by_role("button", name="Delete for good").click()
    page.wait_for_url(lambda url: run not in url, timeout=LIMIT)
    with pytest.raises(NoSuchRun):
        store.run(run)
    store.close()
