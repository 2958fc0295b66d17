"""Samples that are read anew, part by part, for every sweep: more of them than memory holds.

    Chunked.from_array(np.memmap("x.f8", mode="r", shape=(10**9, 10)))
    Chunked.of(lambda: (np.load(name) for name in names))
    Chunked.of([partial(np.load, name) for name in names]).over(executor.map)

EM needs sums over samples only, so it never holds more than one part.  Parts that are named by the
functions that open them can be opened and summed up in other processes; no data travel.
"""

import mmap
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Self, TypeVar

import numpy as np

from latentcore.arrays import Array, Indices
from latentcore.data.labelled import Labelled
from latentcore.data.mapping import Map, here, in_order

R = TypeVar("R")
Open = Labelled | Array | tuple[Array, Indices]
Part = Open | Callable[[], Open]
PART_BYTES = 2**24  # of x; a part exists about three times while it is swept


@dataclass(frozen=True)
class Chunked:
    """`read()` starts a new pass over the parts; every pass must bring the same samples.

    `samples` is N, `total_weight` the sum of their weights, `features` D, `classes` the names of
    the classes as in `Labelled`.  Made by `of` or `from_array`, which look at all parts once.
    `lengths` says how many samples each part has, `map` where they are worked on: see `over`.
    """

    read: Callable[[], Iterable[Part]] = field(repr=False)
    samples: int
    total_weight: float
    features: int
    classes: tuple[str, ...] = ()
    lengths: tuple[int, ...] = field(default=(), repr=False)
    map: Map = field(default=here, repr=False)

    @classmethod
    def of(
        cls,
        parts: Callable[[], Iterable[Part]] | Iterable[Part],
        classes: tuple[str, ...] = (),
    ) -> Self:
        """From something that can be read again and again: a function, a list, a dataset.

        A part is x (n, D), a pair (x, y), a `Labelled`, or a function that returns one of these.
        Raises ValueError for an iterator, which can be read only once, and for parts that do not
        fit together.
        """
        if isinstance(parts, Iterator):
            raise ValueError(
                "an iterator of parts can be read only once, but every iteration of EM reads all "
                "of them. Give a function that returns a new iterator, such as "
                "`lambda: (np.load(name) for name in names)`"
            )
        read = parts if callable(parts) else parts.__iter__
        lengths, weight, most, width = list[int](), 0.0, 0, set()
        for part in cls(read, 0, 0.0, 0, classes)._labelled():
            lengths.append(len(part))
            weight += part.total_weight
            width.add((part.x.shape[1], part.y is not None))
            most = max(most, len(part.classes))
        if not sum(lengths):
            raise ValueError("there are no samples: not a single part was read")
        if len(width) > 1:
            raise ValueError(
                "parts differ: every part needs the same number of features, and either all or "
                f"none need labels; found (features, labels) {sorted(width)}"
            )
        names = classes or tuple(str(c) for c in range(most))
        return cls(read, sum(lengths), weight, width.pop()[0], names, tuple(lengths))

    @classmethod
    def from_array(  # noqa: PLR0913 (what Labelled takes, and the size of a part)
        cls,
        x: Any,  # noqa: ANN401 (anything with a shape that can be sliced: memmap, HDF5, Zarr)
        y: Indices | None = None,
        weight: Array | None = None,
        classes: tuple[str, ...] = (),
        rows: int | None = None,
    ) -> Self:
        """From x (N, D) on disk and labels and weights (N,) in memory, `rows` samples a part."""
        if len(x.shape) != 2:
            raise ValueError(f"x must have shape (N, D), got {tuple(x.shape)}")
        names = classes or (() if y is None else tuple(str(c) for c in range(int(max(y)) + 1)))
        step = rows or max(256, PART_BYTES // (8 * x.shape[1]))
        if weight is not None and not np.any(weight):
            raise ValueError("every weight is zero, so there is nothing to fit")

        def read() -> Iterator[Part]:
            for i in range(0, x.shape[0], step):
                own = slice(i, i + step)
                if weight is not None and not np.any(weight[own]):
                    continue
                yield Labelled(
                    np.array(x[own], np.float64),
                    None if y is None else y[own],
                    None if weight is None else weight[own],
                    names,
                )
                _let_go(x)

        return cls.of(read, names)

    def __len__(self) -> int:
        """How many samples there are: N."""
        return self.samples

    def parts(self) -> Iterator[tuple[int, Labelled]]:
        """One pass: every part with the row number of its first sample."""
        first = 0
        for part in self._labelled():
            yield first, part
            first += len(part)
        if first != self.samples:
            raise ValueError(
                f"the data changed: {self.samples} samples at first, {first} in a later pass. "
                "Every pass must bring the same ones"
            )

    def over(self, map: Map) -> Self:
        """The same samples; `each` has every part opened and worked on where `map` does it.

        Raises ValueError unless every part is a function: what it returns is not to travel.
        """
        if not all(callable(part) for part in self.read()):
            raise ValueError(
                "these parts are data, and other processes are sent only what opens them. Give "
                "`Chunked.of` functions: [partial(np.load, name) for name in names]"
            )
        return replace(self, map=map)

    def each(self, work: Callable[[int, Labelled], R]) -> Iterator[R]:
        """One pass: work(row number of the first sample, part) of every part, in their order."""
        if self.map is here:
            return (work(first, part) for first, part in self.parts())
        firsts = np.cumsum((0, *self.lengths))
        items = zip(firsts.tolist(), self.lengths, self.read(), strict=False)
        return in_order(self.map(partial(_worked, work, self.classes), items))

    def row(self, i: int) -> Array:
        """Sample number i: (D,)."""
        for first, part in self.parts():
            if i < first + len(part):
                return part.row(i - first)
        raise IndexError(f"there are {self.samples} samples, none has number {i}")

    def through(self, work: Callable[[Array], Array]) -> Self:
        """The same samples with `work` done to x (n, D) of every part when it is read."""

        def read() -> Iterator[Part]:
            for part in self.read():
                changed = partial(_changed, work, part, self.classes)
                yield changed if callable(part) else changed()

        return replace(self, read=read)

    def some(self, n: int, rng: np.random.Generator) -> Labelled:
        """n samples drawn without replacement (all if there are fewer), in their order."""
        drawn = min(n, self.samples)
        while True:
            x, y, weight = self._drawn(np.sort(rng.choice(self.samples, drawn, replace=False)))
            if 2 * len(x) >= min(n, self.samples) or drawn == self.samples:
                return Labelled(x[:n], None if y is None else y[:n], weight[:n], self.classes)
            drawn = min(8 * drawn, self.samples)  # most of them had weight 0

    def counted(self) -> Self:
        """Itself: `some` leaves out rows of weight 0."""
        return self

    def _drawn(self, rows: Indices) -> tuple[Array, Indices | None, Array]:
        """x, y and weights of those of the given rows (sorted) that have a positive weight."""
        x, y, weight = [], [], []
        for first, part in self.parts():
            own = rows[np.searchsorted(rows, first) : np.searchsorted(rows, first + len(part))]
            own = (own - first)[part.weights[own - first] > 0]
            x.append(part.x[own])
            weight.append(part.weights[own])
            if part.y is not None:
                y.append(part.y[own])
        return np.concatenate(x), np.concatenate(y) if y else None, np.concatenate(weight)

    def _labelled(self) -> Iterator[Labelled]:
        """The parts as Labelled; an error says which rows it is about."""
        first = 0
        for part in self.read():
            part = _opened(part, self.classes, first)
            yield part
            first += len(part)


Samples = Labelled | Chunked
"""What EM can be run on."""


def _opened(part: Part, classes: tuple[str, ...], first: int) -> Labelled:
    """A part as Labelled; `first` is the row number of its first sample."""
    try:
        found = part() if callable(part) else part
        if isinstance(found, tuple):
            return Labelled(found[0], found[1], classes=classes)
        if not isinstance(found, Labelled):
            return Labelled(found)
        if found.y is not None and len(classes) > len(found.classes):
            return replace(found, classes=classes)
        return found
    except ValueError as error:
        raise ValueError(f"in the part that begins at row {first}: {error}") from None


def _changed(work: Callable[[Array], Array], part: Part, classes: tuple[str, ...]) -> Labelled:
    found = _opened(part, classes, 0)
    return replace(found, x=work(found.x))


def _worked(
    work: Callable[[int, Labelled], R], classes: tuple[str, ...], item: tuple[int, int, Part]
) -> R:
    """What `each` has done elsewhere."""
    first, length, part = item
    found = _opened(part, classes, first)
    if len(found) != length:
        raise ValueError(
            f"the data changed: the part that begins at row {first} had {length} samples at "
            f"first, {len(found)} in a later pass. Every pass must bring the same ones"
        )
    return work(first, found)


def _let_go(x: object) -> None:
    """Tell the system that the pages of a memory map read so far need not stay in memory."""
    mapped, advice = getattr(x, "_mmap", None), getattr(mmap, "MADV_DONTNEED", None)
    shared = getattr(x, "mode", "") in ("r", "r+")  # a private map would lose what was written
    if isinstance(mapped, mmap.mmap) and shared and advice is not None:
        mapped.madvise(advice)
