"""To see from here what happens in other processes."""

import os
import time
from pathlib import Path


def until(condition, seconds=30.0):
    """Wait for something to become true; what it was, for an assertion."""
    end = time.monotonic() + seconds
    while not (found := condition()) and time.monotonic() < end:
        time.sleep(0.01)
    return found


def lines(path):
    """What jobs wrote into a file."""
    return Path(path).read_text().split() if Path(path).exists() else []


def alive(pid):
    """Whether there is such a process."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
