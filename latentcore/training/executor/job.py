"""What happens in a worker: one job, which can ask whether it is still wanted."""

import pickle
import threading
from typing import Any

_performed: set[str] = set()
_unwanted: set[str] = set()
_own = threading.local()


def perform(name: str, work: bytes) -> Any:  # noqa: ANN401 (whatever the job's function returns)
    """Unpickle (function, arguments) and call it: what it imports is loaded here, in its thread."""
    _own.name = name
    _performed.add(name)
    try:
        function, arguments = pickle.loads(work)
        return function(*arguments)
    except Exception as error:
        if type(error).__module__.partition(".")[0] != "torch":
            raise
        named = RuntimeError(f"{type(error).__name__}: {error}")  # else the server would load torch
    finally:
        _own.name = ""
        _performed.discard(name)
        _unwanted.discard(name)
    raise named


def stop_asked() -> bool:
    """Whether the job that calls this was cancelled.  Costs nothing: ask at every step.

    A job that then saves what it has and returns keeps its worker; one that goes on loses it.
    False outside a job.
    """
    return getattr(_own, "name", "") in _unwanted


def ask(name: str) -> bool:
    """Run in the worker by whoever cancels: the job is to end.  Whether it has begun."""
    _unwanted.add(name)
    return name in _performed


async def kill(dask_worker: Any) -> None:  # noqa: ANN401 (Dask's Nanny gives itself)
    """Run in the nanny: end the worker at once, whatever it is doing; another is started."""
    await dask_worker.process.process.kill()
