"""The mixture pages in a real Chromium: links, drags, the first picture, a moving slider."""

import statistics
import time
from urllib.parse import parse_qs, urlparse

import pytest

from tests.browser.film_screen import Screen

LOADS = (
    "[...document.querySelectorAll('*')].map(e => e.shadowRoot && "
    "e.shadowRoot.querySelector('.em-film')).find(Boolean).emFilm.loads()"
)
PAGES = {"": "figure-1", "dirichlet-mixture": "figure-3"}


@pytest.fixture
def visitors(chromium):
    """Makes new visitors: each a context of its own, without motion so that pictures rest."""
    contexts = []

    def visit():
        context = chromium.new_context(
            viewport={"width": 1280, "height": 1000}, reduced_motion="reduce"
        )
        contexts.append(context)
        return context.new_page()

    yield visit
    for context in contexts:
        context.close()


def opened(tab, url):
    tab.goto(url)
    tab.wait_for_selector("[data-testid=stMetric]", timeout=60_000)
    tab.wait_for_selector(".em-film[data-frames]", timeout=60_000)
    return Screen(tab)


def link(tab):
    return parse_qs(urlparse(tab.url).query)


def wait_for_link(tab, name):
    tab.wait_for_function("name => new URLSearchParams(location.search).has(name)", arg=name)
    return link(tab)[name][0]


def told(screen):
    """Everything the film knows at its end: the pixels, the responsibilities, the likelihood."""
    screen.root.locator(".scrub").press("End")
    screen.settle()
    return (
        screen.pixels(),
        screen.evaluate("return Array.from(film.emFilm.responsibilities())"),
        screen.evaluate("return film.emFilm.logLikelihood()"),
    )


@pytest.mark.parametrize("path", PAGES)
def test_a_setting_goes_to_the_link_and_the_link_shows_the_same_picture(visitors, app_url, path):
    tab, name = visitors(), f"{PAGES[path]}.fit"
    before = told(opened(tab, f"{app_url}/{path}"))
    slider = tab.get_by_role("slider", name="Components K")
    slider.press("ArrowRight")
    assert wait_for_link(tab, name) == "3"
    tab.wait_for_function(
        "() => document.querySelectorAll('[data-testid=stApp] [data-stale=true]').length === 0"
    )
    tab.wait_for_timeout(1500)
    here = told(Screen(tab))
    other = visitors()
    there = told(opened(other, tab.url))
    assert there == here
    assert here != before
    assert other.get_by_role("slider", name="Components K").input_value() == "3"


@pytest.mark.parametrize("path", PAGES)
def test_a_dragged_centre_starts_em_there_and_is_in_the_link(visitors, app_url, path):
    tab = visitors()
    screen = opened(tab, f"{app_url}/{path}")
    screen.root.locator(".scrub").press("Home")
    screen.settle()
    x, y = screen.centre(0)
    other_centre = screen.centre(1)
    tab.mouse.move(x, y)
    tab.mouse.down()
    tab.mouse.move(x + 40, y - 25, steps=5)
    assert "moves" not in link(tab)  # nothing is sent while dragging
    tab.mouse.up()
    place = wait_for_link(tab, "moves")
    assert place.startswith(f"{PAGES[path]}:")
    tab.wait_for_selector("text=Start with moved centres")
    screen = Screen(tab)
    screen.root.locator(".scrub").press("Home")
    screen.settle()
    assert screen.centre(0) == pytest.approx((x + 40, y - 25), abs=12)
    assert screen.centre(1) == pytest.approx(other_centre, abs=12)  # nobody touched it
    here = told(screen)
    other = visitors()
    assert told(opened(other, tab.url)) == here
    tab.get_by_role("button", name="Undo the moves").click()
    tab.wait_for_function("() => !new URLSearchParams(location.search).has('moves')")


