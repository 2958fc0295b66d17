"""What every step of a recipe does to a table: what is left, and how much of a sample it holds.

The steps are taken by the transformer itself, one choice more each time, on all samples at once.
In a comparison each fold takes them again on its training samples, with slightly other taxa.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from latentcore.arrays import Array, Indices
from latentcore.data.preparation.composition import closure
from latentcore.data.preparation.recipe import Recipe
from latentcore.data.preparation.transformer import Preparation

if TYPE_CHECKING:
    from latentcore.data.tables import Table


@dataclass(frozen=True)
class Step:
    """A step, and what there is after it.

    parts: taxa, or groups of them; held: mean share of a sample in parts of their own (what was
    left out may still be in "other"); zeros: share of the cells.
    """

    name: str
    samples: int
    parts: int
    held: float
    zeros: float
    note: str = ""


def ledger(table: Table, rows: Indices, recipe: Recipe) -> Iterator[Step]:
    """The steps from the table as read to what a Dirichlet mixture sees, one by one.

    rows: positions of the samples that take part.  Raises ValueError where the recipe cannot be.
    """
    yield Step("As read", len(table.values), len(table.taxa), 1.0, table.zeros)
    x = table.values[rows]
    seen = int((x > 0).any(axis=0).sum())
    yield Step("Samples of the chosen classes", len(x), seen, 1.0, _zeros(x))
    if recipe.rank is not None:
        added = recipe.table(table)
        x = added.values[rows]
        named = np.array([bool(name) for name in added.ranks[recipe.rank]])
        share = float(closure(x)[:, named].sum(axis=1).mean())
        note = f"{share:.0%} of a sample has a name at this rank"
        yield Step(f"Added up by {recipe.rank}", len(x), x.shape[1], 1.0, _zeros(x), note)
    yield from _filtered(x, recipe)
    yield from _replaced(x, recipe)


def _filtered(x: Array, recipe: Recipe) -> Iterator[Step]:
    """Prevalence, abundance, the most abundant taxa, and the rest as one part."""
    shares = closure(x)
    tries: list[tuple[str, float, int | None]] = [
        (f"Seen in {recipe.prevalence:.0%} of the samples", 0.0, None)
    ]
    if recipe.abundance > 0:
        tries.append((f"Hold {recipe.abundance:.3%} of a sample", recipe.abundance, None))
    if recipe.top is not None:
        tries.append((f"The {recipe.top} most abundant", recipe.abundance, recipe.top))
    for name, abundance, top in tries:
        made = Preparation(recipe.prevalence, top, output="counts", abundance=abundance).fit(x)
        held = float(shares[:, made.kept_].sum(axis=1).mean())
        yield Step(name, len(x), len(made.kept_), held, _zeros(x[:, made.kept_]))
    if made.other_:
        parts = made.transform(x)
        yield Step("The rest as one part", len(x), parts.shape[1], 1.0, _zeros(parts))


def _replaced(x: Array, recipe: Recipe) -> Iterator[Step]:
    """Closure, replacement of zeros, and coordinates."""
    parts = closure(recipe.transformer("counts", recipe.top).fit_transform(x))
    whole = "Each sample divided by its total"
    yield Step(whole, len(x), parts.shape[1], 1.0, _zeros(parts))
    made = recipe.transformer("simplex", recipe.top).fit(x)
    positive = made.transform(x)
    moved = float(np.where(parts == 0, positive, 0).sum(axis=1).mean())
    note = f"by {made.delta_:.1g} (median), {moved:.2%} of a sample in all"
    p = positive.shape[1]
    yield Step("Zeros replaced", len(x), p, 1.0, _zeros(positive), note)
    note = f"{p} coordinates that sum to zero" if recipe.ratios == "clr" else "an orthonormal basis"
    width = p if recipe.ratios == "clr" else p - 1
    yield Step(f"Log-ratios ({recipe.ratios}), for Gaussians", len(x), width, 1.0, 0.0, note)


def _zeros(x: Array) -> float:
    return float((x == 0).mean()) if x.size else 0.0
