"""Runs in a database: what the server shows and what workers write, each in its own process.

    store = Store()                                          # LATENT_STORE, or the user's file
    id = store.add(recipe, "VQVAE", "digits", visitor, 400)
    store.begin(id, "cpu", versions)                         # a worker, somewhere
    store.progress(id, progress)                             # NoSuchRun: deleted meanwhile
    store.curves(id).values["total"]

Every method is one short transaction, tried again where the database was busy.  Ids cannot be
guessed, and who has one can open the run.  Every method that takes an id raises NoSuchRun, and
every method StoreError where the database is full, locked for long, damaged or gone.
"""

import json
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection

from latentcore.training.events import Progress, Snapshot
from latentcore.training.store import arrays, expiry, listing, looking, recording
from latentcore.training.store.curves import Curves
from latentcore.training.store.database import address, attempt, connect, explained, scrub
from latentcore.training.store.kept import Ended, Kept, Wish, cut
from latentcore.training.store.migration import prepare

T = TypeVar("T")

DEVICE, MESSAGE = 60, 2000  # characters


class Store:
    """The runs of one database; one object serves all threads of a process.

    Raises StoreError where the database cannot be used.
    """

    def __init__(self, url: str | None = None) -> None:
        self._address = address(url)
        self._engine = connect(self._address)
        self._writing = self._engine.execution_options(begin="IMMEDIATE")
        try:
            prepare(self._writing)
        except BaseException:
            self.close()
            raise

    @property
    def url(self) -> str:
        """What another process opens the same store with; it holds the password, if any."""
        return self._address.render_as_string(hide_password=False)

    def close(self) -> None:
        """Let go of the connections."""
        self._engine.dispose()

    # what visitors do

    def add(  # noqa: PLR0913 (what a run is)
        self,
        recipe: Mapping[str, Any],
        kind: str,
        name: str,
        visitor: str,
        steps: int,
        private: bool = False,
        attachments: Mapping[str, bytes] | None = None,
    ) -> str:
        """Keep a new run, which waits to be trained, and the bytes it needs; its id.

        Raises ValueError for a recipe that is not JSON, and for bytes that are too many.
        """
        described = listing.described(recipe, kind, name, visitor, steps, private)
        row = {**described, "created": time.time()}
        self._write(lambda c: listing.add(c, row, attachments or {}))
        return str(row["id"])

    def run(self, id: str) -> Kept:
        """What is known of a run."""
        return self._read(lambda c: listing.find(c, id))

    def runs(self, visitor: str | None = None) -> list[Kept]:
        """The newest 500 of the public runs and the visitor's own, the newest first."""
        return self._read(lambda c: listing.visible(c, visitor))

    def rename(self, id: str, name: str) -> None:
        """Call the run something else."""
        self._write(lambda c: listing.change(c, id, {"name": cut(name, listing.NAME)}))

    def delete(self, id: str) -> None:
        """Remove everything of the run; in SQLite its bytes are overwritten.

        A worker that trains it meets NoSuchRun, and ends.
        """
        self._write(lambda c: listing.remove(c, id))
        scrub(self._engine)

    def wish(self, id: str, wish: Wish) -> None:
        """Tell the worker what to do.  A run that has ended waits again when it is to train."""
        self._write(lambda c: listing.wish(c, id, wish, time.time()))

    def wished(self, id: str) -> Wish:
        """What was wished last; "train" at first."""
        return self._read(lambda c: looking.wished(c, id))

    def attach(self, id: str, name: str, raw: bytes) -> None:
        """Keep bytes with the run, in place of those of that name.  Raises ValueError."""
        self._write(lambda c: listing.attach(c, id, name, raw))

    def expire(self, now: float) -> list[str]:
        """Remove the runs whose time is over (`expiry`); their ids.  `now` is in seconds."""
        over = self._read(lambda c: expiry.expired(c, now))
        gone = [id for id in over if self._write(partial(expiry.remove, id=id))]
        scrub(self._engine)
        return gone

    def lost(self, now: float, silence: float = 120.0) -> list[str]:
        """Runs that wait or train and of which nothing was heard for so many seconds; their ids."""
        return self._read(lambda c: looking.lost(c, now - silence))

    def beat(self, id: str, now: float) -> None:
        """A sign of life: somebody still means to train the run."""
        self._write(lambda c: listing.change(c, id, {"beat": now}))

    # what a worker does

    def begin(self, id: str, device: str, versions: Mapping[str, str]) -> None:
        """Start, or go on from the checkpoint: what came after it is forgotten."""
        made = {"device": cut(device, DEVICE), "versions": json.dumps(dict(versions))}
        self._write(lambda c: recording.begin(c, id, time.time(), made))

    def progress(self, id: str, progress: Progress) -> None:
        """Add to the curves: the run is that far."""
        self._write(lambda c: recording.progress(c, id, progress, time.time()))

    def snapshot(self, id: str, snapshot: Snapshot) -> None:
        """Keep a picture, and fewer of the older ones when there are many (`thinning`).

        Raises TypeError for arrays that are not of numbers, ValueError for too large ones.
        """
        raw = arrays.pack(snapshot.arrays)
        self._write(lambda c: recording.picture(c, id, snapshot.step, raw, time.time()))

    def checkpoint(self, id: str, step: int, raw: bytes) -> None:
        """Keep the run's bytes after a step, in place of the older ones.  Raises ValueError."""
        self._write(lambda c: recording.save(c, id, step, raw, time.time()))

    def end(self, id: str, state: Ended, message: str = "") -> None:
        """The run trains no longer; the message says why."""
        said = {"state": state, "message": cut(message, MESSAGE), "ended": time.time()}
        self._write(lambda c: listing.change(c, id, said))

    # what is looked at

    def curves(self, id: str, after: int = 0) -> Curves:
        """What was measured, as at most 1024 points; only those past a step, if asked."""
        return self._read(lambda c: looking.curves(c, id, after))

    def steps(self, id: str) -> tuple[int, ...]:
        """The steps of which there are pictures, ascending."""
        return self._read(lambda c: looking.steps(c, id))

    def picture(self, id: str, step: int | None = None) -> Snapshot | None:
        """The picture of a step, the newest by default; None where there is none.

        Raises StoreError for bytes that are no picture.
        """
        return self._read(lambda c: looking.picture(c, id, step))

    def saved(self, id: str) -> tuple[int, bytes] | None:
        """Step and bytes of the checkpoint; None before the first."""
        return self._read(lambda c: looking.saved(c, id))

    def saved_at(self, id: str) -> int | None:
        """The step of the checkpoint, without its bytes; None before the first."""
        return self._read(lambda c: looking.saved_at(c, id))

    def attachment(self, id: str, name: str) -> bytes:
        """The bytes that the run keeps under a name.  Raises NoSuchAttachment."""
        return self._read(lambda c: looking.attached(c, id, name))

    def _read(self, work: Callable[[Connection], T]) -> T:
        def once() -> T:
            with self._engine.connect() as connection:
                return work(connection)

        with explained():
            return attempt(once)

    def _write(self, work: Callable[[Connection], T]) -> T:
        def once() -> T:
            with self._writing.begin() as connection:
                return work(connection)

        with explained():
            return attempt(once)
