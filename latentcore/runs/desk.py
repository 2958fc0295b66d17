"""Where runs are handed in, watched and ended: the store and the executor behind one counter."""

from collections.abc import Mapping
from dataclasses import dataclass

from latentcore.runs.job import work
from latentcore.runs.recipe import Recipe
from latentcore.training.executor import Executor, Refused
from latentcore.training.store import NoSuchRun, Store

GONE = "The server ended while this run was training. Resume it from its last checkpoint."
LOST = "Its workers died again and again, perhaps for want of memory. Try a smaller model."


@dataclass(frozen=True)
class Desk:
    """Pages talk to a desk only."""

    store: Store
    executor: Executor

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
        except Refused:
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
        """Go on from the last checkpoint."""
        self.store.wish(run, "train")
        try:
            self._submit(run, visitor)
        except Refused:
            self.store.end(run, "stopped")
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
        """Stop runs whose server ended under them, and forget those whose time is over."""
        for run in self.store.lost(now):
            if self.position(run) is None:
                self.store.end(run, "stopped", GONE)
        self.store.expire(now)

    def _submit(self, run: str, visitor: str) -> None:
        job = self.executor.submit(run, work, self.store.url, run, visitor=visitor)
        job.add_done_callback(lambda _: self._settle(run))

    def _settle(self, run: str) -> None:
        """A worker that was killed could not write how its run ended."""
        try:
            if self.store.run(run).state in ("waiting", "running"):
                asked = self.store.wished(run) == "stop"
                self.store.end(run, *(("stopped", "") if asked else ("failed", LOST)))
        except NoSuchRun:
            return
