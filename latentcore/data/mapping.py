"""Work on many items, here or elsewhere: all that a computation knows of other processes.

    map(function, items)    yields (i, function(items[i])) in the order in which they are done

`here` does one after another; the `map` of an `Executor` has other processes do them.  What comes
back is the same, so a computation that takes a `Map` need not know which it was given.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

A = TypeVar("A")
B = TypeVar("B")


class Map(Protocol):
    """Function and items may have to travel: module-level functions, plain data."""

    def __call__(
        self, function: Callable[[A], B], items: Iterable[A], /
    ) -> Iterable[tuple[int, B]]:
        """Every item's number and result, once; the first error ends it."""
        ...


def here(function: Callable[[A], B], items: Iterable[A], /) -> Iterator[tuple[int, B]]:
    """In this process, each when it is asked for."""
    return enumerate(map(function, items))


def in_order(found: Iterable[tuple[int, B]]) -> Iterator[B]:
    """The results by number, each as soon as all before it are there."""
    early: dict[int, B] = {}
    due = 0
    for i, result in found:
        early[i] = result
        while due in early:
            yield early.pop(due)
            due += 1
