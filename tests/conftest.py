"""What every test may ask for."""

import os
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
STORE = tempfile.TemporaryDirectory(prefix="latent-lab-", ignore_cleanup_errors=True)
os.environ["LATENT_STORE"] = f"sqlite:///{STORE.name}/runs.sqlite"  # never the user's own runs
if "PYTEST_XDIST_WORKER" in os.environ:  # two processes of two threads wait for each other
    import scipy.linalg  # noqa: F401 - loads the library whose threads are limited
    from threadpoolctl import threadpool_limits

    threadpool_limits(1, user_api="blas")

WORKERS = (ROOT / "tests" / "runs", ROOT / "tests" / "training")


@pytest.hookimpl(tryfirst=True)  # before xdist looks at the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where tests run in several processes, those that start workers or a database stay in one."""
    for item in items:
        if any(map(item.path.is_relative_to, WORKERS)):
            item.add_marker(pytest.mark.xdist_group("workers"))


@pytest.fixture(scope="session")
def root() -> Path:
    """The top folder of the repository (absolute)."""
    return ROOT


@pytest.fixture(scope="session")
def executor():
    """A scheduler with two workers for all tests: to start them takes seconds.

    It remembers whose turn was when, so every file of tests has visitors of its own.
    """
    from latentcore.training.executor import Executor
    from latentcore.training.executor.local import Local

    local = Local(2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LATENT_SCHEDULER", local.address())
        opened = Executor()
    opened.warm()
    yield opened
    opened.close()
    local.close()
