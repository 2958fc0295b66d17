"""A look at one column of metadata beside the classes: counts, or numbers by class.

What a column alone says about the class is measured by guessing each sample's class from the
other samples with the same value (numbers are cut at their quartiles).  A country or a batch that
tells the class nearly as well as a model does may be what the model has learned.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from latentcore.arrays import Array
from latentcore.data.tables.table import is_missing

WORDS = 8  # values that are listed; the others are one line
FEW = 5  # different numbers from which a column is a measurement, not a code


@dataclass(frozen=True)
class Look:
    """rows: one line of cells for each class (numbers) or value (words); heads: their names.

    guessed: share of the samples whose class the others with the same value tell; prior: the
    share of the largest class.  Both over the samples where the column says something.
    """

    name: str
    numeric: bool
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    missing: int
    guessed: float
    prior: float


def look(name: str, texts: Sequence[str], labels: Sequence[str], classes: Sequence[str]) -> Look:
    """A column and the labels, sample by sample, with the classes in the order to show them."""
    known = [(t.strip(), c) for t, c in zip(texts, labels, strict=True) if not is_missing(t)]
    missing = len(texts) - len(known)
    numbers = _numbers([text for text, _ in known])
    own = [label for _, label in known]
    if numbers is not None:
        values = np.searchsorted(np.quantile(numbers, (0.25, 0.5, 0.75)), numbers).tolist()
        heads, rows = _by_class(numbers, own, classes)
    else:
        values = [text for text, _ in known]
        heads, rows = _counts(values, own, classes)
    guessed, prior = _guessed(values, own)
    return Look(name, numbers is not None, heads, rows, missing, guessed, prior)


def _numbers(texts: Sequence[str]) -> Array | None:
    """The numbers in a column of numbers that are not codes for a few groups."""
    try:
        numbers = np.array([float(text) for text in texts])
    except ValueError:
        return None
    measured = len(set(texts)) > FEW and bool(np.isfinite(numbers).all())
    return numbers if measured else None


def _by_class(
    numbers: Array, labels: Sequence[str], classes: Sequence[str]
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    own = np.array(labels)
    rows = []
    for name in classes:
        here = numbers[own == name]
        low, middle, high = np.quantile(here, (0.25, 0.5, 0.75)) if len(here) else (np.nan,) * 3
        ends = f"{here.min():.4g} – {here.max():.4g}" if len(here) else "–"
        half = f"{low:.4g} – {high:.4g}" if len(here) else "–"
        rows.append((name, str(len(here)), f"{middle:.4g}" if len(here) else "–", half, ends))
    return ("class", "samples", "median", "middle half", "range"), tuple(rows)


def _counts(
    values: Sequence[str], labels: Sequence[str], classes: Sequence[str]
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    counted = Counter(zip(values, labels, strict=True))
    order = [value for value, _ in Counter(values).most_common()]
    listed = order if len(order) <= WORDS + 1 else order[:WORDS]
    rows = [(value, *(str(counted[value, name]) for name in classes)) for value in listed]
    if rest := order[len(listed) :]:
        sums = (str(sum(counted[value, name] for value in rest)) for name in classes)
        rows.append((f"{len(rest)} other values", *sums))
    return ("value", *classes), tuple(rows)


def _guessed(values: Sequence[object], labels: Sequence[str]) -> tuple[float, float]:
    """Share of the classes that others with the same value tell, and that of the largest class."""
    if not labels:
        return np.nan, np.nan
    every = Counter(labels)
    groups = defaultdict[object, Counter[str]](Counter)
    for value, label in zip(values, labels, strict=True):
        groups[value][label] += 1
    right = 0
    for value, label in zip(values, labels, strict=True):
        others = groups[value] - Counter({label: 1})
        rest = every - Counter({label: 1})
        voted = others or rest
        best = max(voted.values(), default=0)
        tied = [name for name, n in voted.items() if n == best]
        right += max(tied, key=lambda name: every[name], default="") == label
    return right / len(labels), max(every.values()) / len(labels)
