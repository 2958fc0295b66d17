"""Streamlit's settings: every option exists, and the theme can be read."""

import tomllib
from pathlib import Path

import pytest
from streamlit import config

from latentcore.figures import palette

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = tomllib.loads((ROOT / ".streamlit/config.toml").read_text())
THEMES = ["light", "dark"]


def flat(table: dict, prefix: str = "") -> dict[str, object]:
    """{"theme": {"light": {"textColor": c}}} -> {"theme.light.textColor": c}."""
    found = {}
    for name, value in table.items():
        if isinstance(value, dict):
            found |= flat(value, f"{prefix}{name}.")
        else:
            found[prefix + name] = value
    return found


def luminance(colour: str) -> float:
    """Relative luminance of "#rrggbb" as WCAG 2.2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_every_option_is_known_to_streamlit():
    assert set(flat(SETTINGS)) <= set(config.get_config_options())


def test_visitors_are_protected():
    wanted = {
        "client.showErrorDetails": "none",
        "browser.gatherUsageStats": False,
        "server.showEmailPrompt": False,
        "server.maxUploadSize": 50,
        "server.enableCORS": True,
        "server.enableXsrfProtection": True,
        "server.disconnectedSessionTTL": 120,
    }
    assert wanted.items() <= flat(SETTINGS).items()


def test_charts_and_figures_share_their_hues():
    assert tuple(SETTINGS["theme"]["chartCategoricalColors"]) == palette.COMPONENTS


@pytest.mark.parametrize("theme", THEMES)
def test_text_and_controls_stand_out(theme):
    colours = SETTINGS["theme"][theme]
    grounds = [colours["backgroundColor"], colours["secondaryBackgroundColor"]]
    grounds += [colours["sidebar"]["backgroundColor"]]
    for ground in grounds:
        assert contrast(colours["textColor"], ground) >= 7
        assert contrast(colours["linkColor"], ground) >= 4.5
        assert contrast(colours["primaryColor"], ground) >= 3
    assert contrast(colours["primaryColor"], "#ffffff") >= 4.5  # the words on a primary button


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    "hue",
    sorted({*palette.COMPONENTS, *palette.MODELS.values(), *palette.SOLVERS.values(), palette.INK}),
)
def test_hues_stand_out_on_the_page(theme, hue):
    assert contrast(hue, SETTINGS["theme"][theme]["backgroundColor"]) >= 3


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("scale", ["chartSequentialColors", "chartDivergingColors"])
def test_colour_scales_have_the_ten_colours_that_streamlit_wants(theme, scale):
    assert len(SETTINGS["theme"][theme][scale]) == 10
