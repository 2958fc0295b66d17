"""The quantiser in a real Chromium: its arithmetic against NumPy's, its picture, its handles."""

import re
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from latentcore.mixture import quantising
from latentcore.mixture.quantising import Codes
from pages.ui.quantiser import FOLDER, MODULES
from tests.browser.apps.quantiser_cases import CASES

APP = Path(__file__).parent / "apps" / "quantiser_app.py"
ROOT = """
const it = [...document.querySelectorAll("*")]
  .map((each) => each.shadowRoot && each.shadowRoot.querySelector(".quantiser")).find(Boolean);
"""


class Touched:
    """The quantiser on a tab."""

    def __init__(self, tab):
        self.tab, self.root = tab, tab.locator(".quantiser").first

    def evaluate(self, script, argument=None):
        return self.tab.evaluate(f"(argument) => {{ {ROOT} {script} }}", argument)

    def data(self, name):
        return self.root.get_attribute(f"data-{name}")

    def settle(self):
        self.tab.wait_for_selector('.quantiser[data-settled="true"]')
        self.two_frames()

    def two_frames(self):
        self.evaluate("return new Promise((done) => "
                      "requestAnimationFrame(() => requestAnimationFrame(done)))")  # fmt: skip

    def pause(self):
        if self.data("playing") == "true":
            self.root.locator(".play").click()
        self.settle()

    def go(self, s):
        self.evaluate("it.quantiser.go(argument)", s)
        self.settle()

    def pixels(self, name="picture"):
        return self.evaluate(
            f"const c = it.querySelector('.{name}');"
            "const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
            "let hash = 0; for (const v of new Uint32Array(d.buffer))"
            "  hash = (Math.imul(hash, 31) + v) | 0; return hash;"
        )

    def handle(self, k):
        box = self.root.locator(".stage").first.locator(".handle").nth(k).bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def opened(tab, url, case, play=False):
    tab.goto(f"{url}/?case={case}")
    tab.wait_for_selector(".quantiser[data-frames]", timeout=60_000)
    touched = Touched(tab)
    if not play:
        touched.pause()
    return touched


@pytest.fixture(scope="module")
def url(serve):
    return serve(APP)


def in_numpy(touch):
    """Every half-step: z, codes and shares of hard and soft EM, by NumPy."""
    rules, z = touch.rules, touch.x
    hard = soft = Codes.at(touch.start, touch.picks)
    steps = []
    for number in range(1, touch.steps + 1):
        owned = quantising.hard(z, hard.place), quantising.soft(z, soft.place, rules.sigma)
        steps.append((z, hard, soft, owned))
        hard = quantising.update(hard, z, owned[0], rules, number)
        soft = quantising.update(soft, z, owned[1], rules, number)
        steps.append((z, hard, soft, owned))
        if rules.encoder:
            z = quantising.encode(touch.x, z, hard.place, rules)
            steps.append((z, hard, soft, owned))
    return steps


@pytest.mark.parametrize("case", ["k-means", "EMA", "gradient", "collapse", "restart"])
def test_the_browser_computes_what_numpy_does(page, url, case):
    touch, touched = CASES[case](), opened(page, url, case)
    theirs = touched.evaluate(
        "const plain = ({ place, share, moved }) => ({ place: Array.from(place),"
        "  share: Array.from(share), moved: Array.from(moved) });"
        "return Array.from({ length: it.quantiser.last() }, (_, s) => {"
        "  const state = it.quantiser.state(s + 1);"
        "  return { z: Array.from(state.z), index: Array.from(state.index),"
        "    owned: Array.from(state.owned), hard: plain(state.hard), soft: plain(state.soft),"
        "    said: it.quantiser.numbers(s + 1, 'hard') }; });"
    )
    ours = in_numpy(touch)
    assert len(theirs) == len(ours)
    n, k = len(touch.x), len(touch.start)
    for there, (z, hard, soft, owned) in zip(theirs, ours, strict=True):
        np.testing.assert_allclose(np.reshape(there["z"], (n, 2)), z, atol=1e-9)
        np.testing.assert_array_equal(there["index"], owned[0].argmax(1))
        np.testing.assert_allclose(np.reshape(there["owned"], (n, k)), owned[1], atol=1e-9)
        for name, codes in (("hard", hard), ("soft", soft)):
            place = np.reshape(there[name]["place"], (k, 2))
            np.testing.assert_allclose(place, codes.place, atol=1e-9)
            np.testing.assert_allclose(there[name]["share"], codes.share, atol=1e-9)
            np.testing.assert_array_equal(there[name]["moved"], codes.moved)
        assert there["said"]["perplexity"] == pytest.approx(quantising.perplexity(owned[0]))
        assert there["said"]["used"] == (owned[0].sum(0) > 0).sum()
    if case == "restart":
        assert hard.restarts > 0
    if case == "collapse":
        assert theirs[0]["said"]["used"] < k


