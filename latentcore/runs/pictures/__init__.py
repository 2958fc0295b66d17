"""What is drawn of a model while it trains: one file a model, NumPy arrays out.

A picture is made by the worker at every snapshot and kept with the run, so it is small; a model
without a file of its own shows what its `look` gives for the first held-out samples.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import torch
from numpy.typing import NDArray

from latentcore.runs.dataset import Dataset
from latentcore.training.loop import look
from latentcore.training.run import Run

FILES: Mapping[str, str] = {
    "VAE": "vae",
    "VQVAE": "vqvae",
    "CompositionVQVAE": "vqvae",
    "ByLikelihood": "vqvae",
    "Prior": "prior",
}
"""Name of the model -> the module here whose `picture(run, data)` draws it."""

SHOWN = 64


def picture(run: Run[Any], data: Dataset) -> Mapping[str, NDArray[Any]]:
    """Arrays that tell how the run stands, all on the CPU and none shared with the model."""
    name = type(run.model).__name__
    if name in FILES:
        module = import_module(f"{__name__}.{FILES[name]}")
        drawn: Mapping[str, NDArray[Any]] = module.picture(run, data)
        return drawn
    shown = [torch.from_numpy(data.test[:SHOWN])]
    if data.y_test is not None:
        shown.append(torch.from_numpy(data.y_test[:SHOWN]))
    return look(run, tuple(shown)).arrays
