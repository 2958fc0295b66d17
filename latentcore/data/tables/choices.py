"""What a reader decided, what it says about it, and what the user overrules.

Every decision has a name, the value that was detected and the values it could have had, so that
whoever shows the table can offer the others; handed back as `Choices` they win.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from latentcore.arrays import Array
from latentcore.data.tables.table import Found, TableError
from latentcore.data.unreadable import listed, short


@dataclass(frozen=True)
class Choices:
    """What the user overrules; None leaves it to the reader.

    `rows` is what stands in rows, "samples" or "taxa"; `delimiter` "commas", "tabs", "semicolons"
    or "spaces"; `decimal` "point" or "comma"; `header` "yes" or "no"; `sheet` a sheet of a
    workbook; `rank` the rank to read where ranks are mixed; `level` a label of mothur's .shared;
    `label` a column to keep as text although it holds numbers (a label coded 0 and 1).
    """

    rows: str | None = None
    delimiter: str | None = None
    decimal: str | None = None
    header: str | None = None
    sheet: str | None = None
    rank: str | None = None
    level: str | None = None
    label: str | None = None


Watch = Callable[[float], None]


def unwatched(share: float) -> None:
    """Nobody looks while a file is read."""


@dataclass(frozen=True)
class Log:
    """The choices while a file is read, and what is decided and said on the way.

    `sums` holds, where ranks were mixed, the total of every sample at each rank; `watch` is told
    now and then which share of the file was read.
    """

    choices: Choices = Choices()
    notes: list[str] = field(default_factory=list)
    found: dict[str, Found] = field(default_factory=dict)
    sums: dict[str, Array] = field(default_factory=dict)
    watch: Watch = unwatched

    def trial(self) -> "Log":
        """The same choices and what was said so far, for what may come to nothing."""
        return Log(self.choices, list(self.notes), dict(self.found), dict(self.sums), self.watch)

    def say(self, note: str) -> None:
        """One sentence on what was detected, or on what was dropped and why."""
        self.notes.append(note)

    def decide(self, what: str, detected: str, options: Iterable[str]) -> str:
        """The user's choice if there is one, else what was detected.  Raises TableError."""
        chosen, options = getattr(self.choices, what), tuple(options)
        if chosen is not None and chosen not in options:
            raise TableError(
                f"There is no {what} {short(chosen)} in this file.",
                expected=f"Expected one of {listed(options, 9)}." if options else "",
                do="Choose another, or leave it to detection.",
            )
        value = detected if chosen is None else str(chosen)
        self.found[what] = Found(value, options)
        return value
