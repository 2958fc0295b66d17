"""What the tests have done in other processes: importable there by name."""

import os
import time
from pathlib import Path

from latentcore.training.executor import stop_asked


def double(x):
    return 2 * x


def process():
    return os.getpid()


def fail(sentence):
    raise LookupError(sentence)


def write(path, text):
    """Say in a file that this point was reached."""
    with Path(path).open("a") as file:
        file.write(f"{text}\n")


def hold(log, key, until):
    """Run until a file is there."""
    write(log, key)
    while not Path(until).exists():
        time.sleep(0.01)


def listen(log):
    """Run until asked to stop, and then end in good order."""
    write(log, "begun")
    while not stop_asked():
        time.sleep(0.01)
    return "ended in good order"


def deaf(log):
    """Run on, whatever is asked."""
    write(log, os.getpid())
    time.sleep(60)


def hold_process(log, until):
    """As `hold`; says and returns in which process."""
    hold(log, os.getpid(), until)
    return os.getpid()


def suicide():
    """End like a process that the system ends for its memory."""
    os.kill(os.getpid(), 9)
