"""The canvas of a codebook in a real Chromium: fed while it trains, scrubbed when it is done."""

import re
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from pages.ui.codebook import FOLDER, MODULES
from tests.browser.apps.codebook_frames import CODES, FRAMES

APP = Path(__file__).parent / "apps" / "codebook_app.py"
ROOT = """
const it = [...document.querySelectorAll("*")]
  .map((each) => each.shadowRoot && each.shadowRoot.querySelector(".codebook")).find(Boolean);
"""
PIXELS = """
const hash = (name) => { const c = it.querySelector("." + name);
  const d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
  let h = 0; for (const v of new Uint32Array(d.buffer)) h = (Math.imul(h, 31) + v) | 0; return h; };
"""


def ask(tab, script, argument=None):
    return tab.evaluate(f"(argument) => {{ {ROOT} {PIXELS} {script} }}", argument)


def opened(tab, address):
    tab.goto(address)
    tab.wait_for_selector(".codebook[data-frames]", timeout=60_000)
    return tab.locator(".codebook").first


def paused(tab, url):
    root = opened(tab, url)
    if root.get_attribute("data-playing") == "true":
        root.locator(".play").click()
    return root


def settled(tab):
    tab.wait_for_selector('.codebook[data-settled="true"]')
    two_frames(tab)


def two_frames(tab):
    ask(
        tab,
        "return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))",
    )


@pytest.fixture(scope="module")
def url(serve):
    return serve(APP)


def test_pictures_that_come_in_move_the_pixels_without_a_new_canvas(page, url):
    opened(page, f"{url}/?live=1")
    ask(page, "it.querySelector('.bars').mark = 'the same canvas'; return 0")
    seen, deadline = set(), time.monotonic() + 20
    while len(seen) < 6 and time.monotonic() < deadline:
        seen.add(ask(page, "return hash('bars')"))
        time.sleep(0.1)
    assert len(seen) >= 6, "the histogram slides"
    page.wait_for_function(f"() => {{ {ROOT} return it.dataset.step === '175' }}")
    settled(page)
    assert ask(page, "return it.querySelector('.bars').mark") == "the same canvas"
    assert ask(page, "return it.codebookFilm.last()") == 7, "frames are kept as they come"
    still = ask(page, "return hash('bars')")
    time.sleep(1.0)
    assert ask(page, "return hash('bars')") == still


def test_looking_back_while_it_trains_is_left_alone(page, url):
    root = opened(page, f"{url}/?live=1")
    page.wait_for_function(f"() => {{ {ROOT} return it.codebookFilm.last() >= 3 }}")
    root.locator(".scrub").fill("1")
    page.wait_for_function(f"() => {{ {ROOT} return it.codebookFilm.last() >= 5 }}")
    assert root.get_attribute("data-step") == "25"
    assert root.locator(".follow").get_attribute("aria-pressed") == "false"
    root.locator(".follow").click()
    page.wait_for_function(f"() => {{ {ROOT} return it.dataset.step === '175' }}")


def test_a_finished_run_is_played_and_scrubbed_from_start_to_end(page, url):
    root = opened(page, url)
    assert root.get_attribute("data-playing") == "true"
    page.wait_for_function(f"() => {{ {ROOT} return Number(it.dataset.step) >= 50 }}")
    root.locator(".play").click()
    looks = []
    for s in range(len(FRAMES)):
        root.locator(".scrub").fill(str(s))
        settled(page)
        looks.append(tuple(ask(page, f"return hash('{n}')") for n in ("bars", "cloud", "strip")))
        assert root.get_attribute("data-step") == str(FRAMES[s][0])
        assert root.get_attribute("data-used") == str(int((FRAMES[s][1]["counts"] > 0).sum()))
    assert all(len(set(column)) == len(FRAMES) for column in zip(*looks, strict=True))
    assert "warm-up" not in root.locator(".phase").inner_text()
    root.locator(".scrub").fill("2")
    settled(page)
    assert ask(page, "return hash('bars')") == looks[2][0]


