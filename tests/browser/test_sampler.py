"""Sampling position by position in a real Chromium: pixels, numbers, controls."""

import re
import time
from pathlib import Path

import numpy as np
import pytest

from tests.browser.apps.sampler_app import FILMS
from tests.figures.drawn import drawn

APP = Path(__file__).parent / "apps" / "sampler_app.py"
PIXELS = """(canvas) => {
  const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  let hash = 0;
  for (const v of new Uint32Array(data.buffer)) hash = (Math.imul(hash, 31) + v) | 0;
  return hash;
}"""
COLOUR = """(canvas, [x, y]) => [...canvas.getContext('2d').getImageData(
  Math.floor(x * canvas.width), Math.floor(y * canvas.height), 1, 1).data].slice(0, 3)"""


@pytest.fixture(scope="module")
def url(serve):
    return serve(APP)


def opened(tab, url, film="plain", play=False):
    tab.goto(f"{url}/?film={film}")
    tab.wait_for_selector(".sampler[data-frames]", timeout=60_000)
    root = tab.locator(".sampler")
    if not play:
        to(root, 0)
    return root


def settled(root, step):
    root.page.wait_for_selector(f'.sampler[data-step="{step}"][data-settled="true"]')


def to(root, step):
    root.locator(".scrub").fill(str(step))
    settled(root, step)


def pixels(root, name):
    return root.locator(f"canvas.{name}").evaluate(PIXELS)


def colour(root, name, x, y):
    return root.locator(f"canvas.{name}").evaluate(COLOUR, [x, y])


def test_pixels_change_while_sampling_plays(page, url):
    root = opened(page, url, play=True)
    assert root.get_attribute("data-playing") == "true"
    looks = {name: set() for name in ("map", "seen", "open")}
    for _ in range(8):
        for name, found in looks.items():
            found.add(pixels(root, name))
        time.sleep(0.3)
    assert {name: len(found) >= 4 for name, found in looks.items()} == dict.fromkeys(looks, True)
    root.locator(".play").click()
    time.sleep(0.3)
    still = pixels(root, "map")
    time.sleep(0.8)
    assert pixels(root, "map") == still


def test_a_code_appears_when_it_is_drawn(page, url):
    made, root = drawn(), opened(page, url)
    empty = colour(root, "map", 5.3 / 8, 3.3 / 8)  # row 2, column 3: the seventh
    to(root, 6)
    assert colour(root, "map", 5.3 / 8, 3.3 / 8) == empty
    to(root, 7)
    assert colour(root, "map", 5.3 / 8, 3.3 / 8) != empty
    assert root.locator(".choice-title").inner_text() == "Row 2, column 3"
    words = root.locator(".choice-words").inner_text()
    assert words.startswith(f"Code {made.codes[0, 1, 2]} was drawn")
    shown = float(re.search(r"Entropy ([\d.]+)", root.locator(".choice-open").inner_text())[1])
    assert shown == pytest.approx(made.entropy[0, 1, 2], abs=0.006)


def test_bars_are_the_likeliest_codes_and_add_up(page, url):
    made, root = drawn(), opened(page, url)
    for step in (1, 8, 16):
        to(root, step)
        row, column = divmod(step - 1, 4)
        names = root.locator(".bar-name").all_inner_texts()
        assert [int(name) for name in names[:3]] == made.top[0, row, column].tolist()
        assert str(made.codes[0, row, column]) in names and names[-1] == "rest"
        shares = [float(s.strip("< %")) for s in root.locator(".bar-share").all_inner_texts()]
        assert sum(shares) == pytest.approx(100, abs=3)
        np.testing.assert_allclose(shares[:3], 100 * made.share[0, row, column], atol=1)


def test_the_picture_is_the_one_after_that_many_draws(page, url):
    root = opened(page, url)
    for step in (0, 5, 16):
        to(root, step)
        drawn_part = colour(root, "seen", 0.06, 0.06)
        if step:
            assert drawn_part == [5 * step] * 3
        if step < 16:  # not drawn yet: faint
            assert colour(root, "seen", 0.94, 0.94) != [5 * step] * 3


def test_another_sample_is_followed_by_click_and_keys(page, url):
    made, root = drawn(), opened(page, url)
    to(root, 16)
    root.locator(".one").nth(4).click()
    assert root.get_attribute("data-focus") == "4"
    root.page.wait_for_selector('.sampler[data-focus="4"][data-settled="true"]')
    assert root.locator(".choice-words").inner_text().startswith(f"Code {made.codes[4, 3, 3]} ")
    root.locator(".map").focus()
    for key, step, focus in [
        ("ArrowRight", 16, 5), ("ArrowRight", 16, 0), ("ArrowLeft", 16, 5), (",", 15, 5),
        ("Home", 0, 5), (".", 1, 5), ("End", 16, 5),
    ]:  # fmt: skip
        page.keyboard.press(key)
        settled(root, step)
        assert root.get_attribute("data-focus") == str(focus), key


