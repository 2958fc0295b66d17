"""The page VQ-VAE in a real Chromium, with real training behind it."""

import time

from tests.browser.test_codebook import ask, settled

LINK = "vq-vae?vqvae=Restart&restart.codes=32&restart.steps=200&restart.warmup=50"


def test_a_vqvae_trains_and_its_histogram_moves(page, app_url):
    page.goto(f"{app_url}/{LINK}")
    page.wait_for_selector("text=The formulas in use", timeout=60_000)
    page.get_by_role("button", name="Train", exact=True).click()
    page.wait_for_selector(".codebook[data-frames]", timeout=90_000)
    ask(page, "it.querySelector('.bars').mark = 'the same'; return 0")
    looks, steps, deadline = set(), set(), time.monotonic() + 120
    while time.monotonic() < deadline:
        looks.add(ask(page, "return hash('bars')"))
        steps.add(ask(page, "return Number(it.dataset.step)"))
        if ask(page, "return it.dataset.live") == "false":
            break
        page.wait_for_timeout(60)
    assert ask(page, "return it.dataset.live") == "false", "it ends"
    assert len(looks) >= 8 and len(steps) >= 4, (len(looks), sorted(steps))
    assert ask(page, "return it.querySelector('.bars').mark") == "the same", "never mounted anew"
    assert ask(page, "return Number(it.dataset.step)") == 200
    assert ask(page, "return Number(it.dataset.used)") >= 24, "restarts keep codes alive"
    page.wait_for_selector("text=The dictionary")

    again = page.context.new_page()  # the link alone: all pictures, from start to end
    again.goto(page.url)
    again.wait_for_selector(".codebook[data-frames]", timeout=60_000)
    assert ask(again, "return it.codebookFilm.last()") >= 8
    root = again.locator(".codebook").first
    if root.get_attribute("data-playing") == "true":
        root.locator(".play").click()
    root.locator(".scrub").fill("0")
    settled(again)
    assert root.get_attribute("data-step") == "0"
    first = ask(again, "return hash('bars')")
    root.locator(".bars").focus()
    again.keyboard.press("End")
    settled(again)
    assert root.get_attribute("data-step") == "200" and ask(again, "return hash('bars')") != first


def test_an_example_of_the_quantiser_is_in_the_link(page, app_url):
    page.goto(f"{app_url}/vq-vae?touch=Hard+beside+soft")
    page.wait_for_selector('.quantiser[data-frames][data-beside="true"]', timeout=60_000)
    page.get_by_text("Collapse", exact=True).click()
    page.wait_for_function("new URLSearchParams(location.search).get('touch') === 'Collapse'")
    page.wait_for_selector('.quantiser[data-frames][data-beside="false"]')
