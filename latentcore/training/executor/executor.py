"""The one door to other processes: jobs go in by key, and begin in a fair order.

    executor = Executor()
    executor.submit(run_id, work, store_url, run_id, visitor="ann")     # a concurrent Future
    executor.position(run_id)           # 0 runs, n waits as n-th, None neither
    executor.cancel(run_id)             # over within two seconds, whatever the job is doing
    for i, score in executor.map(fold, folds): ...                      # as they come

The queue is here and not in Dask: the scheduler is given as many jobs as there are workers, so
what waits can be ordered anew with every arrival and be taken out at once.  Dask places the jobs,
and gives one whose worker died to another, from its beginning: a job that keeps checkpoints looks
for its last one first.

Nothing is started before the first job, or `warm`.  A job belongs to the server, not to whoever
asked for it, and ends when it is done, when it is cancelled, or when the server ends.
"""

import atexit
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from itertools import islice
from typing import Any, TypeVar
from uuid import uuid4

import cloudpickle

from latentcore.training.executor.dispatch import Dispatch, Job, NoWorkers
from latentcore.training.executor.limits import Limits
from latentcore.training.executor.local import Local
from latentcore.training.executor.queue import Queue

A = TypeVar("A")
B = TypeVar("B")


class Executor:
    """Jobs in other processes; its methods may be called from any thread.  One a server.

    `scheduler` is the address of a Dask scheduler, by default the one in LATENT_SCHEDULER; without
    either `workers` processes of this machine do the work: by default one a core, as far as there
    is 1 GiB of memory for each, and at least two, so that there is another one when one dies.
    """

    def __init__(
        self,
        scheduler: str | None = None,
        workers: int | None = None,
        limits: Limits | None = None,
    ) -> None:
        self._scheduler = scheduler or os.environ.get("LATENT_SCHEDULER")
        self._workers = workers
        self._queue, self._jobs = Queue(limits or Limits()), dict[str, Job]()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._local: Local | None = None
        self._dispatch: Dispatch | None = None
        self._closed = False
        atexit.register(self.close)

    def __reduce__(self) -> str:
        """Refuse to travel: an executor is a door of one process."""
        raise TypeError("an Executor cannot be sent to a worker; give its `map` to one thing only")

    def submit(
        self,
        key: str,
        function: Callable[..., B],
        *args: Any,  # noqa: ANN401 (those of the function)
        visitor: str = "",
    ) -> "Future[B]":
        """Ask for function(*args) in another process; `key` is the job's name from now on.

        The future need
        not be kept; it holds the result, the function's own error, `CancelledError`, or `Lost`
        after three workers died over it.
        Raises TooMany or Full, with a sentence for the visitor, and ValueError for a key that
        runs or waits.
        """
        return self._put(Job(key, cloudpickle.dumps((function, args))), visitor, limited=True)

    def position(self, key: str) -> int | None:
        """0 for a job that runs, n for the n-th of those that wait, None for any other."""
        with self._lock:
            return self._queue.position(key)

    @property
    def ready(self) -> bool:
        """Whether there are workers: none before the first job, and for seconds after it."""
        with self._lock:
            return self._dispatch is not None and self._dispatch.places > 0

    def cancel(self, key: str) -> None:
        """End a job: one that waits at once; one that runs is told (see `stop_asked`), then killed.

        It is over within two seconds.  Nothing happens to a job that is not there.
        """
        with self._lock:
            job = self._jobs.get(key)
            if job is None:
                return
            if self._queue.position(key) == 0:
                if self._dispatch is not None:
                    self._dispatch.cancel(job)
                return
            self._forget(job)
        job.result.cancel()

    def map(
        self, function: Callable[[A], B], items: Iterable[A], visitor: str = ""
    ) -> Iterator[tuple[int, B]]:
        """Yield (i, function(items[i])) as they come.  The first error ends it, and is raised.

        Items are taken as places become free, so there may be any number of them; they wait in
        the fair queue like any job, a visitor's `at_once` at a time.  Whoever stops asking has
        cancelled what is left.
        """
        found: dict[Future[B], tuple[int, str]] = {}
        numbered = enumerate(items)
        try:
            while True:
                for i, item in islice(numbered, self._window(visitor) - len(found)):
                    job = Job(f"map-{uuid4().hex}", cloudpickle.dumps((function, (item,))), True)
                    found[self._put(job, visitor, limited=False)] = i, job.key
                if not found:
                    return
                for future in wait(found, return_when=FIRST_COMPLETED).done:
                    i, _ = found.pop(future)
                    yield i, future.result()
        finally:
            for _, key in found.values():
                self.cancel(key)

    def warm(self) -> "Future[int]":
        """Start the workers now; the future is done when the first of them has answered."""
        job = Job(f"warm-{uuid4().hex}", cloudpickle.dumps((int, ())), True)
        return self._put(job, "", limited=False)

    def close(self) -> None:
        """Cancel every job and end the workers that were started here; nothing begins any more."""
        with self._lock:
            self._closed, thread = True, self._thread
            if self._dispatch is not None:
                self._dispatch.close()
            if self._local is not None:
                self._local.end()
        if thread is not None:
            thread.join()
        atexit.unregister(self.close)

    def _put(self, job: Job, visitor: str, limited: bool) -> "Future[Any]":
        with self._lock:
            if self._closed:
                raise NoWorkers("The server is ending, and takes no more jobs.")
            self._queue.add(job.key, visitor, limited)
            self._jobs[job.key] = job
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="executor", daemon=True)
                self._thread.start()
            if self._dispatch is not None:
                self._dispatch.wake()
        return job.result

    def _window(self, visitor: str) -> int:
        """Items of a map that run or wait at a time: twice those that can run."""
        if visitor:
            return 2 * self._queue.limits.at_once
        return 2 * max(2, 0 if self._dispatch is None else self._dispatch.places)

    def _run(self) -> None:
        """The thread: serve, and begin again with new workers if those were lost and jobs wait."""
        again = True
        while again:
            error: Exception = CancelledError()
            try:
                self._serve()
            except NoWorkers as failure:
                error = failure
            with self._lock:
                self._dispatch = self._local = None
                given_up = self._closed or isinstance(error, NoWorkers)
                left = list(self._jobs.values()) if given_up else []
                for job in left:
                    self._forget(job)
                if not (again := bool(self._jobs)):
                    self._thread = None
            for job in left:
                if job.result.set_running_or_notify_cancel():
                    job.result.set_exception(error)

    def _serve(self) -> None:
        with self._lock:
            if self._closed:
                return
            local = self._local = None if self._scheduler else Local(self._workers)
        try:
            address = local.address() if local else str(self._scheduler)
            with self._lock:
                if self._closed:
                    return
                dispatch = self._dispatch = Dispatch(self._waits, self._take, self._ended)
            dispatch.run(address)
        finally:
            if local:
                local.close()

    def _waits(self) -> bool:
        with self._lock:
            return len(self._queue) > 0

    def _take(self, places: int) -> Job | None:
        with self._lock:
            while self._queue.running < places and (key := self._queue.take()):
                if self._jobs[key].result.set_running_or_notify_cancel():
                    return self._jobs[key]
                self._forget(self._jobs[key])
            return None

    def _ended(self, job: Job) -> None:
        with self._lock:
            self._forget(job)

    def _forget(self, job: Job) -> None:
        self._queue.remove(job.key)
        del self._jobs[job.key]
