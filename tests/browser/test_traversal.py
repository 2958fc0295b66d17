"""The walk through a latent space in a real Chromium: its arithmetic, pointer, keys and words."""

from pathlib import Path

import numpy as np
import pytest

from tests.browser.apps.traversal_data import SETTINGS, N, decoded, walk
from tests.browser.walk_screen import ROOT, Walk

APP = Path(__file__).parent / "apps" / "traversal_app.py"


def opened(tab, url, name):
    return Walk(tab, f"{url}/?walk={name}")


@pytest.fixture(scope="module")
def url(serve):
    return serve(APP)


@pytest.mark.parametrize("name", [name for name in SETTINGS if name not in ("later", "moved")])
def test_the_browser_decodes_what_pytorch_decodes(page, url, name):
    screen = opened(page, url, name)
    z = np.random.default_rng(1).normal(0, 1.5, (12, SETTINGS[name].latent))
    theirs = screen.evaluate("return argument.map((z) => root.traversal.decode(z))", z.tolist())
    np.testing.assert_allclose(np.array(theirs), decoded(name, z), rtol=0, atol=1e-5)


def test_the_picture_under_the_pointer_is_what_z_decodes_to(page, url):
    screen = opened(page, url, "dense")
    for square, place in [("plane", (0.8, -1.2)), ("lattice", (-1.5, 0.4))]:
        page.mouse.move(*screen.spot(place, square))
        z = screen.z
        assert z == pytest.approx(place, abs=0.02)
        expected = np.rint(255 * decoded("dense", np.array([z]))[0])
        np.testing.assert_allclose(screen.image(), expected, atol=1)
        assert f"z1 = {z[0]:.2f}, z2 = {z[1]:.2f}" in screen.words("place")


def test_from_pointer_to_picture_and_nothing_is_asked_of_the_server(page, url):
    screen = opened(page, url, "pixels")
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", sent.append))
    waits = []
    for step in range(20):
        page.mouse.move(*screen.spot((2 * np.cos(step), 2 * np.sin(step))))
        screen.paved()
        waits.append(float(screen.root.get_attribute("data-waited")))
    print(f"pointer to picture: {np.median(waits):.1f} ms")
    assert np.median(waits) < 100 and not sent
    assert page.get_by_text("runs").inner_text().split()[-1] == "1"


def test_a_click_holds_the_place_and_another_lets_go(page, url):
    screen = opened(page, url, "dense")
    page.mouse.click(*screen.spot((-2.5, 2.5)))
    page.mouse.move(*screen.spot((1, 1)))
    assert screen.z == pytest.approx((-2.5, 2.5), abs=0.02)
    page.mouse.click(*screen.spot((2.5, -2.6)))
    page.mouse.move(*screen.spot((1, 1)))
    assert screen.z == pytest.approx((1, 1), abs=0.02)


def test_arrow_keys_walk_and_home_returns(page, url):
    screen = opened(page, url, "dense")
    screen.root.locator(".plane").focus()
    for key, expected in [
        ("ArrowRight", (1, 0)), ("ArrowUp", (1, 1)), ("Shift+ArrowLeft", (-4, 1)),
        ("ArrowDown", (-4, 0)), ("Home", (0, 0)),
    ]:  # fmt: skip
        page.keyboard.press(key)
        reach = screen.evaluate("return root.traversal.space.reach")
        assert screen.z == pytest.approx(np.multiply(expected, reach / 30)), key
    for _ in range(50):
        page.keyboard.press("Shift+ArrowRight")
    assert screen.z[0] == reach, "the square ends there"