def test_it_plays_by_itself_and_the_histogram_moves(page, url):
    touched = opened(page, url, "EMA", play=True)
    first = touched.pixels(), touched.pixels("bars")
    page.wait_for_function(f"() => {{ {ROOT} return Number(it.dataset.halfStep) >= 5 }}")
    assert all(now != then for now, then in zip(
        (touched.pixels(), touched.pixels("bars")), first, strict=True))  # fmt: skip
    touched.pause()
    still = touched.pixels()
    time.sleep(0.4)
    assert touched.pixels() == still


def test_buttons_keys_and_scrub(page, url):
    touched = opened(page, url, "gradient")
    touched.go(0)
    for button, half_step in [("assign", 1), ("codebook", 2), ("encode", 3), ("codebook", 5)]:
        touched.root.locator(f".to-{button}").click()
        touched.settle()
        assert touched.data("half-step") == str(half_step)
        assert touched.data("phase") == button
    touched.root.locator(".picture").first.focus()
    for key, half_step in [
        ("Home", 0), ("ArrowRight", 1), ("ArrowUp", 4), ("ArrowDown", 1), ("End", 24),
        ("ArrowLeft", 23), ("Shift+ArrowLeft", 20),
    ]:  # fmt: skip
        page.keyboard.press(key)
        assert touched.data("half-step") == str(half_step), key
    touched.root.locator(".scrub").fill("7")
    assert (touched.data("iteration"), touched.data("phase")) == ("3", "assign")


def test_a_dragged_code_takes_its_cell_along_and_changes_what_follows(page, url):
    touched = opened(page, url, "k-means")
    touched.go(16)
    before = touched.evaluate("return it.quantiser.numbers(16, 'hard').error")
    touched.go(0)
    pixels, (x, y) = touched.pixels(), touched.handle(1)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 220, y - 60, steps=6)
    assert touched.pixels() != pixels
    page.mouse.up()
    touched.settle()
    assert touched.handle(1) == pytest.approx((x + 220, y - 60), abs=2)
    side = touched.evaluate("return ['hard', 'soft'].map((s) => "
                            "Array.from(it.quantiser.state(0)[s].place.slice(2, 4)))")  # fmt: skip
    assert side[0] == side[1]  # both begin alike
    touched.go(16)
    assert touched.evaluate("return it.quantiser.numbers(16, 'hard').error") != before
    assert page.get_by_text("runs").inner_text().split()[-1] == "1"  # the server was not asked


def test_a_code_dragged_after_the_end_has_time_to_come_back(page, url):
    touched = opened(page, url, "k-means")
    touched.go(touched.evaluate("return it.quantiser.last()"))
    assert touched.data("iteration") == "8"
    before = touched.evaluate("return it.quantiser.numbers(16, 'hard').error")
    x, y = touched.handle(1)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y - 60, steps=3)
    page.mouse.up()
    assert touched.root.locator(".total").inner_text() == "/ 16"
    touched.root.locator(".play").click()
    page.wait_for_function(f"() => {{ {ROOT} return Number(it.dataset.halfStep) >= 18 }}")
    touched.pause()
    assert touched.evaluate("return it.quantiser.numbers(32, 'hard').error") <= before + 1e-9