def test_a_click_on_the_map_goes_to_that_draw(page, url):
    root = opened(page, url)
    to(root, 16)
    box = root.locator(".map").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.6)
    settled(root, 2 * 4 + 1 + 1)


def test_a_given_half_stays_and_only_the_rest_is_drawn(page, url):
    root = opened(page, url, "half")
    assert root.locator(".scrub").get_attribute("max") == "8"
    assert root.locator(".choice-title").inner_text() == "Given, nothing drawn yet"
    above = [colour(root, "map", (2 * c + 1) / 8, 0.7 / 8) for c in range(4)]
    to(root, 8)
    assert [colour(root, "map", (2 * c + 1) / 8, 0.7 / 8) for c in range(4)] == above
    to(root, 1)
    assert root.locator(".choice-title").inner_text() == "Row 3, column 1"


@pytest.mark.parametrize("film", ["grey", "colour"])
def test_pixels_and_colour_pictures_are_drawn_too(page, url, film):
    root = opened(page, url, film)
    last = int(np.prod(drawn(**FILMS[film]).codes.shape[1:]))
    before = pixels(root, "map")
    to(root, last)
    assert pixels(root, "map") != before
    assert root.locator("canvas.seen").is_visible() == (film == "colour")


def test_a_newer_picture_comes_without_starting_anew(page, url):
    root = opened(page, url)
    to(root, 9)
    before = pixels(root, "map")
    page.get_by_role("button", name="Newer").click()
    page.get_by_text("picture 1").wait_for()
    page.wait_for_function(f"(before) => ({PIXELS})([...document.querySelectorAll('*')]"
                           ".map((e) => e.shadowRoot && e.shadowRoot.querySelector('canvas.map'))"
                           ".find(Boolean)) !== before", arg=before)  # fmt: skip
    assert root.get_attribute("data-step") == "9"
    assert root.get_attribute("data-playing") == "false"


def test_the_text_twin_says_every_draw(page, url):
    made, root = drawn(), opened(page, url)
    to(root, 6)
    page.wait_for_function("() => [...document.querySelectorAll('*')].map((e) => e.shadowRoot &&"
                           " e.shadowRoot.querySelector('.sampler .live')).find(Boolean)"
                           ".textContent.includes('6 of 16')")  # fmt: skip
    said = root.locator(".live").text_content()
    assert f"code {made.codes[0, 1, 1]} was drawn" in said and "<b>0</b>" in said
    assert not root.locator(".one b").count(), "names are text, never markup"
    rows = root.locator(".draws tr").all_text_contents()
    assert len(rows) == 7 and f"{made.chance[0, 0, 2]:.3f}" in rows[3]


def test_it_is_settled_when_it_is_drawn_and_not_before(page, url):
    root = opened(page, url)
    told = root.evaluate("""(root) => {
      const scrub = root.querySelector(".scrub");
      scrub.value = 5;
      scrub.dispatchEvent(new Event("input"));
      return [root.dataset.step, root.dataset.settled];
    }""")
    assert told == ["5", "false"]
    settled(root, 5)


def test_a_film_that_was_touched_does_not_begin_by_itself(page, url):
    page.set_viewport_size({"width": 1000, "height": 120})
    root = opened(page, url)
    assert root.get_attribute("data-playing") == "false"
    page.set_viewport_size({"width": 1000, "height": 900})
    root.scroll_into_view_if_needed()
    time.sleep(0.8)
    assert (root.get_attribute("data-playing"), root.get_attribute("data-step")) == ("false", "0")


def test_reduced_motion_shows_the_end(chromium, url):
    context = chromium.new_context(reduced_motion="reduce")
    root = opened(context.new_page(), url, play=True)
    assert (root.get_attribute("data-playing"), root.get_attribute("data-step")) == ("false", "16")
    context.close()


def test_it_follows_the_theme(chromium, url):
    papers = []
    for scheme in ("light", "dark"):
        context = chromium.new_context(color_scheme=scheme)
        root = opened(context.new_page(), url)
        papers.append(sum(colour(root, "map", 0.95, 0.95)))
        context.close()
    assert papers[0] > 600 > 200 > papers[1]