def test_samples_are_visited_by_click_and_by_key(page, url):
    shown, screen = walk("levels"), opened(page, url, "levels")
    assert "held at 0" in screen.words("others")
    page.mouse.click(*screen.sample(17))
    i = screen.evaluate("return root.traversal.space.held")
    assert screen.z == pytest.approx(shown.mean[i], abs=1e-5), "every axis takes its value"
    assert "a sample's values" in screen.words("others")
    before = screen.z
    screen.root.locator(".plane").focus()
    page.keyboard.press(".")
    page.keyboard.press(".")
    i = screen.evaluate("return root.traversal.space.held")
    assert 0 <= i < N and screen.z != before
    assert f"nearest encoded sample: {i % 4}" in screen.words("near")
    screen.root.locator(".release").click()
    assert np.count_nonzero(screen.z) == 2


def test_two_axes_are_chosen_and_a_collapsed_one_says_so(page, url):
    screen = opened(page, url, "levels")
    across, up = screen.root.locator("select.across"), screen.root.locator("select.up")
    assert "z5 · collapsed" in across.inner_text()
    chosen = screen.evaluate("return root.traversal.space.axes")
    assert chosen == sorted(np.argsort(-walk("levels").kl)[:2])
    before = screen.pixels("lattice")
    across.select_option("4")
    screen.paved()
    assert screen.pixels("lattice") != before
    page.mouse.move(*screen.spot((1.5, -0.5)))
    z = screen.z
    assert z[4] == pytest.approx(1.5, abs=0.02) and z[chosen[1]] == pytest.approx(-0.5, abs=0.02)
    up.select_option("4")
    assert across.input_value() == str(chosen[1]), "one axis cannot be both"


def newer(page):
    page.get_by_text("Newer").click()
    page.wait_for_function(f"() => {{ {ROOT} return root.traversal.loads() === 2 }}")


def test_axes_that_carry_more_come_forward_unless_others_were_chosen(page, url):
    screen = opened(page, url, "levels")
    assert screen.evaluate("return root.traversal.space.axes") != [0, 5]
    newer(page)
    assert screen.evaluate("return root.traversal.space.axes") == [0, 5]
    screen = opened(page, url, "levels")
    screen.root.locator("select.across").select_option("1")
    screen.root.locator("select.up").select_option("2")
    newer(page)
    assert screen.evaluate("return root.traversal.space.axes") == [1, 2]


def test_a_newer_decoder_takes_over_under_the_pointer(page, url):
    screen = opened(page, url, "dense")
    page.mouse.click(*screen.spot((-2.6, 1.7)))
    z, image, squares = screen.z, screen.image(), screen.pixels("lattice")
    newer(page)
    assert screen.z == z and screen.image() != image and screen.pixels("lattice") != squares
    expected = np.rint(255 * decoded("later", np.array([z]))[0])
    np.testing.assert_allclose(screen.image(), expected, atol=1)


def test_a_rerun_with_the_same_decoder_changes_nothing(page, url):
    screen = opened(page, url, "dense")
    page.mouse.click(*screen.spot((-2.6, 1.7)))
    page.mouse.move(5, 5)
    before = screen.z, screen.pixels("plane"), screen.pixels("lattice")
    page.get_by_role("button", name="Rerun").click()
    page.wait_for_function("() => document.body.innerText.match(/runs\\s*2/)")
    assert (screen.z, screen.pixels("plane"), screen.pixels("lattice")) == before
    assert screen.evaluate("return root.traversal.loads()") == 1


def test_ellipses_can_be_switched_off(page, url):
    screen = opened(page, url, "dense")
    before = screen.pixels("plane")
    screen.root.locator(".posteriors").click()
    screen.paved()
    assert screen.pixels("plane") != before
    assert screen.root.locator(".posteriors").get_attribute("aria-pressed") == "false"


def test_a_finger_drags(chromium, url):
    context = chromium.new_context(has_touch=True, viewport={"width": 420, "height": 900})
    screen = opened(context.new_page(), url, "dense")
    screen.root.locator(".lattice").scroll_into_view_if_needed()
    screen.tab.touchscreen.tap(*screen.spot((1.0, 2.0), "lattice"))
    assert screen.z == pytest.approx((1.0, 2.0), abs=0.05)
    width = screen.tab.evaluate("() => document.documentElement.scrollWidth")
    context.close()
    assert width <= 420


