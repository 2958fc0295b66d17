"""The growing receptive field in a real Chromium: its counts, its pixels, its controls."""

import re
import time
from pathlib import Path

import pytest

from latentcore.networks.priors import geometry

APP = Path(__file__).parent / "apps" / "receptive_app.py"
PIXELS = """(canvas) => {
  const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  let hash = 0;
  for (const v of new Uint32Array(data.buffer)) hash = (Math.imul(hash, 31) + v) | 0;
  return hash;
}"""


@pytest.fixture(scope="module")
def url(serve):
    return serve(APP)


def opened(tab, url, query=""):
    tab.goto(f"{url}/{query}")
    tab.wait_for_selector(".receptive[data-frames]", timeout=60_000)
    return tab.locator(".receptive")


def settled(tab, layers, at=None):
    place = f'[data-at="{at}"]' if at is not None else ""
    tab.wait_for_selector(f'.receptive[data-step="{layers}"]{place}[data-settled="true"]')


def to(root, layers):
    root.locator(".scrub").fill(str(layers))
    settled(root.page, layers)


def counts(root, board):
    """What is written over a map: seen, earlier, not yet, blind."""
    words = root.locator(".board-counts").nth(board).inner_text()
    return tuple(int(number) for number in re.findall(r"\d+", words))


def expected(name, at, layers, kernel=3, grid=(9, 11)):
    row = geometry.depths(name, grid, kernel, kernel)[at][:at]
    seen, blind = int((row <= layers).sum()), int((row == geometry.NEVER).sum())
    return seen, at, at - seen - blind, blind


@pytest.mark.parametrize("layers", [0, 2, 6])
@pytest.mark.parametrize(("kernel", "rows"), [(3, 9), (5, 6)])
def test_counts_are_those_of_the_masks(page, url, kernel, rows, layers):
    root = opened(page, url, f"?kernel={kernel}&rows={rows}")
    to(root, layers)
    at = int(root.get_attribute("data-at"))
    for board, name in enumerate(geometry.STACKS):
        assert counts(root, board) == expected(name, at, layers, kernel, (rows, 11))


def test_it_grows_by_itself_and_pixels_change(page, url):
    root = opened(page, url)
    assert root.get_attribute("data-playing") == "true"
    pictures = set()
    for layers in range(4):
        page.wait_for_function(
            "(n) => Number([...document.querySelectorAll('*')].map((e) => e.shadowRoot &&"
            " e.shadowRoot.querySelector('.receptive')).find(Boolean).dataset.step) >= n",
            arg=layers,
        )
        pictures.add(root.locator("canvas").first.evaluate(PIXELS))
    assert len(pictures) == 4
    root.locator(".play").click()
    time.sleep(0.3)
    still = root.locator("canvas").first.evaluate(PIXELS)
    time.sleep(0.9)
    assert root.locator("canvas").first.evaluate(PIXELS) == still


def test_a_click_and_the_arrow_keys_move_the_position(page, url):
    root = opened(page, url)
    to(root, 6)
    canvas = root.locator("canvas").nth(1)
    box = canvas.bounding_box()
    cell = box["width"] / 11
    page.mouse.click(box["x"] + 3.5 * cell, box["y"] + 4.5 * cell)
    settled(page, 6, 4 * 11 + 3)
    assert counts(root, 0) == expected("pixelcnn", 47, 6)
    for key in ("ArrowRight", "ArrowDown", "ArrowDown", "ArrowLeft", "ArrowUp"):
        page.keyboard.press(key)
    settled(page, 6, 5 * 11 + 3)
    page.keyboard.press(".")
    settled(page, 7)
    for _ in range(12):
        page.keyboard.press("ArrowUp")
    settled(page, 7, 3)
    assert counts(root, 1) == (3, 3, 0, 0)


def test_the_blind_spot_is_named_under_the_pointer_and_for_readers(page, url):
    root = opened(page, url)
    to(root, 8)
    box = root.locator("canvas").first.bounding_box()
    cell = box["width"] / 11
    page.mouse.move(box["x"] + 10.5 * cell, box["y"] + 5.5 * cell)
    said = root.locator(".said").inner_text()
    assert said.startswith("Row 6, column 11: one stack, never seen; two stacks, seen with")
    live = root.locator(".live")
    page.wait_for_function(
        "() => [...document.querySelectorAll('*')].map((e) => e.shadowRoot &&"
        " e.shadowRoot.querySelector('.receptive')).find(Boolean)"
        ".querySelector('.live').textContent.includes('blind')"
    )
    assert "10 are in its blind spot" in live.text_content()
    assert root.locator(".counts tr").count() == 3


def test_a_rerun_leaves_it_as_it_is(page, url):
    root = opened(page, url)
    to(root, 3)
    page.get_by_role("button", name="Rerun").click()
    time.sleep(0.8)
    assert root.get_attribute("data-step") == "3"


def test_reduced_motion_shows_the_end(chromium, url):
    context = chromium.new_context(reduced_motion="reduce")
    root = opened(context.new_page(), url)
    assert (root.get_attribute("data-playing"), root.get_attribute("data-step")) == ("false", "8")
    context.close()


def test_it_follows_the_theme(chromium, url):
    papers = []
    for scheme in ("light", "dark"):
        context = chromium.new_context(color_scheme=scheme)
        root = opened(context.new_page(), url)
        papers.append(root.locator("canvas").first.evaluate(
            "(c) => [...c.getContext('2d').getImageData(c.width - 6, c.height - 6, 1, 1).data]"
            ".slice(0, 3).reduce((a, b) => a + b)"))  # fmt: skip
        context.close()
    assert papers[0] > 600 > 200 > papers[1]