def test_a_code_moves_by_keyboard(page, url):
    touched = opened(page, url, "k-means")
    touched.root.locator(".picture").first.focus()
    page.keyboard.press("3")
    x, y = touched.handle(2)
    page.keyboard.press("Shift+ArrowDown")
    touched.settle()
    assert touched.handle(2) == pytest.approx((x, y + 24), abs=1)


def test_soft_em_stands_beside_hard_em(page, url):
    touched = opened(page, url, "k-means")
    touched.root.locator(".beside").click()
    touched.go(5)
    assert touched.root.locator(".pane-soft").is_visible()
    assert "Soft EM, σ = 0.70" in touched.root.locator(".soft-said").inner_text()
    soft = touched.pixels("picture-soft")
    touched.go(6)
    assert touched.pixels("picture-soft") != soft
    touched.root.locator(".beside").click()
    assert not touched.root.locator(".pane-soft").is_visible()


def test_arrows_can_be_switched_off_and_a_point_is_explained(page, url):
    touched = opened(page, url, "gradient")
    touched.go(10)
    with_arrows = touched.pixels()
    touched.root.locator(".arrows").click()
    touched.settle()
    assert touched.pixels() != with_arrows
    box = touched.root.locator(".picture").first.bounding_box()
    x, y = touched.evaluate("return it.quantiser.spot(7)")
    page.mouse.move(box["x"] + x, box["y"] + y)
    words = touched.root.locator(".tip")
    assert words.is_visible() and "decoder's pull, copied" in words.inner_text()
    rows = dict(row.split("\t") for row in touched.root.locator(".terms tr").all_inner_texts()[1:])
    pulls = {
        name: np.array([float(part) for part in rows[name].replace("−", "-").split(",")])
        for name in ("decoder's pull, copied", "commitment's pull", "sum")
    }
    np.testing.assert_allclose(
        pulls["decoder's pull, copied"] + pulls["commitment's pull"], pulls["sum"], atol=0.021
    )


def test_restarts_are_told_and_the_twin_says_what_the_picture_shows(page, url):
    touch, touched = CASES["restart"](), opened(page, url, "restart")
    steps = in_numpy(touch)
    first = next(i for i, step in enumerate(steps) if step[1].restarts) + 1
    touched.go(first)
    assert "begin again" in touched.root.locator(".event").inner_text()
    page.wait_for_function(
        f"() => {{ {ROOT} return it.querySelector('.live').textContent.includes('begin again') }}"
    )
    assert touched.root.locator(".parameters tr").count() == 9
    used = int((steps[first - 1][3][0].sum(0) > 0).sum())
    assert f"{used} of 8" in touched.root.locator(".live").text_content()


def test_a_rerun_leaves_it_where_it_is(page, url):
    touched = opened(page, url, "k-means")
    touched.go(7)
    still = touched.pixels()
    page.get_by_role("button", name="Rerun").click()
    page.wait_for_function("() => document.body.innerText.match(/runs\\s*2/)")
    touched.settle()
    assert touched.data("half-step") == "7" and touched.pixels() == still


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_waits_where_motion_is_not_wanted_and_follows_the_theme(chromium, url, scheme):
    context = chromium.new_context(reduced_motion="reduce", color_scheme=scheme)
    touched = opened(context.new_page(), url, "k-means", play=True)
    time.sleep(0.3)
    assert touched.data("playing") == "false" and touched.data("half-step") == "0"
    touched.root.locator(".forward").click()
    touched.two_frames()
    assert touched.data("settled") == "true", "no tween"
    corner = touched.evaluate(
        "return [...it.querySelector('.picture').getContext('2d').getImageData(3, 3, 1, 1).data]"
    )
    assert (sum(corner[:3]) > 600) == (scheme == "light")
    context.close()


def test_no_two_modules_use_a_name_at_their_top():
    """They share one scope once they are joined."""
    names = Counter()
    for module in MODULES:
        text = (FOLDER / f"{module}.js").read_text("utf-8")
        names.update(re.findall(r"^(?:export )?(?:function|const|let|class) (\w+)", text, re.M))
    assert max(names.values()) == 1, names.most_common(3)
