"""Where runs are handed in, watched and ended: the store and the executor behind one counter."""

import threading
import time
from collections.abc import Mapping
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from latentcore.runs.job import work
from latentcore.runs.recipe import Recipe
from latentcore.training.executor import Executor, Lost, NoWorkers
from latentcore.training.store import Kept, NoSuchRun, Store, StoreError
from latentcore.training.store.kept import ENDED, Ended

GONE = "The server ended before this run did. Resume it from its last checkpoint."
BROKEN = "Something went wrong here, not in your settings. Resume the run, or start it again."
SENTENCES = Lost, NoWorkers, StoreError
LEAVING = 5.0  # seconds, at most, that a worker takes to leave a run of which it has told the end
PULSE = 30.0  # seconds of silence after which a desk says that a run of its own is still wanted


@dataclass(frozen=True)
class Desk:
    """Pages talk to a desk only."""

    store: Store
    executor: Executor
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False, compare=False)

    def start(
        self,
        recipe: Recipe,
        visitor: str,
        name: str = "",
        private: bool = False,
        attachments: Mapping[str, bytes] | None = None,
    ) -> str:
        """Hand a recipe in; the id of its run.  Raises Refused when there is no room.

        `private` runs are listed to their visitor only, and so is every run with `attachments`,
        which are deleted with it.
        """
        steps, plain = recipe.plan.steps, recipe.to_json()
        private = private or bool(attachments)  # nobody else finds a run that holds an upload
        run = self.store.add(plain, recipe.kind, name, visitor, steps, private, attachments)
        try:
            self._submit(run, visitor)
        except Exception:
            self.store.delete(run)
            raise
        return run

    def stop(self, run: str) -> None:
        """Ask a run to stop: a waiting one at once, a training one at its next report."""
        waiting = (self.executor.position(run) or 0) > 0
        self.store.wish(run, "stop")
        self.executor.cancel(run)
        if waiting:
            self.store.end(run, "stopped")

    def resume(self, run: str, visitor: str) -> None:
        """Go on from the last checkpoint; nothing happens to a run that waits or trains."""
        before = self.store.run(run)
        if before.state not in ENDED:
            return
        until = time.monotonic() + LEAVING
        while self.position(run) is not None and time.monotonic() < until:
            time.sleep(0.02)
        with self._lock:
            self.store.wish(run, "train")
            try:
                self._submit(run, visitor)
            except Exception:
                self.store.end(run, *_as_before(before))
                raise

    def delete(self, run: str) -> None:
        """Forget the run and everything of it."""
        self.executor.cancel(run)
        self.store.delete(run)

    def position(self, run: str) -> int | None:
        """0: in training; n: as n-th in the queue; None: neither."""
        return self.executor.position(run)

    @property
    def ready(self) -> bool:
        """Whether the workers are there, or have yet to start."""
        return self.executor.ready

    def tidy(self, now: float) -> None:
        """Stop runs whose server ended under them, and forget those whose time is over.

        To be called every `PULSE` seconds or so: it also keeps other desks of the store from
        taking runs of this one for such.
        """
        for run in self.store.lost(now, PULSE):
            if self.position(run) is not None:
                with suppress(NoSuchRun):
                    self.store.beat(run, now)
        for run in self.store.lost(now):
            with self._lock, suppress(NoSuchRun):
                if self.position(run) is None:
                    self.store.end(run, "stopped", GONE)
        self.store.expire(now)

    def _submit(self, run: str, visitor: str) -> None:
        job = self.executor.submit(run, work, self.store.url, run, visitor=visitor)
        job.add_done_callback(lambda job: self._settle(run, job))

    def _settle(self, run: str, job: "Future[Any]") -> None:
        """A job that was ended from outside could not write how its run ended."""
        error = CancelledError() if job.cancelled() else job.exception()
        with self._lock, suppress(NoSuchRun):
            if error is None or self.position(run) is not None:  # the latter: resumed by now
                return
            if self.store.run(run).state not in ENDED:
                self.store.end(run, *_fate(error, self.store.wished(run) == "stop"))
                self.store.wish(run, "stop")  # workers of somebody else's may go on with it


def _fate(error: BaseException, asked: bool) -> tuple[Ended, str]:
    """How a run ended whose job did not return, and a sentence."""
    if asked:
        return "stopped", ""
    if isinstance(error, CancelledError):
        return "stopped", GONE
    return "failed", str(error) if isinstance(error, SENTENCES) else BROKEN


def _as_before(kept: Kept) -> tuple[Ended, str]:
    """State and message of a run that had ended."""
    assert kept.state != "waiting" and kept.state != "running"
    return kept.state, kept.message