def test_a_drag_stays_with_its_example(visitors, app_url):
    """Another example opens untouched, and the first one still has its drag afterwards."""
    tab = visitors()
    screen = opened(tab, app_url)
    screen.root.locator(".scrub").press("Home")
    screen.settle()
    x, y = screen.centre(0)
    tab.mouse.move(x, y)
    tab.mouse.down()
    tab.mouse.move(x + 40, y - 25, steps=5)
    tab.mouse.up()
    place = wait_for_link(tab, "moves")
    tab.wait_for_selector("text=Start with moved centres")
    tab.get_by_role("combobox", name="Example").click()
    tab.get_by_role("option", name="Separable").click()
    tab.wait_for_selector("text=Labels without noise.")
    tab.wait_for_timeout(2000)
    assert tab.get_by_text("Start with moved centres").count() == 0
    assert link(tab)["moves"] == [place]


def test_picking_a_start_plays_it(visitors, app_url):
    tab = visitors()
    best = told(opened(tab, f"{app_url}/?gaussian=Bad+start&bad-start.starts=10"))
    tab.get_by_role("radio", name="1", exact=True).click()
    assert wait_for_link(tab, "bad-start.play") == "1"
    tab.wait_for_function("before => " + LOADS + " > before", arg=1)
    stuck = told(Screen(tab))
    assert stuck[2] < best[2] - 100  # nats: the unlucky start ends far below the best


@pytest.mark.parametrize("path", PAGES)
def test_the_solvers_open_by_themselves_and_stay_in_the_link(visitors, app_url, path):
    """Only their section runs: the film is not drawn again, neither for it nor for its sliders."""
    tab = visitors()
    opened(tab, f"{app_url}/{path}")
    tab.wait_for_selector("text=The formulas in use")
    loads = tab.evaluate(LOADS)
    tab.get_by_text("Watch them climb").click()
    assert wait_for_link(tab, f"{PAGES[path]}.solvers") == "true"
    tab.wait_for_selector("text=The notes' α on more data")
    slider = tab.get_by_role("slider", name="First feature multiplied by")
    slider.press("ArrowRight")
    assert wait_for_link(tab, f"{PAGES[path]}.units") == "3"
    assert tab.evaluate(LOADS) == loads
    other = visitors()
    other.goto(tab.url)
    slider = other.get_by_role("slider", name="First feature multiplied by")
    slider.wait_for(timeout=60_000)
    assert slider.get_attribute("aria-valuetext") == "3"


@pytest.mark.parametrize("path", PAGES)
def test_the_first_picture_appears_soon(visitors, app_url, path):
    """Under 2.5 s from opening the page on a running server; the best of ten."""
    opened(visitors(), f"{app_url}/{path}")
    seconds = []
    while len(seconds) < 10 and min(seconds, default=9) >= 2.5:
        tab = visitors()
        before = time.perf_counter()
        tab.goto(f"{app_url}/{path}", wait_until="commit")
        tab.wait_for_selector('.em-film[data-frames]:not([data-frames="0"])', timeout=60_000)
        seconds.append(time.perf_counter() - before)
    assert min(seconds) < 2.5, seconds


def test_the_film_follows_a_slider_of_the_page(visitors, app_url):
    """From a key on a slider of the sidebar, over the server and EM, to the new picture.

    Measured in the page itself, on 2,000 samples and 60 iterations; idle machines show about
    150 ms.  The best of three rounds: what else a machine does only adds to it.
    """
    tab = visitors()
    opened(tab, f"{app_url}/?gaussian=Overlap&overlap.n=2000&overlap.limit=60")
    slider = tab.get_by_role("slider", name="Components K")
    medians = []
    while len(medians) < 3 and min(medians, default=999) >= 300:
        milliseconds = []
        for key in ["ArrowRight", "ArrowLeft"] * 5:
            tab.wait_for_timeout(1000)  # the ten starts of the last move come to their end
            slider.focus()
            tab.evaluate(
                "() => { const loads = () => " + LOADS + "; const before = loads();"
                "document.addEventListener('keydown', () => { const start = performance.now();"
                "  const look = () => loads() > before"
                "    ? (window.waited = performance.now() - start) : requestAnimationFrame(look);"
                "  window.waited = null; look(); }, { once: true, capture: true }); }"
            )
            tab.keyboard.press(key)
            tab.wait_for_function("() => window.waited")
            milliseconds.append(tab.evaluate("() => window.waited"))
        medians.append(statistics.median(milliseconds))
        print("slider to picture, ms:", [round(value) for value in milliseconds])
    assert min(medians) < 300, medians
