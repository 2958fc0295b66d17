"""What was asked of a reader, and the way every reader ends: pixels and labels to a set."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latentcore.arrays import Indices
from latentcore.data.images import fitting, limits
from latentcore.data.images.imageset import ImageError, ImageSet, Pixels
from latentcore.data.unreadable import counted

LONGEST = 60  # characters of a class's name

Values = NDArray[np.integer[Any]] | Sequence[str]
"""One label an image: numbers, or words."""


@dataclass(frozen=True)
class Asked:
    """The file's name, the side wanted (None: the reader chooses), and notes, which grow."""

    name: str
    side: int | None = None
    notes: list[str] = field(default_factory=list)

    def finish(
        self, pixels: Pixels, values: Values | None = None, names: Sequence[str] = ()
    ) -> ImageSet:
        """The set, given one value an image, and what the values 0, 1, ... are called."""
        y, classes = None, tuple[str, ...]()
        if values is not None:
            y, classes = self._classes(values, names, len(pixels))
        levels = fitting.levels(pixels, self.notes)
        return ImageSet(pixels, levels, y, classes, clean(self.name), tuple(self.notes))

    def _classes(
        self, values: Values, names: Sequence[str], n: int
    ) -> tuple[Indices | None, tuple[str, ...]]:
        if len(values) != n:
            raise ImageError(
                f"There are {counted(n, 'image')} and {counted(len(values), 'label')}.",
                expected="Expected one label for each image, in the same order.",
                do="Check that both files are of the same part: training or test.",
            )
        if not isinstance(values, np.ndarray):
            values = np.array([clean(text) for text in values])
        found, y = np.unique(values, return_inverse=True)
        if len(found) > limits.MOST_CLASSES:
            self.notes.append(
                f"The labels have {counted(len(found), 'different value')}, more than classes "
                "have; they were left out."
            )
            return None, ()
        said = [str(value) for value in found.tolist()]
        if found.dtype.kind in "iu" and found[0] >= 0 and found[-1] < len(names):
            said = [names[int(value)] for value in found]
        return y.astype(np.int64), tuple(clean(text) for text in said)


def clean(text: str) -> str:
    """One line of visible characters, cut where it gets long."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line[:LONGEST] + "…" if len(line) > LONGEST else line or "unnamed"
