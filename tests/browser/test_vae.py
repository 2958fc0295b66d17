"""The page "VAE" in a real Chromium: a model is trained, watched, walked through, found again."""

import re

import numpy as np

from tests.browser.walk_screen import Walk

QUICK = "digits.steps=1000&digits.hidden=32&betas=0&betas=20"


def train(page, url):
    page.goto(f"{url}/vae?{QUICK.replace('1000', '5000')}")  # long enough to be watched
    page.get_by_role("button", name="Train", exact=True).click()
    return Walk(page, None)


def reached(page):
    """How far to the right the line of the bound has come, in pixels."""
    path = page.locator(".live-curves path").first.get_attribute("d") or "M0 0"
    return float(re.split("[ML]", path)[-1].split()[0])


def test_a_model_is_trained_and_its_latent_space_forms(page, app_url):
    screen = train(page, app_url)
    page.wait_for_selector(".live-curves path", timeout=60_000)
    clouds, lengths, images = set(), [], set()
    for _ in range(400):
        if page.get_by_text("Finished:").count():
            break
        clouds.add(screen.pixels("plane"))
        lengths.append(reached(page))
        images.add(tuple(screen.image()))
        page.wait_for_timeout(150)
    assert page.get_by_text("Finished: step 5,000 of 5,000").is_visible()
    assert len(clouds) > 2, "the cloud forms while one watches"
    assert len(images) > 2, "and so does what z decodes to"
    assert lengths == sorted(lengths) and lengths[-1] > lengths[0], "the curve grows"
    assert re.search(r"run=[\w-]{20,}", page.url)

    page.mouse.move(*screen.spot((1.0, -1.0)))
    one = np.array(screen.image())
    page.mouse.move(*screen.spot((-1.5, 1.0)))
    assert np.abs(one - screen.image()).max() > 60, "two places, two digits"

    link, decoded = page.url, screen.evaluate("return root.traversal.decode([0.5, 0.5])")
    page.goto("about:blank")
    again = Walk(page, link)
    assert again.evaluate("return root.traversal.decode([0.5, 0.5])") == decoded


def test_two_betas_are_trained_side_by_side(page, app_url):
    page.goto(f"{app_url}/vae?{QUICK}")
    page.get_by_role("button", name="Train 2 runs").click()
    page.wait_for_function(
        "() => document.querySelectorAll('[data-testid=\"stBidiComponentRegular\"], "
        "[data-testid=\"stBidiComponentIsolated\"]').length >= 2", timeout=60_000
    )  # fmt: skip
    page.wait_for_function(
        "() => (document.body.innerText.match(/Finished: step/g) || []).length === 2",
        timeout=120_000,
    )
    walks = page.locator(".traversal[data-compact='true']")
    assert walks.count() == 2
    reaches = [
        walks.nth(i).evaluate("root => root.traversal.space.reach") for i in range(2)
    ]  # fmt: skip
    assert reaches[0] > reaches[1] == 3, "without the KL term the cloud explodes"
