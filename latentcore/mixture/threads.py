"""How many workers there are, and BLAS kept to one thread while several of them run.

The limit is a setting of the whole process.  Fits of several sessions overlap, so the first one
in sets it and the last one out restores it; each restoring what it found would leave the process
with one thread for good.  OpenBLAS obeys only the thread that set a limit first (threadpoolctl
calls it the controlling thread); under our own lock it is cleared, because the first one in and
the last one out are rarely the same.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from threadpoolctl import OpenBLASController, ThreadpoolController

_lock = threading.Lock()
_inside = 0
_limit: Any = None


def processors() -> int:
    """Processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS and Windows
        return os.cpu_count() or 1


@cache
def _libraries() -> ThreadpoolController:
    """The BLAS in use, looked up once: a sweep takes less time than the looking up."""
    return ThreadpoolController()


def _forked() -> None:
    """A child of a fork has none of the threads that were inside, and maybe a lock held by one."""
    global _lock, _inside
    _lock = threading.Lock()
    if _inside:
        _inside = 0
        OpenBLASController.clear_controlling_thread(force=True)
        _limit.restore_original_limits()


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_forked)


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Hold BLAS to one thread until the last of all overlapping users has left."""
    global _inside, _limit
    with _lock:
        if _inside == 0:
            OpenBLASController.clear_controlling_thread(force=True)
            _limit = _libraries().limit(limits=1, user_api="blas")
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if _inside == 0:
                OpenBLASController.clear_controlling_thread(force=True)
                _limit.restore_original_limits()
                OpenBLASController.clear_controlling_thread(force=True)
