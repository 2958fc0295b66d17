"""The server's end of the cluster on this machine: start it, know its address, end it."""

import os
import subprocess
import sys
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen

from latentcore.training.executor.dispatch import NoWorkers

QUIET = {"DASK_LOGGING__DISTRIBUTED": "critical"}  # Dask would log the arguments of what fails
PATIENCE = 5.0  # seconds until a process that was asked to end is ended


class Local:
    """A process that lives as long as its standard input is open; see `cluster`."""

    def __init__(self, workers: int | None) -> None:
        root = str(Path(__file__).parents[3])
        paths = filter(None, [root, os.environ.get("PYTHONPATH")])
        self._process: Popen[str] = Popen(
            [sys.executable, "-m", "latentcore.training.executor.cluster", str(workers or 0)],
            env=os.environ | QUIET | {"PYTHONPATH": os.pathsep.join(paths)},
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            text=True,
            start_new_session=True,  # Ctrl+C is for the server, which then ends this
        )

    def address(self) -> str:
        """Wait until the scheduler listens.  Raises NoWorkers."""
        assert self._process.stdout is not None
        if address := self._process.stdout.readline().strip():
            return address
        raise NoWorkers(
            "The workers did not start. Run `python -m latentcore.training.executor.cluster 2` "
            "to see why."
        )

    def end(self) -> None:
        """Let it end, with all its workers; `close` waits for that."""
        assert self._process.stdin is not None
        self._process.stdin.close()

    def close(self) -> None:
        """Nothing of it is left."""
        self.end()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()  # its workers see that, and end
            self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()
