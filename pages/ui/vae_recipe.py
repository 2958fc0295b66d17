"""From what the sidebar of the page "VAE" says to a recipe: the data, the model, the plan."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import prod

from latentcore.networks.vae.settings import VAESettings
from latentcore.runs.recipe import Recipe
from latentcore.runs.sources import Digits, Images, Shapes
from latentcore.training.plan import Plan
from pages.ui import images
from pages.ui.controls import vae as controls

MOST_WEIGHTS = 300_000
"""Of a decoder: it travels to the browser with every picture, two bytes a weight."""

MOST_LEVELS = 32  # of a pixel that is categorical
BATCH = 128
LAYERS = 2
LOOK_EVERY = {"dense": 100, "convolutional": 25}  # steps that take about a third of a second


@dataclass(frozen=True)
class Given:
    """Where the data come from, and what of them decides the model.

    `allowed`: whether the data may be stored for training, which is asked of uploads.
    """

    source: Digits | Shapes | Images
    shape: tuple[int, int, int]
    levels: int
    files: Mapping[str, bytes]
    allowed: bool = True

    @property
    def private(self) -> bool:
        """Uploads are listed to their owner only."""
        return bool(self.files)


def given(data: str) -> Given:
    """The data; ends the page while there are none, or none that can be read."""
    if data == controls.DIGITS:
        return Given(Digits(), (1, 8, 8), 17, {})
    if data == controls.SHAPES:
        source = Shapes()
        return Given(source, (source.channels, source.side, source.side), 256, {})
    found = images.uploaded()
    return Given(found.source, found.images.shape, found.images.levels, found.files, found.allowed)


def recipe(asked: controls.Asked, data: Given) -> Recipe:
    """What a run is to be.  Raises ValueError in words."""
    counted = asked.likelihood in ("categorical", "discretised logistic")
    if asked.likelihood == "categorical" and data.levels > MOST_LEVELS:
        raise ValueError(
            f"a categorical pixel needs a number for each level, and these images have "
            f"{data.levels}; choose the discretised logistic, which takes any number of levels"
        )
    model = VAESettings(
        data.shape,
        asked.latent,
        asked.likelihood,
        data.levels if counted else None,
        beta=asked.beta,
        encoder=asked.encoder,
        hidden=asked.hidden,
        layers=LAYERS,
    )
    if (size := weights(model)) > MOST_WEIGHTS:
        raise ValueError(
            f"the decoder would have {size:,} weights, and up to {MOST_WEIGHTS:,} are sent to the "
            "browser; choose narrower layers, smaller images or a likelihood with fewer outputs"
        )
    plan = Plan(asked.steps, BATCH, look_every=LOOK_EVERY[asked.encoder])
    return Recipe(model, data.source, plan, asked.learning_rate, asked.seed)


def weights(model: VAESettings) -> int:
    """How many weights the decoder has; see `latentcore.networks.layers`."""
    outputs = {"categorical": model.levels or 1, "discretised logistic": 2}
    out, h = outputs.get(model.likelihood, 1), model.hidden
    if model.encoder == "dense":
        sizes = [model.latent, *[h] * model.layers, out * model.dims]
        return sum((inside + 1) * outside for inside, outside in pairwise(sizes))
    channels, *sides = model.shape
    kernels = []
    while max(sides) > 4:
        kernels.append(prod(4 if side > 4 else 3 for side in sides))
        sides = [side // 2 if side > 4 else side for side in sides]
    first = h * (model.latent * prod(sides) + 1)
    blocks = model.layers * (10 * h * h + 2 * h)
    last, *between = kernels or [9]
    return (
        first
        + blocks
        + sum(h * (h * kernel + 1) for kernel in between)
        + out * channels * (h * last + 1)
    )
