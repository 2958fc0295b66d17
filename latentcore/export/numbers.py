"""Numbers out of JSON that anyone may have written: each is checked before it is used."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from latentcore.arrays import Array
from latentcore.data.unreadable import Unreadable

CELLS = 20_000_000  # numbers in one array
LARGE = 1e75  # larger numbers, and smaller positive ones, overflow once they are multiplied


class ModelError(Unreadable):
    """A file that is not a fitted model."""


def refused(at: str, found: str, expected: str) -> ModelError:
    """The error for one field."""
    return ModelError(
        f"{at} is {found}.",
        expected=f"Expected {expected}.",
        do="Take a file that this app has written, unchanged.",
    )


def fields(value: Any, at: str, *names: str) -> Mapping[str, Any]:  # noqa: ANN401
    """An object with exactly these fields."""
    if not isinstance(value, dict):
        raise refused(at, f"a {type(value).__name__}", "an object")
    wrong = sorted({str(name)[:40] for name in value} ^ set(names))
    if wrong:
        raise refused(at, f"an object that differs in {wrong[:4]}", f"the fields {sorted(names)}")
    return value


def array(value: Any, at: str, shape: tuple[int, ...], *, positive: bool = False) -> Array:  # noqa: ANN401
    """Finite numbers in nested lists of this shape."""
    if np.prod(shape, dtype=object) > CELLS:
        raise refused(at, f"of shape {shape}", f"at most {CELLS:,} numbers")
    _check(value, at, shape)
    found = np.array(value, dtype=np.float64).reshape(shape)
    if not np.isfinite(found).all():
        raise refused(at, "not finite", "finite numbers")
    if positive and not (found >= 1 / LARGE).all():
        raise refused(at, "not positive everywhere", "positive numbers")
    return found


def _check(value: Any, at: str, shape: tuple[int, ...]) -> None:  # noqa: ANN401
    if not shape:
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= LARGE:
            raise refused(at, f"{str(value)[:40]!r}", "a number of moderate size")
        return
    if not isinstance(value, list) or len(value) != shape[0]:
        found = f"a list of {len(value)}" if isinstance(value, list) else type(value).__name__
        raise refused(at, found, f"a list of {shape[0]}")
    for item in value:
        _check(item, at, shape[1:])


def number(value: Any, at: str, low: float = -LARGE, high: float = LARGE) -> float:  # noqa: ANN401
    """One number within bounds."""
    found = float(array(value, at, ()))
    if not low <= found <= high:
        raise refused(at, f"{found:g}", f"a number from {low:g} to {high:g}")
    return found


def whole(value: Any, at: str, low: int, high: int) -> int:  # noqa: ANN401
    """One whole number within bounds."""
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise refused(at, f"{str(value)[:40]!r}", f"a whole number from {low} to {high}")
    return value


def texts(value: Any, at: str, least: int, most: int) -> tuple[str, ...]:  # noqa: ANN401
    """A list of distinct texts."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise refused(at, f"a {type(value).__name__}", "a list of texts")
    if not least <= len(value) <= most:
        raise refused(at, f"a list of {len(value)}", f"{least} to {most:,} texts")
    if len(set(value)) < len(value):
        raise refused(at, "a list with a text twice", "distinct texts")
    return tuple(value)
