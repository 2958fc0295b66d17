"""The three steps of a run, wherever they are done: read the data, make the model, train it.

A worker does them and writes the store; a notebook or an exported script does them and prints.

    data = read(recipe, files)
    run = fresh(recipe)
    for event in events(run, recipe, data): ...
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from latentcore.networks.models import MODELS
from latentcore.networks.vqvae.code_model import PORTION, CodeModel
from latentcore.runs import dataset
from latentcore.runs.dataset import Dataset
from latentcore.runs.pictures import picture
from latentcore.runs.recipe import Recipe
from latentcore.runs.sources import Codes
from latentcore.training.events import Progress, Snapshot
from latentcore.training.loop import train
from latentcore.training.run import Run

Known = Mapping[str, tuple[Any, Dataset]]
"""Id of a run -> its model and its data, for those whose codes are to be learned from."""


def read(
    recipe: Recipe,
    attachment: Callable[[str], bytes] | Mapping[str, bytes],
    known: Known | None = None,
) -> Dataset:
    """The data that the recipe speaks of; `attachment` gives an uploaded file by its name.

    Raises what readers raise, and ValueError for codes of a model that has none.
    """
    if isinstance(recipe.source, Codes):
        return coded(*(known or {})[recipe.source.run])
    files = attachment.__getitem__ if isinstance(attachment, Mapping) else attachment
    return dataset.load(recipe.source, files, getattr(recipe.model, "levels", None))


def coded(model: Any, data: Dataset) -> Dataset:  # noqa: ANN401 (any model; checked here)
    """The data as the model's codes, (N, h, w), with the model as their decoder."""
    if not isinstance(model, CodeModel):
        raise ValueError(
            f"a {type(model).__name__} has no codes; choose the run of a VQ-VAE as the source"
        )
    return replace(data, x=encode(model, data.x), test=encode(model, data.test), decoder=model)


def encode(model: CodeModel, x: NDArray[Any]) -> NDArray[np.int64]:
    """Codes of samples (N, *shape): (N, h, w)."""
    portions = torch.split(torch.from_numpy(x), PORTION)
    return np.concatenate([model.encode(portion).cpu().numpy() for portion in portions])


def fresh(recipe: Recipe, device: str | torch.device = "cpu") -> Run[Any]:
    """The run before its first step."""
    make = MODELS[recipe.kind][1]
    rate = recipe.learning_rate
    return Run.start(make, recipe.model, seed=recipe.seed, learning_rate=rate, device=device)


def events(run: Run[Any], recipe: Recipe, data: Dataset) -> Iterator[Progress | Snapshot]:
    """What training tells, every look exchanged for the picture of this kind of model."""
    tensors = tuple(torch.from_numpy(part) for part in (data.x, data.y) if part is not None)
    first = tuple(tensor[:1] for tensor in tensors)  # training decides when, the picture what
    for event in train(run, tensors, recipe.plan, first):
        yield event if isinstance(event, Progress) else Snapshot(event.step, picture(run, data))
