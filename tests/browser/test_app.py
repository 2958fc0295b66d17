"""The whole app in a browser: it opens, stays at home, shows both themes, hides its errors."""

from urllib.parse import urlsplit

import pytest

PAGES = {"gaussian-mixture": "Gaussian mixture", "dirichlet-mixture": "Dirichlet mixture"}
PAGES |= {"benchmark": "Benchmark", "your-table": "Your table", "vae": "VAE"}
PAGES |= {"vq-vae": "VQ-VAE", "pixelcnn": "PixelCNN", "runs": "Runs"}
LIMIT = 30_000


def heading(page, name):
    return page.get_by_role("heading", level=1, name=name)


def settled(page):
    """The script has run to its end."""
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for(timeout=LIMIT)


@pytest.mark.parametrize(("address", "title"), PAGES.items())
def test_page_has_an_address_and_asks_no_other_host(page, app_url, address, title):
    hosts = set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.on("websocket", lambda socket: hosts.add(urlsplit(socket.url).netloc))
    page.goto(f"{app_url}/{address}")
    heading(page, title).wait_for(timeout=LIMIT)
    settled(page)
    assert hosts - {""} == {urlsplit(app_url).netloc}
    assert page.title() == f"{title} · Latent Lab"


def test_the_first_page_is_the_gaussian_mixture(page, app_url):
    page.goto(app_url)
    heading(page, "Gaussian mixture").wait_for(timeout=LIMIT)
    for link, title in zip(
        page.get_by_test_id("stSidebarNavLink").all(), PAGES.values(), strict=True
    ):
        assert title in link.inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_both_themes_follow_the_system_and_can_be_switched(page, app_url, scheme):
    page.emulate_media(color_scheme=scheme)
    page.goto(app_url)
    heading(page, "Gaussian mixture").wait_for(timeout=LIMIT)
    settled(page)
    ground = page.get_by_test_id("stApp").evaluate("e => getComputedStyle(e).backgroundColor")
    brightness = sum(int(part) for part in ground.strip("rgb()").split(",")) / 3
    assert brightness > 200 if scheme == "light" else brightness < 60
    page.get_by_test_id("stMainMenu").click()
    for name in ("System", "Light", "Dark"):
        page.get_by_role("menuitemradio", name=name).wait_for()


def test_an_error_shows_no_details(page, serve, tmp_path):
    script = tmp_path / "broken.py"
    script.write_text("raise ValueError('the name of a patient')\n")
    page.goto(serve(script))
    page.get_by_test_id("stException").wait_for(timeout=LIMIT)
    shown = page.get_by_test_id("stException").inner_text()
    assert "patient" not in shown
    assert "ValueError" not in shown
    assert "Traceback" not in shown
