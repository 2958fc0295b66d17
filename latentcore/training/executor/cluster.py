"""A scheduler and its workers on this machine, in a process of their own.

    server ── holds stdin open ──> this process: scheduler, and a nanny for every worker
                                       └── workers, a core each; one that dies is started again

The server's own process would do as a home, were it not that workers are spawned: they import
what `__main__` is there, and under Streamlit that is a page.  Here it is this module.  And when
the server ends, however it ends, the pipe closes, and this process takes everything with it.

The log stays empty, and nothing of a job is written to disk: a worker holds what it holds in
memory, and is started again when that is more than its share.
"""

import asyncio
import multiprocessing
import os
import sys
import threading
import traceback
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

import dask
from dask.system import CPU_COUNT
from distributed.system import MEMORY_LIMIT

HOST = "127.0.0.1"
COURTESY = 5  # niceness: a page that is looked at goes before a run that is trained
LEAST = 2**30  # bytes of memory that a worker needs
DEATHS = 3  # a job that took so many workers down with it is given up
SETTINGS = {
    "distributed.scheduler.allowed-failures": DEATHS - 1,
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.worker.preload": ["latentcore.training.executor.worker"],
    "distributed.worker.profile.enabled": False,  # it looks at the training 100 times a second
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.worker.memory.terminate": 0.95,
    "distributed.admin.tick.interval": "500ms",
}


async def serve(workers: int) -> None:
    """Print the scheduler's address, start the workers, and stay while standard input is open."""
    from distributed import Nanny, Scheduler

    gone = asyncio.Event()
    threading.Thread(target=_watch, args=(asyncio.get_running_loop(), gone), daemon=True).start()
    folder = os.environ["TMPDIR"] = mkdtemp(prefix="latent-workers-")  # locks, caches, a job's own
    dask.config.set({"temporary-directory": folder})
    try:
        scheduler = await Scheduler(
            host=HOST, port=0, dashboard=False, dashboard_address=f"{HOST}:0"
        )
        print(scheduler.address, flush=True)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what jobs print would fill the pipe
        about: dict[str, Any] = {"nthreads": 1, "host": HOST}
        about["memory_limit"] = 0.9 / workers  # a share of the machine's
        started = asyncio.gather(
            *(Nanny(scheduler.address, name=i, **about) for i in range(workers))
        )
        await gone.wait()
        started.cancel()
    except Exception:
        traceback.print_exc()  # seen only when this is started by hand
    finally:
        for child in multiprocessing.active_children():
            child.kill()
        rmtree(folder, ignore_errors=True)
        os._exit(0)  # without farewells: nobody is left to hear them


def _watch(loop: asyncio.AbstractEventLoop, gone: asyncio.Event) -> None:
    """Wait for the end of standard input, which is that of the server."""
    sys.stdin.buffer.read()
    loop.call_soon_threadsafe(gone.set)


if __name__ == "__main__":
    os.nice(COURTESY)
    dask.config.set(SETTINGS)
    asyncio.run(serve(int(sys.argv[1]) or max(2, min(CPU_COUNT, MEMORY_LIMIT // LEAST))))
