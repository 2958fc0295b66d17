"""A prior trained for real on the codes of a VQ-VAE, watched in a browser, found again by link."""

from dataclasses import replace

import pytest

from latentcore.networks.quantizers.presets import PRESETS
from latentcore.networks.vqvae.settings import VQVAESettings
from latentcore.runs import work
from latentcore.runs.recipe import Recipe
from latentcore.runs.sources import Digits
from latentcore.training import Plan
from latentcore.training.store import Store

PIXELS = """(canvas) => {
  const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  let hash = 0;
  for (const v of new Uint32Array(data.buffer)) hash = (Math.imul(hash, 31) + v) | 0;
  return hash;
}"""
SHADOW = """(selector) => [...document.querySelectorAll('*')]
  .map((e) => e.shadowRoot && e.shadowRoot.querySelector(selector)).find(Boolean)"""


@pytest.fixture(scope="module")
def codes():
    """A finished VQ-VAE that every visitor may see; its name."""
    quantizer = replace(PRESETS["k-means"], codes=32, width=8)
    model = VQVAESettings(hidden=8, blocks=0, quantizer=quantizer)
    recipe = Recipe(model, Digits(), Plan(60, look_every=60), 1e-2)
    store = Store()
    run = store.add(recipe.to_json(), recipe.kind, "codes of the test", "somebody", 60)
    assert work.work(store.url, run) == "finished"
    yield f"Codes of codes of the test ({run[:6]})"
    store.delete(run)
    store.close()


def rungs(page):
    """The bits of the four rungs, as they are drawn."""
    page.wait_for_selector(".ladder[data-bits]")
    return [float(bit) for bit in page.locator(".ladder").get_attribute("data-bits").split()]


def test_a_prior_is_trained_watched_stopped_and_found_again(page, app_url, codes):
    page.goto(f"{app_url}/pixelcnn?layers=1&hidden=16&steps=2000")
    page.wait_for_selector(".receptive[data-frames]", timeout=60_000)
    page.locator('[data-testid="stSelectbox"]').first.click()
    page.get_by_role("option", name=codes).click()
    page.get_by_role("button", name="Train this prior").click()

    page.wait_for_selector(".sampler[data-frames]", timeout=60_000)
    page.get_by_text("Training on").wait_for()
    before, first = page.locator("canvas.map").first.evaluate(PIXELS), rungs(page)
    page.wait_for_function(f"(before) => ({PIXELS})(({SHADOW})('canvas.map')) !== before",
                           arg=before)  # fmt: skip
    page.wait_for_function(f"(first) => Number(({SHADOW})('.ladder').dataset.bits.split(' ')[3])"
                           " !== first", arg=first[3], timeout=60_000)  # fmt: skip
    page.wait_for_function(f"() => {{ const b = ({SHADOW})('.ladder').dataset.bits.split(' ')"
                           ".map(Number); return b[3] < b[1]; }", timeout=60_000)  # fmt: skip
    page.get_by_test_id("stMainBlockContainer").get_by_role("button", name="Stop").click()

    page.get_by_text("Stopped: step").wait_for(timeout=30_000)
    page.get_by_role("heading", name="Uniform prior beside the learned one").wait_for()
    last = rungs(page)
    assert 5 == last[0] > last[1] > last[2] and last[3] < last[1]
    page.wait_for_selector(".sampler >> nth=1", timeout=30_000)  # drawn from nothing, and completed
    assert "run=" in page.url and "steps=2000" in page.url

    page.reload()
    page.wait_for_selector(".sampler[data-frames]", timeout=60_000)
    assert rungs(page) == last
    page.get_by_text("Left half").click()
    page.get_by_text("its lower rows come later in the order").wait_for()
    page.get_by_role("button", name="Resume").click()
    page.get_by_text("Training on").wait_for(timeout=60_000)
    page.get_by_test_id("stMainBlockContainer").get_by_role("button", name="Stop").click()
    page.get_by_text("Stopped: step").wait_for(timeout=30_000)
