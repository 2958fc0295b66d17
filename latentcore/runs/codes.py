"""The data of a run in the store, its own or the codes of another run's model."""

from latentcore.networks.models import MODELS
from latentcore.runs import here
from latentcore.runs.dataset import Dataset
from latentcore.runs.recipe import Recipe
from latentcore.runs.sources import Codes
from latentcore.training.checkpoint import load
from latentcore.training.store import Store


def read(store: Store, run: str, recipe: Recipe) -> Dataset:
    """Raises what the readers raise, and ValueError for codes of a run that has none (yet)."""
    known = {}
    if isinstance(recipe.source, Codes):
        other = recipe.source.run
        found = store.saved(other)
        if found is None:
            raise ValueError(
                "the run whose codes are asked for has not been trained yet; train it first"
            )
        theirs = Recipe.from_json(store.run(other).recipe)
        known[other] = load(found[1], MODELS).model, read(store, other, theirs)
    return here.read(recipe, lambda name: store.attachment(run, name), known)
