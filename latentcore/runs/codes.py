"""The data of a run in the store, its own or the codes of another run's model."""

from typing import Any

from latentcore.networks.models import MODELS
from latentcore.runs import here
from latentcore.runs.dataset import Dataset
from latentcore.runs.recipe import Recipe
from latentcore.runs.sources import Codes
from latentcore.training.checkpoint import load
from latentcore.training.store import NoSuchRun, Store


def read(store: Store, run: str, recipe: Recipe) -> Dataset:
    """Raises what the readers raise, and ValueError where the run whose codes they are has none."""
    known = {}
    if isinstance(recipe.source, Codes):
        known[recipe.source.run] = _decoder(store, recipe.source.run)
    return here.read(recipe, lambda name: store.attachment(run, name), known)


def _decoder(store: Store, run: str) -> tuple[Any, Dataset]:
    """The model whose codes are learned, and its data."""
    try:
        found = store.saved(run)
        if found is None:
            raise ValueError(
                "The run whose codes are asked for has not been trained yet; train it first."
            )
        theirs = Recipe.from_json(store.run(run).recipe)
        return load(found[1], MODELS).model, read(store, run, theirs)
    except NoSuchRun as error:
        raise ValueError(
            "The run whose codes are to be learned is gone: it was deleted, or has expired. "
            "Choose the codes of another one."
        ) from error
