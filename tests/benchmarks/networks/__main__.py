"""How fast networks train and sample against public code, both in the same process and in turn.

python -m tests.benchmarks.networks             every part
python -m tests.benchmarks.networks quantiser   one of them
"""

import sys
from importlib import import_module

from tests.benchmarks.timing import report

PARTS = ("training_step", "quantiser", "sampling")

if __name__ == "__main__":
    found = {}
    for part in sys.argv[1:] or PARTS:
        found |= import_module(f"tests.benchmarks.networks.{part}").timings()
    report(found)
