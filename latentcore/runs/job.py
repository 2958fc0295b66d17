"""What is handed to a worker: only a name, so that the server that hands it loads no PyTorch."""

from importlib import import_module


def work(url: str, run: str) -> str:
    """Train a run of the store at `url` to its end; the state in which it ended."""
    state: str = import_module("latentcore.runs.work").work(url, run)
    return state
