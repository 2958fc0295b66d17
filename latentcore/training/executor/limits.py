"""How much may be asked for at once, and what is said to whoever asks for more."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Numbers of jobs.  Work that names no visitor (a notebook's) is held to `waiting` alone.

    at_once: jobs of one visitor that run at the same time.
    each: jobs of one visitor that run or wait.
    waiting: jobs of all visitors that wait.
    Raises ValueError naming the number that makes no sense.
    """

    at_once: int = 2
    each: int = 5
    waiting: int = 200

    def __post_init__(self) -> None:
        """Check every number once."""
        for name in ("at_once", "each", "waiting"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is a whole number from 1, got {getattr(self, name)}")


class Refused(RuntimeError):
    """A job that is not taken now; the sentence is for the one who asked for it."""


class TooMany(Refused):
    """One visitor has as many jobs as one visitor may have."""

    def __init__(self, running: int, waiting: int, each: int) -> None:
        super().__init__(
            f"You have {running} running and {waiting} waiting; {each} at a time is the most for "
            "one visitor. Stop one of them, or wait until one has ended."
        )


class Full(Refused):
    """As many jobs wait as may wait in all."""

    def __init__(self, waiting: int) -> None:
        super().__init__(
            f"{waiting} jobs of all visitors are waiting, as many as are taken. "
            "Try again in some minutes."
        )
