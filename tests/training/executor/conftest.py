"""One cluster of two workers for all tests of this folder: to start it takes seconds."""

import pytest

from latentcore.training.executor import Executor


@pytest.fixture(scope="session")
def executor():
    executor = Executor(workers=2)
    executor.warm()
    yield executor
    executor.close()
