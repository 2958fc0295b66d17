"""A table made ready for a network: counts or proportions of a few dozen parts, and labels.

Counts stay counts (the Dirichlet-multinomial and the multinomial take them); proportions get
their zeros replaced (the Dirichlet takes them).  As bytes it is one NumPy .npz file without
objects, which is how an uploaded table travels to a worker.
"""

import io
import zipfile
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latentcore.arrays import Indices
from latentcore.data import studies
from latentcore.data.preparation import Recipe
from latentcore.data.tables import Table
from latentcore.runs.sources import Study


@dataclass(frozen=True)
class Prepared:
    """Values (N, p): whole numbers are counts, floats are positive proportions that sum to 1."""

    values: NDArray[Any]
    names: tuple[str, ...]
    y: Indices | None = None
    classes: tuple[str, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether the values are counts."""
        return self.values.dtype.kind in "iu"


def prepare(
    table: Table, label: str | None, recipe: Recipe, classes: tuple[str, ...] = ()
) -> Prepared:
    """The samples with a label (all without one), their taxa chosen as the recipe says.

    `classes`: those to keep; all by default.  Raises ValueError when too little is left.
    """
    rows, y = None, None
    if label is None:
        classes = ()
    else:
        classes = classes or tuple(table.classes(label))
        rows, y = table.rows_of(label, classes)
    left = len(table.values) if rows is None else len(rows)
    if left < 10:
        raise ValueError(f"{left} samples are left; a network needs ten at least")
    kept = recipe.table(table)
    counts = table.kind == "counts"
    fitted = recipe.transformer("counts" if counts else "simplex", recipe.top)
    ready = fitted.fit_transform(kept.values if rows is None else kept.values[rows])
    names = tuple(map(str, fitted.get_feature_names_out(kept.taxa)))
    if counts:
        return Prepared(np.rint(ready).astype(np.int64), names, y, classes)
    return Prepared(ready.astype(np.float32), names, y, classes)


def of_study(source: Study) -> Prepared:
    """An example study.  Raises StudiesAbsent, and ValueError for a name it does not have."""
    table = studies.load(source.name)
    if source.label not in table.metadata:
        raise ValueError(f"the study {source.name} has no column {source.label!r}")
    return prepare(table, source.label, Recipe(source.prevalence, source.top, rank=source.rank))


def pack(prepared: Prepared) -> bytes:
    """The table as bytes."""
    arrays = {"values": prepared.values, "names": np.array(prepared.names, dtype=np.str_)}
    if prepared.y is not None:
        arrays |= {"y": prepared.y, "classes": np.array(prepared.classes, dtype=np.str_)}
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **arrays)
    return file.getvalue()


def unpack(raw: bytes) -> Prepared:
    """What `pack` wrote.  Raises ValueError."""
    try:
        with np.load(io.BytesIO(raw), allow_pickle=False) as file:
            found = {name: file[name] for name in file.files}
        y = found.get("y")
        names, classes = (tuple(map(str, found.get(key, ()))) for key in ("names", "classes"))
        return Prepared(found["values"], names, y, classes)
    except (
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        OSError,
        EOFError,
        zipfile.BadZipFile,
    ) as error:
        raise ValueError("the stored table is damaged; hand it in again") from error
