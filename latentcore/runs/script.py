"""A run as a Python script that trains it again, with the same numbers on a CPU.

The script holds the recipe as it would be typed.  Data that were uploaded are not in it: it takes
the file's path, or that of the prepared table.  The prior of a VQ-VAE's codes trains that VQ-VAE
first.  A run that was stopped is trained as far as it came.
"""

import re
from dataclasses import replace
from math import gcd
from pprint import pformat

from latentcore.runs.recipe import Recipe
from latentcore.runs.sources import IMAGES, LABELS, PARTS, Codes, Images, Levels, Parts, Source
from latentcore.training.store import Kept, Store

PLACES = {
    "Plan": "latentcore.training",
    "Recipe": "latentcore.runs.recipe",
    "PriorSettings": "latentcore.networks.priors",
    "QuantizerSettings": "latentcore.networks.quantizers",
    "VAESettings": "latentcore.networks.vae",
    "VQVAESettings": "latentcore.networks.vqvae",
    "CompositionSettings": "latentcore.networks.vqvae",
    "ByLikelihoodSettings": "latentcore.networks.vqvae",
    **dict.fromkeys(
        ("Codes", "Digits", "Images", "Levels", "Parts", "Shapes", "Study"),
        "latentcore.runs.sources",
    ),
}

HEAD = '''"""{title}

Trains the run again{stop} and writes its losses to metrics.csv.
Start it in the folder of Latent Lab:

    python {file}{usage}
{told}
Trained with {versions}; on a CPU with these the numbers are the same.
"""

import csv
import sys
from pathlib import Path

import torch

{imports}

torch.set_num_threads({threads})
torch.set_default_device("cpu")

recipes = {{  # and at which step each stopped
{recipes}
}}
{files}
known = {{}}
for name, (recipe, steps) in recipes.items():
    data = read(recipe, files, known)
    run = fresh(recipe)
    rows = []
    for event in events(run, recipe, data):
        if isinstance(event, Progress):
            print(event)
            first = event.step - len(event.gradient) + 1
            rows += [(first + i, float(loss)) for i, loss in enumerate(event.trace["total"])]
        if run.step == steps:
            break
    known[name] = run.model, data

with Path("metrics.csv").open("w", newline="") as file:
    csv.writer(file).writerows([("step", "total"), *rows])
Path("checkpoint.safetensors").write_bytes(save(run))
'''

TOLD = {
    IMAGES: "the file of images that was uploaded",
    LABELS: "the file of their labels",
    PARTS: "the prepared table, which the page Runs gives to whoever uploaded it",
}

ALWAYS = (
    "from latentcore.runs.here import events, fresh, read",
    "from latentcore.training import Progress, save",
)


def script(store: Store, run: str) -> str:
    """The script of a run.  Raises NoSuchRun, also if the run whose codes it needs is gone."""
    kept = store.run(run)
    chain = _chain(store, kept)
    recipes = "\n".join(
        f"    {name!r}: ({_typed(recipe)}, {steps})," for name, (recipe, steps) in chain.items()
    )
    wanted = [name for recipe, _ in chain.values() for name in _files(recipe.source)]
    arguments = dict.fromkeys(wanted)
    usage = "".join(f" {name.upper()}" for name in arguments)
    known = sorted((k, v) for k, v in kept.versions.items() if k != "process")
    return HEAD.format(
        stop=f" up to step {chain[run][1]:,}, where it stands,"
        if chain[run][1] < kept.steps
        else "",
        title=_plain(f"A {kept.kind} trained in Latent Lab: {kept.name or kept.id}"),
        file="reproduce.py",
        usage=usage,
        told="".join(f"\n{name.upper()} is {TOLD[name]}." for name in arguments)
        + "\n" * bool(arguments),
        versions=_plain(", ".join(f"{k} {v}" for k, v in known) or "unknown versions"),
        threads=int(kept.versions.get("threads", "1")),
        imports="\n".join(sorted([*_imports(recipes), *ALWAYS], key=lambda line: line.split()[1])),
        recipes=recipes,
        files=_reading(tuple(arguments)),
    )


def holder(store: Store, run: str) -> str | None:
    """The run that keeps the prepared table (PARTS) that the script takes, if it takes one.

    That is this run, or the one whose codes it learns, which may be somebody else's.

    Raises NoSuchRun, and ValueError for a recipe of another version.
    """
    source = Recipe.from_json(store.run(run).recipe).source
    if isinstance(source, Codes):
        return holder(store, source.run)
    return run if isinstance(source, Parts) else None


def _chain(store: Store, kept: Kept) -> dict[str, tuple[Recipe, int]]:
    """The recipes to train, in order, and how far: those whose codes are needed come first."""
    recipe, before = Recipe.from_json(kept.recipe), {}
    if isinstance(recipe.source, Codes):
        before = _chain(store, store.run(recipe.source.run))
    return {**before, kept.id: _until(recipe, _steps(store, kept))}


def _steps(store: Store, kept: Kept) -> int:
    """Where its checkpoint is, of a run that ended before its last step; else the last step."""
    saved = store.saved_at(kept.id) if kept.state in ("stopped", "failed") else None
    return kept.steps if saved is None else saved


def _until(recipe: Recipe, steps: int) -> tuple[Recipe, int]:
    """The recipe, with reports such that one comes after so many steps; no number hangs on them."""
    plan = recipe.plan
    if steps < plan.steps:
        every = gcd(steps, plan.look_every)
        recipe = replace(recipe, plan=replace(plan, report_every=every, report_seconds=1e6))
    return recipe, steps


def _files(source: Source) -> tuple[str, ...]:
    if isinstance(source, Levels):
        return _files(source.of)
    if isinstance(source, Images):
        return (IMAGES,) if source.labels is None else (IMAGES, LABELS)
    return (PARTS,) if isinstance(source, Parts) else ()


def _reading(names: tuple[str, ...]) -> str:
    if not names:
        return "files = {}"
    said = ", ".join(repr(name) for name in names)
    return (
        f"names = [{said}]\n"
        "files = {name: Path(p).read_bytes() for name, p in zip(names, sys.argv[1:], strict=True)}"
    )


def _typed(recipe: Recipe) -> str:
    """The recipe as Python, several lines, indented as an item of a dictionary."""
    text = pformat(recipe, indent=1, width=90)
    return text.replace("\n", "\n    ")


def _imports(recipes: str) -> list[str]:
    found = sorted(set(re.findall(r"\b([A-Z]\w+)\(", recipes)) & PLACES.keys())
    places: dict[str, list[str]] = {}
    for name in found:
        places.setdefault(PLACES[name], []).append(name)
    return [f"from {place} import {', '.join(names)}" for place, names in places.items()]


def _plain(text: str) -> str:
    """A name that ends no docstring and escapes nothing."""
    return text.encode("ascii", "replace").decode().replace("\\", "/").replace('"', "'")
