"""What the store answers when it cannot do what was asked."""

from latentcore.data.unreadable import Unreadable


class NoSuchRun(LookupError):
    """There is no such run: it never was, or has been deleted or has expired.

    A worker that meets this while it trains has nothing left to do.
    """

    def __init__(self) -> None:
        super().__init__("There is no such run. It may have been deleted, or have expired.")


class NoSuchAttachment(LookupError):
    """The run has no attachment of that name."""


class StoreError(Unreadable):
    """The database cannot be opened as a store, or holds bytes that were not written here."""
