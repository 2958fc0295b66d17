"""The data of a run as arrays: training and held-out samples, labels, and what the parts are.

Of every set a fifth is held out, the same fifth for every run, so that runs can be compared.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latentcore.arrays import Indices
from latentcore.data.images import digits, reading, shapes
from latentcore.data.images.imageset import ImageSet, split
from latentcore.runs import parts
from latentcore.runs.sources import (
    IMAGES,
    LABELS,
    PARTS,
    Codes,
    Digits,
    Images,
    Levels,
    Shapes,
    Source,
    Study,
)

HELD_OUT = 0.2
Numbers = NDArray[Any]
Attachment = Callable[[str], bytes]


@dataclass(frozen=True)
class Dataset:
    """Samples x (N, *shape) to learn from, `test` (M, *shape) held out.

    y (N,) and y_test (M,) number the classes that `classes` names; None without labels.
    `names` are the parts' (taxa), () of images.  `levels` of pixels that are whole numbers, else
    None.  `decoder`: where x are the codes (N, h, w) of a model, that model, a `CodeModel`.
    """

    x: Numbers
    test: Numbers
    y: Indices | None = None
    y_test: Indices | None = None
    classes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    levels: int | None = None
    decoder: Any = None

    @property
    def shape(self) -> tuple[int, ...]:
        """Of one sample."""
        return self.x.shape[1:]


def load(source: Source, attachment: Attachment, levels: int | None = None) -> Dataset:
    """Read what the source speaks of; `attachment` gives an uploaded file of the run by its name.

    With `levels` pixels are whole numbers 0 .. levels - 1, else brightness from 0 to 1.  Raises
    what the readers raise, and TypeError for `Codes`, which only a worker can compute.
    """
    if isinstance(source, Codes):
        raise TypeError("codes are computed by a worker, with the model of their run: see codes.py")
    if isinstance(source, Levels):
        return _image(images(source.of, attachment), source.levels, codes=True)
    if isinstance(source, Digits | Shapes | Images):
        return _image(images(source, attachment), levels)
    if isinstance(source, Study):
        return _parts(parts.of_study(source))
    return _parts(parts.unpack(attachment(PARTS)))


def images(source: Digits | Shapes | Images, attachment: Attachment) -> ImageSet:
    """The whole set of images.  Raises ImageError for an upload that cannot be read."""
    if isinstance(source, Digits):
        return digits.load()
    if isinstance(source, Shapes):
        rng = np.random.default_rng(source.seed)
        return shapes.draw(source.count, rng, source.side, source.channels).images
    labels = None if source.labels is None else (source.labels, attachment(LABELS))
    return reading.read(source.name, attachment(IMAGES), side=source.side, labels=labels)


def _image(whole: ImageSet, levels: int | None, codes: bool = False) -> Dataset:
    train, test = split(whole, HELD_OUT)
    x, held = (_pixels(part, levels) for part in (train, test))
    if codes:  # maps of one channel: the mean of a colour picture's
        x, held = (np.rint(a.mean(axis=1)).astype(np.int64) for a in (x, held))
    return Dataset(x, held, train.y, test.y, whole.classes, (), levels)


def _pixels(part: ImageSet, levels: int | None) -> Numbers:
    """Brightness (N, C, H, W) in [0, 1], or levels as whole numbers."""
    if levels is None:
        return part.scaled()
    if levels == part.levels:
        return part.pixels.astype(np.int64)
    return np.rint(part.scaled() * (levels - 1)).astype(np.int64)


def _parts(prepared: parts.Prepared) -> Dataset:
    """Held-out samples are drawn by class where there are labels."""
    n, y = len(prepared.values), prepared.y
    order = np.random.default_rng(0).permutation(n)
    if y is not None:
        order = order[np.argsort(y[order], kind="stable")]
    held = np.zeros(n, bool)
    held[order[:: round(1 / HELD_OUT)]] = True
    if held.all():
        raise ValueError(f"{n} samples are too few: some are to be held out")
    known, asked = (None, None) if y is None else (y[~held], y[held])
    x, test = prepared.values[~held], prepared.values[held]
    return Dataset(x, test, known, asked, prepared.classes, prepared.names)
