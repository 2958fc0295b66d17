"""A worker's part: consume the generator of training, write the store, obey what was wished.

Whatever happens to a worker, the run goes on from its last checkpoint on another one, with the
same numbers on the CPU: pictures and curves after that checkpoint are written again.
"""

import logging
import os
import platform
from contextlib import closing
from time import monotonic
from typing import Any

import torch

from latentcore.data.unreadable import Unreadable
from latentcore.networks.device import choose
from latentcore.networks.models import MODELS
from latentcore.runs import codes, here
from latentcore.runs.recipe import Recipe
from latentcore.training.checkpoint import CheckpointError, load, save
from latentcore.training.divergence import Diverged
from latentcore.training.events import Progress
from latentcore.training.run import Run
from latentcore.training.store import NoSuchRun, Store
from latentcore.training.store.kept import Ended

SAVE_SECONDS = 3.0
"""A checkpoint is written this often: what a killed worker loses."""

log = logging.getLogger(__name__)


def work(url: str, run: str) -> str:
    """Train the run to its end, or until it is told to stop; the state in which it ended.

    A run that cannot be trained ends as "failed", with a sentence for its owner.
    """
    with closing(Store(url)) as store:
        try:
            return _ended(store, run, *_train(store, run))
        except NoSuchRun:  # deleted meanwhile
            return "deleted"


def versions() -> dict[str, str]:
    """What the numbers of a run depend on besides its recipe."""
    return {
        "python": platform.python_version(),
        "torch": str(torch.__version__),
        "threads": str(torch.get_num_threads()),
        "process": str(os.getpid()),
    }


def _train(store: Store, name: str) -> tuple[Ended, str]:
    """How the run ended, and a sentence."""
    try:
        return _steps(store, name), ""
    except NoSuchRun:
        raise
    except (Diverged, Unreadable, ValueError, MemoryError) as error:
        return "failed", str(error)
    except Exception as error:  # a defect: its kind alone goes to the log, never what it quotes
        log.error("a run ended with %s", type(error).__name__)
        return "failed", "Something went wrong here, not in your settings. Start the run again."


def _steps(store: Store, name: str) -> Ended:
    if store.wished(name) == "stop":
        return "stopped"
    recipe = Recipe.from_json(store.run(name).recipe)
    device = choose()
    data = codes.read(store, name, recipe)
    run = _started(store, name, recipe, device)
    store.begin(name, str(device), versions())
    saved = monotonic()
    for event in here.events(run, recipe, data):
        if isinstance(event, Progress):
            store.progress(name, event)
            if recipe.plan.looks(event.step):
                continue  # a picture of this step comes next, and belongs before any checkpoint
        else:
            store.snapshot(name, event)
        if store.wished(name) == "stop":
            store.checkpoint(name, run.step, save(run))
            return "stopped"
        if monotonic() - saved > SAVE_SECONDS:
            store.checkpoint(name, run.step, save(run))
            saved = monotonic()
    store.checkpoint(name, run.step, save(run))
    return "finished"


def _started(store: Store, name: str, recipe: Recipe, device: torch.device) -> Run[Any]:
    """The run as its newest checkpoint has it, or a fresh one."""
    found = store.saved(name)
    if found is not None:
        try:
            return load(found[1], MODELS, device)
        except CheckpointError:
            log.warning("a checkpoint could not be read; its run begins again")
    return here.fresh(recipe, device)


def _ended(store: Store, run: str, state: Ended, message: str) -> str:
    store.end(run, state, message)
    return state
