"""Run one parser under limits: bytes on the standard input, arrays on the standard output.

    python -I __main__.py hdf5 '{"seconds": 10, "memory": 2000000000, ...}'  < file  > arrays.npz

A parser is a module with `extract(raw, options) -> {name: array}`; what it refuses it raises as
Refused(what, do).
"""

import importlib.util
import io
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np


def limit(seconds: int, memory: int) -> None:
    """Processor time, address space, no file written; where the system knows such limits."""
    try:
        import resource
    except ImportError:  # not on Windows: the parent's clock alone ends what hangs
        return
    for what, most in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        wanted = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (wanted, wanted))


def parser(name: str) -> Any:  # noqa: ANN401 (a module)
    """The module beside this one."""
    path = Path(__file__).with_name(f"{name}.py")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main() -> None:
    """Parse, and write what was found or why not."""
    name, options = sys.argv[1], json.loads(sys.argv[2])
    module = parser(name)
    limit(options["seconds"], options["memory"])
    raw = sys.stdin.buffer.read()
    try:
        found = module.extract(raw, options)
    except module.Refused as refused:
        found = {"refused": np.frombuffer(json.dumps(refused.args).encode(), np.uint8)}
    except MemoryError:
        sys.exit(3)
    out = io.BytesIO()
    np.savez(out, **found)
    sys.stdout.buffer.write(out.getvalue())


if __name__ == "__main__":
    main()
