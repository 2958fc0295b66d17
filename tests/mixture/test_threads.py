"""Many fits at once, in one process and in forked ones, leave the process as it was."""

import multiprocessing
import threading

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from latentcore.data.labelled import Labelled
from latentcore.mixture import initial
from latentcore.mixture.sweep import blocks, sweep
from latentcore.mixture.threads import one_blas_thread

X = np.random.default_rng(0).normal(size=(40_000, 3))


@pytest.fixture(autouse=True)
def two_threads():
    """As found here: something to restore, whatever the machine and the other tests."""
    with threadpool_limits(2, user_api="blas"):
        yield


def swept() -> float:
    data = Labelled(X)
    start = next(initial.Plan(initial.gaussian(), 3).starts(data, 1, 0))
    chunks = blocks(start, data)  # several, so that they go to several threads
    assert len(chunks) > 1
    return sweep(start, chunks).log_likelihood


def limits() -> list[int]:
    return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]


def test_overlapping_limits_restore_what_the_first_one_found():
    before = limits()
    first, second = one_blas_thread(), one_blas_thread()
    first.__enter__()
    assert set(limits()) == {1}
    second.__enter__()
    first.__exit__(None, None, None)
    assert set(limits()) == {1}  # the second one is still inside
    second.__exit__(None, None, None)
    assert limits() == before


def test_the_last_one_out_may_be_another_thread():
    before, inside, leave = limits(), threading.Event(), threading.Event()

    def second() -> None:
        with one_blas_thread():
            inside.set()
            leave.wait(10)

    thread = threading.Thread(target=second)
    with one_blas_thread():
        thread.start()
        inside.wait(10)
    assert set(limits()) == {1}
    leave.set()
    thread.join()
    assert limits() == before


def test_concurrent_sweeps_agree_and_restore():
    before, alone = limits(), swept()
    found: list[float] = []
    threads = [threading.Thread(target=lambda: found.append(swept())) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [alone] * 6
    assert limits() == before


def _child(queue) -> None:
    queue.put(swept())


def test_a_forked_process_can_sweep():
    alone = swept()
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    child = context.Process(target=_child, args=(queue,))
    child.start()
    assert queue.get(timeout=30) == alone
    child.join()


def test_a_child_forked_in_the_middle_of_a_fit_is_free_again():
    before = limits()
    with one_blas_thread(), multiprocessing.get_context("fork").Pool(1) as pool:
        assert pool.apply(limits) == before
    assert limits() == before
