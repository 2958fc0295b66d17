"""Settings by their path, and those in which runs differ."""

from dataclasses import replace

from latentcore.networks.quantizers.presets import PRESETS
from latentcore.networks.vqvae.settings import VQVAESettings
from latentcore.runs.difference import difference, settings
from latentcore.runs.recipe import Recipe
from latentcore.runs.sources import Digits, Shapes
from latentcore.training.plan import Plan

FIRST = Recipe(VQVAESettings(quantizer=PRESETS["paper"]), Digits(), Plan(100))


def test_nothing_differs_from_itself():
    assert difference([FIRST.to_json(), FIRST.to_json()]) == {}


def test_one_setting_is_one_row():
    assert difference([FIRST.to_json(), replace(FIRST, seed=4).to_json()]) == {"seed": ("0", "4")}


def test_what_only_one_has_is_a_dash_for_the_other():
    rows = difference([FIRST.to_json(), replace(FIRST, source=Shapes(50)).to_json()])
    assert rows["source"] == ("Digits", "Shapes") and rows["source.count"] == ("–", "50")


def test_every_setting_has_a_path():
    said = settings(FIRST.to_json())
    assert said["model"] == "VQVAESettings"
    assert said["model.quantizer.method"] == "gradient"
    assert said["model.shape"] == "1 × 8 × 8" and said["plan.steps"] == "100"
    assert said["model.levels"] == "–"
