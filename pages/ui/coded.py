"""What a prior can be learned from: grey levels of pixels, and the codes of finished runs."""

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

from latentcore.data.images import shapes
from latentcore.networks.vqvae.settings import CompositionSettings, VQVAESettings
from latentcore.runs import dataset
from latentcore.runs.recipe import Recipe
from latentcore.runs.sources import Codes, Digits, Images, Levels, Shapes, Source
from latentcore.training.store import NoSuchRun
from pages.ui import live
from pages.ui.server import desk
from pages.ui.visitor import visitor

if TYPE_CHECKING:
    from latentcore.training.store import Kept

MOST = 40  # runs in the menu, newest first
POSITIONS = 400  # of a map: more would be drawn for minutes


@dataclass(frozen=True)
class Coded:
    """Maps of `codes` different numbers on a grid (h, w), and where they come from.

    unit: what a number is called.  origin: the data behind the codes.  run: whose codes, if any's.
    private: the data are a visitor's own, and so is what is learned from them.
    """

    label: str
    source: Source
    grid: tuple[int, int]
    codes: int
    unit: str
    origin: Source
    run: str | None = None
    private: bool = False

    @property
    def labelled(self) -> bool:
        """Whether the data may have classes, as far as can be told without reading them."""
        return not isinstance(self.origin, Images) or self.origin.labels is not None

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes of the data, () without labels; reads data that are uploads."""
        if isinstance(self.origin, Digits):
            return tuple("0123456789")
        if isinstance(self.origin, Shapes):
            return shapes.KINDS
        owner = self.run or ""
        return dataset.load(self.origin, lambda name: desk().store.attachment(owner, name)).classes


GREY = (
    Coded("Pixels of digits", Levels(Digits(), 17), (8, 8), 17, "pixel", Digits()),
    Coded(
        "Pixels of shapes, four greys", Levels(Shapes(1000, 12, 1), 4), (12, 12), 4, "pixel",
        Shapes(1000, 12, 1),
    ),
)  # fmt: skip


def offered() -> list[Coded]:
    """The codes of every run with codes that this visitor may see, then pixels."""
    runs = [
        run for run in desk().store.runs(visitor()) if run.kind in ("VQVAE", "CompositionVQVAE")
    ]
    found = [of(run) for run in runs[:MOST] if run.state not in live.LIVE and run.step > 0]
    return [coded for coded in found if coded is not None] + list(GREY)


def learned(recipe: Recipe) -> Coded | None:
    """What a prior was told to learn; None if the run whose codes they are is gone."""
    if isinstance(recipe.source, Codes):
        try:
            return of(desk().store.run(recipe.source.run))
        except NoSuchRun:
            return None
    return next((grey for grey in GREY if grey.source == recipe.source), None)


def of(run: "Kept") -> Coded | None:
    """What a run offers; None where its settings are of another version, or maps too large."""
    try:
        recipe = Recipe.from_json(run.recipe)
    except ValueError:
        return None
    model = recipe.model
    if isinstance(model, VQVAESettings):
        grid = model.grid
    elif isinstance(model, CompositionSettings):
        grid = (1, model.slots)
    else:
        return None
    if grid[0] * grid[1] > POSITIONS:
        return None
    quantizer = model.quantizer
    codes = prod(quantizer.levels) if quantizer.method == "FSQ" else quantizer.codes
    name = run.name or "VQ-VAE"
    label = f"Codes of {name[:60]} ({run.id[:6]})"
    return Coded(label, Codes(run.id), grid, codes, "code", recipe.source, run.id, run.private)
