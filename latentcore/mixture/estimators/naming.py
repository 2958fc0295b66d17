"""Errors that number a feature also name it, where the data have names."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager


@contextmanager
def by_name(names: Sequence[object] | None) -> Iterator[None]:
    """Let errors pass, "feature 3" and "column 3" in them followed by the name of that column."""
    try:
        yield
    except ValueError as error:
        if names is None:
            raise

        def named(found: re.Match[str]) -> str:
            number = int(found[2])
            return f"{found[0]} ({str(names[number])!r})" if number < len(names) else found[0]

        raise type(error)(re.sub(r"\b(feature|column) (\d+)", named, str(error))) from None