def test_planes_are_turned_onto_each_other(page, url):
    """Turns and flips of principal axes are not motion: the points stay where they were."""
    paused(page, url)
    clouds = [np.array(ask(page, f"return Array.from(it.codebookFilm.frame({s}).encoded)"))
              for s in range(len(FRAMES))]  # fmt: skip
    for before, now in zip(clouds, clouds[1:], strict=False):
        assert np.abs(now - before).max() < 0.2


def test_a_click_on_a_code_shows_what_it_is(page, url):
    root = paused(page, url)
    root.locator(".scrub").fill("7")
    settled(page)
    plain = ask(page, "return hash('strip')")
    box = root.locator(".bars").bounding_box()
    wide = (box["width"] - 50) / CODES
    page.mouse.click(box["x"] + 46 + 2.5 * wide, box["y"] + box["height"] - 40)
    assert root.get_attribute("data-code") == "2"
    assert root.locator(".card-badge").inner_text() == "3"
    share = FRAMES[7][1]["counts"][2] / FRAMES[7][1]["counts"].sum()
    assert f"{100 * share:.2f} %" in root.locator(".card-said").inner_text()
    decoded = FRAMES[7][1]["decoded"][2]
    corner = ask(page, "return [...it.querySelector('.decodes').getContext('2d')"
                       ".getImageData(3, 3, 1, 1).data]")  # fmt: skip
    assert corner[:3] == [int(decoded[0, 0, 0])] * 3
    settled(page)
    assert ask(page, "return hash('strip')") != plain, "its cells are marked"
    root.locator(".bars").focus()
    page.keyboard.press("ArrowRight")
    assert root.get_attribute("data-code") == "3"
    page.keyboard.press("Escape")
    assert not root.locator(".card").is_visible()


def test_a_cell_of_a_map_is_a_code_too(page, url):
    root = paused(page, url)
    root.locator(".scrub").fill("7")
    settled(page)
    box = root.locator(".strip").bounding_box()
    side = ask(page, "return it.querySelector('.strip').clientHeight") / 3 - 6
    page.mouse.click(box["x"] + 72 + side * 0.1, box["y"] + side + 6 + side * 0.1)
    assert root.get_attribute("data-code") == str(FRAMES[7][1]["index"][0, 0, 0])


def test_bars_can_be_sorted_and_names_are_text(page, url):
    root = paused(page, f"{url}/?title=%3Cimg%20src%3Dx%3E")
    assert root.locator(".title").inner_text() == "<img src=x>" and not root.locator("img").count()
    root.locator(".scrub").fill("5")
    settled(page)
    before = ask(page, "return hash('bars')")
    root.locator(".sort").click()
    settled(page)
    assert ask(page, "return hash('bars')") != before


def test_the_twin_tells_and_calm_visitors_see_no_motion(chromium, url):
    context = chromium.new_context(reduced_motion="reduce", color_scheme="dark")
    tab = context.new_page()
    root = opened(tab, url)
    time.sleep(0.4)
    assert root.get_attribute("data-playing") == "false" and root.get_attribute("data-step") == "0"
    root.locator(".scrub").fill("4")
    two_frames(tab)
    assert root.get_attribute("data-settled") == "true", "no tween"
    tab.wait_for_function(
        f"() => {{ {ROOT} return it.querySelector('.live').textContent.includes('Step 100 of') }}"
    )
    assert root.locator(".parameters tr").count() == CODES + 1
    context.close()


def test_no_two_modules_use_a_name_at_their_top():
    names = Counter()
    for module in MODULES:
        text = (FOLDER / f"{module}.js").read_text("utf-8")
        names.update(re.findall(r"^(?:export )?(?:function|const|let|class) (\w+)", text, re.M))
    assert max(names.values()) == 1, names.most_common(3)
