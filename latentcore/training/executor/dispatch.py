"""The side that talks to Dask: an event loop that gives out jobs and sees each to its end.

waits ── a place is free ──> runs ── its worker dies ──> runs on another, from its beginning
                              ├── result or error
                              └── cancelled: asked to end ── GRACE ──> its worker is killed
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from latentcore.training.executor.job import ask, kill, perform

GRACE = 1.5  # seconds in which a cancelled job may end by itself
ANSWER = 0.3  # seconds in which a worker that is not stuck has answered
LOOKS = 1.0, 0.1  # seconds between looks for free places; the latter while there is no worker
PATIENCE = 15  # seconds until a scheduler that does not answer is given up
GPU = {"GPU": 1}
GONE = "The connection to the workers was lost. Start this again."

SETTINGS = {
    "logging": {"distributed": "critical", "distributed.client": "critical"},  # no values in it
    "distributed.admin.large-graph-warning-threshold": "1 GB",  # the data of a fold are no mistake
}

Told = tuple[Any, Exception | None]
"""What a job returned, or its error."""


class Lost(RuntimeError):
    """A job went down with its workers and was given up; the sentence says what to do."""


class NoWorkers(RuntimeError):
    """There is nobody to run a job; the sentence says why, and what to do."""


@dataclass(eq=False)
class Job:
    """One job on its way.  `work` is what `perform` unpickles; `anywhere`: it needs no GPU."""

    key: str
    work: bytes
    anywhere: bool = False
    result: "Future[Any]" = field(default_factory=Future)
    name: str = field(default_factory=lambda: f"job-{uuid4().hex}")
    stop: asyncio.Event = field(default_factory=asyncio.Event)


class Dispatch:
    """Jobs given to one scheduler.

    `waiting()` says whether some wait; `take(places)` gives the next, which runs from then on, or
    None if `places` run already; `ended(job)` is called before its result is known to anybody.
    """

    def __init__(
        self,
        waiting: Callable[[], bool],
        take: Callable[[int], Job | None],
        ended: Callable[[Job], None],
    ) -> None:
        self._waiting, self._take, self._ended = waiting, take, ended
        self._loop = asyncio.new_event_loop()
        self._woken, self._left, self._gpus = asyncio.Event(), asyncio.Event(), False
        self.places = 0

    def run(self, address: str) -> None:
        """Serve until `close` or the scheduler's end.  Raises NoWorkers if there is none."""
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve(address))  # tasks that are left are cancelled by the runner

    def wake(self) -> None:
        """From any thread: something waits."""
        self._soon(self._woken.set)

    def cancel(self, job: Job) -> None:
        """From any thread: a job that runs is to end."""
        self._soon(job.stop.set)

    def close(self) -> None:
        """From any thread: leave the scheduler."""
        self._soon(self._left.set)
        self.wake()

    def _soon(self, call: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody is left to be told
            self._loop.call_soon_threadsafe(call)

    async def _serve(self, address: str) -> None:
        client, seen = await self._client(address), set[asyncio.Task[None]]()
        if client is None:
            return
        try:
            while not self._left.is_set() and client.status == "running":
                self._woken.clear()
                if self._waiting():
                    self.places = await self._count(client)
                while job := self._take(self.places):
                    seen.add(task := asyncio.create_task(self._see(client, job)))
                    task.add_done_callback(seen.discard)
                with suppress(TimeoutError):
                    pause = LOOKS[not self.places] if self._waiting() else None
                    await asyncio.wait_for(self._woken.wait(), pause)
        except OSError:
            pass  # the scheduler is gone
        finally:
            with suppress(Exception):
                await client.close(timeout=1)

    async def _client(self, address: str) -> Any:  # noqa: ANN401 (Dask's Client, which loads late)
        """A client of the scheduler; None if this is closed first.  Raises NoWorkers."""
        connecting = asyncio.create_task(_connected(address))
        left = asyncio.create_task(self._left.wait())
        await asyncio.wait({connecting, left}, return_when=asyncio.FIRST_COMPLETED)
        left.cancel()
        if not connecting.done():
            connecting.cancel()
            return None
        return await connecting

    async def _count(self, client: Any) -> int:  # noqa: ANN401 (Dask's Client, which loads late)
        """How many jobs can run at once: one a thread of the workers with a GPU, else of all."""
        workers = (await client.scheduler.identity(n_workers=-1))["workers"].values()
        gpus = [worker for worker in workers if worker["resources"].get("GPU")]
        self._gpus = bool(gpus)
        return sum(worker["nthreads"] for worker in gpus or workers)

    async def _see(self, client: Any, job: Job) -> None:  # noqa: ANN401
        """One job from its place to its result."""
        told: Told | None = None
        try:
            resources = GPU if self._gpus and not job.anywhere else None
            options = {"key": job.name, "pure": False, "resources": resources}
            running = client.submit(perform, job.name, job.work, **options)
            hearing = asyncio.create_task(_told(running))
            stop = asyncio.create_task(job.stop.wait())
            await asyncio.wait({hearing, stop}, return_when=asyncio.FIRST_COMPLETED)
            stop.cancel()
            if not hearing.done() and await _stopped(client, job, running, hearing):
                told = None, CancelledError()
            else:
                told = await hearing
        finally:
            self._ended(job)
            result, error = told or (None, Lost(GONE))
            if self._left.is_set() and isinstance(error, Lost):
                error = CancelledError()
            if error is None:
                job.result.set_result(result)
            else:
                job.result.set_exception(error)
            self.wake()


async def _connected(address: str) -> Any:  # noqa: ANN401
    """A client of the scheduler.  Raises NoWorkers."""
    import dask

    dask.config.set(SETTINGS)  # read when the next line loads
    from distributed import Client

    kind: Any = Client  # its types end here
    client = None
    try:
        client = kind(address, asynchronous=True, set_as_default=False, timeout=PATIENCE)
        async with asyncio.timeout(PATIENCE + 1):
            return await client
    except BaseException as error:  # what answers may be no scheduler, and be read as anything
        if client is not None:
            with suppress(Exception):
                await client.close(timeout=1)
            client.status = "closed"  # else it would close itself when the loop has gone
        if not isinstance(error, Exception):
            raise
        raise NoWorkers(
            "No scheduler answers at the address in LATENT_SCHEDULER. Start one with "
            "`dask scheduler`, or leave the variable out to use workers of this machine."
        ) from error


async def _told(running: Any) -> Told:  # noqa: ANN401 (Dask's Future)
    from distributed import KilledWorker

    try:
        return await running, None
    except KilledWorker as error:
        return None, Lost(
            f"This was given up: {error.allowed_failures + 1} processes that ran it ended "
            "without a word, perhaps for lack of memory. Make it smaller, or start it again."
        )
    except CancelledError:
        return None, Lost(GONE)
    except Exception as error:
        return None, error


async def _stopped(client: Any, job: Job, running: Any, hearing: "asyncio.Task[Told]") -> bool:  # noqa: ANN401
    """End a job that runs.  Whether that took force; else it has told how it ended."""
    for patience in (GRACE, ANSWER):
        held = await client.processing()
        worker = [address for address, names in held.items() if job.name in names]
        asking = asyncio.create_task(client.run(ask, job.name, workers=worker, on_error="ignore"))
        await asyncio.wait({hearing}, timeout=patience)
        begun = not asking.done() or asking.exception() or any(asking.result().values())
        asking.cancel()
        if hearing.done():
            return False
    await running.cancel(force=True)  # first: Dask would give it to another worker
    if worker and begun:
        with suppress(Exception):  # a worker without a nanny is out of reach
            await client.run(kill, workers=worker, nanny=True)
    return True
