"""A file that cannot be read: one shape of error for every reader, and the words it is made of.

Readers meet bytes from anywhere.  Whatever they find, they answer with what they read or with an
`Unreadable` that says what was found, where, what was expected and what to do.
"""

import gzip
import io
import zlib
from collections.abc import Iterable


class Unreadable(ValueError):
    """What was found, where, what was expected, what to do.

    Every part is a sentence or two of plain text.  Parts may quote the file, so whoever shows
    them treats them as text and never as markup.
    """

    def __init__(self, what: str, *, where: str = "", expected: str = "", do: str = "") -> None:
        self.what, self.where, self.expected, self.do = what, where, expected, do
        super().__init__(" ".join(self.sentences))

    @property
    def sentences(self) -> tuple[str, ...]:
        """The parts that say something, in reading order."""
        return tuple(part for part in (self.what, self.where, self.expected, self.do) if part)


def short(text: str, limit: int = 40) -> str:
    """A cell or name in quotes, on one line, cut at `limit` characters."""
    line = " ".join(text.split())
    return f"“{line[:limit]}…”" if len(line) > limit else f"“{line}”"


def listed(names: Iterable[str], most: int = 4) -> str:
    """The first few names in quotes, and how many more there are."""
    names = list(names)
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(short(name, 30) for name in names[:most]) + more


def counted(n: int, one: str, many: str = "") -> str:
    """A number and its noun: 1 sample, 2 samples."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def amount(value: float) -> str:
    """A sum as people write it: 15,710 or 99.25, and not 1.571e+04."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def were(n: int) -> str:
    """The verb that goes with a number."""
    return "was" if n == 1 else "were"


def gunzip(raw: bytes, most: int) -> bytes:
    """Decompress every gzip member, up to `most` bytes in all (a tiny file can hold gigabytes).

    Raises OverflowError beyond that, and ValueError for a damaged file.
    """
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(raw)) as file:
            whole = file.read(most + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(f"damaged gzip file: {error}") from error
    if len(whole) > most:
        raise OverflowError(f"more than {most} bytes")
    return whole
