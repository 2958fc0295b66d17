"""Recipes go through JSON unharmed, and name the models that training knows."""

import json
from dataclasses import replace

import pytest

from latentcore.networks.models import MODELS
from latentcore.networks.priors.settings import PriorSettings
from latentcore.networks.quantizers.presets import PRESETS
from latentcore.networks.vae.settings import VAESettings
from latentcore.networks.vqvae.settings import (
    ByLikelihoodSettings,
    CompositionSettings,
    VQVAESettings,
)
from latentcore.runs.recipe import KINDS, Recipe
from latentcore.runs.sources import Codes, Digits, Images, Levels, Parts, Shapes, Study
from latentcore.training.plan import Plan

MODELS_SEEN = [
    VAESettings((1, 8, 8), latent=2, encoder="dense"),
    VQVAESettings(quantizer=PRESETS["FSQ"]),
    CompositionSettings(12, hidden=(16, 8)),
    ByLikelihoodSettings(5, 3),
    PriorSettings("masked", (4, 4), 128),
]
SOURCES = [
    Digits(),
    Shapes(300, 12, 1, 4),
    Images("a.zip", None, "b.npy"),
    Study("ZhuF_2020", "study_condition"),
    Parts("table"),
    Codes("abc"),
    Levels(Shapes(50, 8), 4),
]


def test_every_model_has_a_name():
    assert {name: settings for settings, name in KINDS.items()} == {
        name: settings for name, (settings, _) in MODELS.items()
    }


@pytest.mark.parametrize("model", MODELS_SEEN, ids=lambda m: type(m).__name__)
@pytest.mark.parametrize("source", SOURCES, ids=lambda s: type(s).__name__)
def test_a_recipe_survives_json(model, source):
    recipe = Recipe(model, source, Plan(30, clip=1.0, decay="cosine"), 1e-2, 7)
    again = Recipe.from_json(json.loads(json.dumps(recipe.to_json())))
    assert again == recipe


def test_a_strange_recipe_is_refused():
    plain = Recipe(VAESettings((1, 8, 8)), Digits(), Plan(5)).to_json()
    with pytest.raises(ValueError, match="source"):
        Recipe.from_json({**plain, "source": {"is": "Everything"}})
    with pytest.raises(ValueError, match="learning rate"):
        replace(Recipe.from_json(plain), learning_rate=0.0)
    with pytest.raises(ValueError, match="seed"):
        replace(Recipe.from_json(plain), seed=-1)