def test_names_from_files_are_text(page, url):
    screen = opened(page, url, "colour")
    assert "<b>triangle</b>" in screen.root.locator(".classes").inner_text()
    assert not screen.root.locator(".classes b").count()


def test_one_dimension_is_a_row(page, url):
    screen = opened(page, url, "linear")
    page.mouse.move(*screen.spot((1.2, 0.7)))
    assert screen.z == pytest.approx([1.2], abs=0.02)
    assert screen.words("place").startswith("z1 = 1.2")


def test_the_text_twin_says_what_the_picture_shows(page, url):
    screen = opened(page, url, "dense")
    page.mouse.move(*screen.spot((0.5, 0.5)))
    page.wait_for_function(
        f"() => {{ {ROOT} return root.querySelector('.live').textContent.includes('z1 = 0.5') }}"
    )
    said = screen.root.locator(".live").text_content()
    bright = decoded("dense", np.array([screen.z])).mean()
    assert f"mean brightness is {bright:.2f}" in said
    rows = screen.root.locator("table.axes tr").all_text_contents()
    assert [float(row[2:]) for row in rows] == pytest.approx(walk("dense").kl, abs=6e-4)


def test_the_walk_follows_the_theme(chromium, url):
    papers = []
    for scheme in ("light", "dark"):
        context = chromium.new_context(color_scheme=scheme, reduced_motion="reduce")
        screen = opened(context.new_page(), url, "dense")
        papers.append(sum(screen.evaluate(
            "return [...root.querySelector('.plane').getContext('2d')"
            ".getImageData(3, 3, 1, 1).data].slice(0, 3)")))  # fmt: skip
        context.close()
    assert papers[0] > 600 > 200 > papers[1]


def test_a_compact_walk_is_its_two_squares(page, url):
    screen = opened(page, url, "dense&compact=1")
    assert not screen.root.locator(".panel").is_visible()
    boxes = [screen.root.locator(f".{name}").bounding_box() for name in ("lattice", "plane")]
    assert boxes[1]["y"] >= boxes[0]["y"] + boxes[0]["height"]
    page.mouse.move(*screen.spot((0.8, -1.2), "lattice"))
    assert screen.z == pytest.approx((0.8, -1.2), abs=0.02)


def test_every_tile_shows_what_its_place_decodes_to(page, url):
    screen = opened(page, url, "dense")
    count, reach = 15, screen.evaluate("return root.traversal.space.reach")
    for row, column in [(2, 11), (12, 3), (7, 13)]:
        across = 2 * reach / count
        place = [(column - 7) * across, (7 - row) * across]
        seen = screen.evaluate(
            "const [[u, v], cell] = argument; const c = root.querySelector('.lattice');"
            "const ratio = c.width / c.clientWidth; const pen = c.getContext('2d');"
            "const [x0, y0] = root.traversal.spot([u - cell / 2, v + cell / 2]);"
            "const [x1] = root.traversal.spot([u + cell / 2, v]); const side = (x1 - x0) / 9;"
            "return Array.from({ length: 64 }, (_, p) => pen.getImageData("
            "  Math.round((x0 + ((p % 8) + 0.5) * side) * ratio),"
            "  Math.round((y0 + (Math.floor(p / 8) + 0.5) * side) * ratio), 1, 1).data[0]);",
            [place, across])  # fmt: skip
        expected = 255 * decoded("dense", np.array([place]))[0]
        assert np.median(np.abs(np.array(seen) - expected)) < 2, (row, column)


def test_ellipses_lie_at_means_and_reach_a_standard_deviation(page, url):
    shown, screen = walk("dense"), opened(page, url, "dense")
    for i in (0, 40):
        found = screen.evaluate("return root.traversal.space.sample(argument)", i)
        assert found["mean"] == pytest.approx(shown.mean[i], abs=1e-5)
        assert found["sd"] == pytest.approx(np.exp(shown.log_variance[i] / 2), abs=1e-5)
