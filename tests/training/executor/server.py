"""A server with an executor, for tests that end it.

    python -m tests.training.executor.server FOLDER

Prints what it has loaded of what it should not, waits for a line, and leaves.
"""

import sys
from pathlib import Path

from latentcore.training.executor import Executor
from tests.training.executor import jobs
from tests.training.executor.watching import lines, until

# Without a guard, as in a page: a worker that imported this would start an executor of its own.
log = Path(sys.argv[1]) / "log"
executor = Executor(workers=1)
failed = executor.submit("oom", jobs.out_of_memory).exception()
executor.submit("deaf", jobs.deaf, log)
until(lambda: lines(log))
print(
    repr(failed),
    "loaded",
    *sorted({"torch", "bokeh", "streamlit"} & sys.modules.keys()),
    flush=True,
)
sys.stdin.readline()
