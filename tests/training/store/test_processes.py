"""Several processes and threads at one database."""

import multiprocessing
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import OperationalError

from latentcore.training.store import Store, database
from tests.training.store.reports import report, shot, worker

FRESH = multiprocessing.get_context("spawn")
SECONDS = 120.0


@pytest.fixture
def start():
    """Starts workers in processes of their own; none is left behind."""
    processes = []

    def starting(*arguments):
        processes.append(FRESH.Process(target=worker, args=arguments))
        processes[-1].start()
        return processes[-1]

    yield starting
    for process in processes:
        process.kill()
        process.join(SECONDS)
        process.close()


def wait(condition):
    """Until it holds."""
    limit = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < limit, "it did not come about"
        time.sleep(0.01)


def test_workers_write_at_once_while_the_server_reads(url, store, start):
    ids = [store.add({}, "VAE", "a", "me", 500) for _ in range(3)]
    processes = [start(url, id, 500) for id in ids]
    looks = 0
    while any(process.is_alive() for process in processes):
        for id in ids:
            curves = store.curves(id)
            assert curves.values.get("total", curves.step).tolist() == curves.step.tolist()
            picture, steps = store.picture(id), store.steps(id)
            assert picture is None or (picture.arrays["a"] == picture.step).all()
            assert len(steps) <= 64
        looks += 1
    assert looks > 10
    assert [process.exitcode for process in processes] == [0, 0, 0]
    for id in ids:
        assert store.run(id).state == "finished"
        assert store.curves(id).values["total"].tolist() == list(range(1, 501))


def test_stores_that_are_opened_at_once_make_the_tables_once(url):
    with ThreadPoolExecutor(8) as pool:
        stores = list(pool.map(lambda _: Store(url), range(8)))
        ids = list(pool.map(lambda store: store.add({}, "VAE", "a", "me", 1), stores))
    assert {kept.id for kept in stores[0].runs()} == set(ids)
    for store in stores:
        store.close()


def test_a_worker_whose_run_is_deleted_notices(url, store, start):
    id = store.add({}, "VAE", "a", "me", 10**6)
    process = start(url, id, 10**6)
    wait(lambda: store.run(id).step >= 100)
    store.delete(id)
    process.join(SECONDS)
    assert process.exitcode == 3
    assert store.runs() == []


def test_a_worker_that_is_killed_leaves_a_run_that_another_goes_on_with(url, store, start):
    id = store.add({}, "VAE", "a", "me", 10**6)
    process = start(url, id, 10**6)
    wait(lambda: store.run(id).step >= 120)
    process.kill()
    process.join(SECONDS)
    saved, _ = store.saved(id)
    died = store.run(id).step
    assert died >= saved >= 100
    assert store.lost(time.time() + 1, silence=0.0) == [id]
    end = died + 200 - died % 50
    other = start(url, id, end)
    other.join(SECONDS)
    assert other.exitcode == 0
    assert store.run(id).step == end
    curves = store.curves(id)
    if end <= 1024:
        assert curves.step.tolist() == list(range(1, end + 1))
    assert (curves.step[0], curves.step[-1]) == (1, end)


def test_threads_share_a_store(store):
    ids = [store.add({}, "VAE", "a", "me", 100) for _ in range(4)]

    def work(id):
        for last in range(10, 110, 10):
            store.progress(id, report(last))
            store.snapshot(id, shot(last))
        return store.curves(id).step.tolist()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, ids)) == [list(range(1, 101))] * 4


def test_a_writer_waits_for_another(sqlite):
    store = Store(sqlite)
    id = store.add({}, "VAE", "a", "me", 100)
    other = sqlite3.connect(sqlite.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(store.rename, id, "b")
        time.sleep(0.2)
        assert not writing.done()
        assert store.run(id).name == "a"  # a reader does not wait
        other.execute("COMMIT")
        writing.result(SECONDS)
    assert store.run(id).name == "b"
    other.close()
    store.close()


def test_a_store_whose_connections_were_cut_makes_new_ones(postgresql):
    store, other = Store(postgresql), Store(postgresql)
    id = store.add({}, "VAE", "a", "me", 100)
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    for call in (lambda: store.rename(id, "b"), lambda: store.run(id)):
        with other._engine.connect() as connection:
            own = " AND datname = current_database()"
            assert connection.exec_driver_sql(others + own).scalars().all() == [True]
        call()
    assert store.run(id).name == "b"
    store.close()
    other.close()


def busy(times, error="database is locked"):
    """Work that fails so many times before it is done."""
    left = [None] * times

    def work():
        if left:
            left.pop()
            raise OperationalError("UPDATE", {}, sqlite3.OperationalError(error))
        return "done"

    return work


def test_what_passes_is_tried_again_and_what_does_not_is_told(monkeypatch):
    monkeypatch.setattr(database, "PAUSES", (0.0, 0.0))
    assert database.attempt(busy(2)) == "done"
    with pytest.raises(OperationalError, match="locked"):
        database.attempt(busy(3))
    work = busy(1, "no such table")
    with pytest.raises(OperationalError, match="no such table"):
        database.attempt(work)
    assert work() == "done"  # it was tried once only
