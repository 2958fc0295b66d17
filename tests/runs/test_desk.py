"""Runs handed in, stopped, resumed, deleted and killed, with real workers."""

import os
import signal
import time
from concurrent.futures import Future
from dataclasses import replace

import numpy as np
import pytest

from latentcore.runs import work
from latentcore.runs.desk import BROKEN, GONE, Desk, _fate
from latentcore.training import Plan
from latentcore.training.executor import Executor, Limits, Lost, NoWorkers, TooMany
from latentcore.training.store import NoSuchRun
from tests.runs.test_work import VQ, add

LONG = replace(VQ, plan=Plan(100_000, batch_size=16, look_every=50, report_seconds=0.1))
ENDED = ("stopped", "finished", "failed")


@pytest.fixture
def desk(store, executor):
    return Desk(store, executor)


def until(true, seconds=30.0):
    """Wait; the time it took."""
    begun = time.monotonic()
    while not true():
        assert time.monotonic() - begun < seconds, "it never happened"
        time.sleep(0.02)
    return time.monotonic() - begun


def ended(store, run):
    return lambda: store.run(run).state in ENDED


def training(store, run, steps=20):
    return lambda: store.run(run).state == "running" and store.run(run).step >= steps


def test_a_run_is_trained_and_comes_out_as_it_would_here(desk, store):
    run = desk.start(VQ, "ada", "first")
    until(ended(store, run))
    kept = store.run(run)
    assert (kept.state, kept.name, kept.visitor) == ("finished", "first", "ada")
    until(lambda: desk.position(run) is None)
    alone = add(store, VQ)
    work.work(store.url, alone)
    here, there = store.curves(alone), store.curves(run)
    np.testing.assert_allclose(here.values["total"], there.values["total"], rtol=1e-5)


def test_stop_takes_less_than_two_seconds_and_resume_goes_on(desk, store):
    run = desk.start(LONG, "ada")
    until(training(store, run))
    desk.stop(run)
    assert until(ended(store, run)) < 2.5
    step = store.run(run).step
    assert store.run(run).state == "stopped" and store.saved(run)[0] == step
    desk.resume(run, "ada")  # at once: its worker may not have left yet
    desk.resume(run, "ada")  # a second click
    until(training(store, run, step + 20))
    desk.stop(run)
    until(ended(store, run))
    curves = store.curves(run)
    assert (np.diff(curves.step) > 0).all()


def test_a_run_that_waits_is_stopped_at_once(store):
    executor = Executor(workers=1, limits=Limits(at_once=1, each=3))
    desk = Desk(store, executor)
    try:
        first, second = desk.start(LONG, "ada"), desk.start(LONG, "ada")
        until(lambda: desk.position(second) == 1)
        desk.stop(second)
        assert store.run(second).state == "stopped"
        assert desk.position(second) is None
        desk.start(LONG, "ada")
        desk.start(LONG, "ada")
        with pytest.raises(TooMany, match="3 at a time"):
            desk.start(LONG, "ada")
        assert len(store.runs()) == 4  # what was refused is not kept
        desk.delete(first)
        with pytest.raises(NoSuchRun):
            store.run(first)
    finally:
        executor.close()
    left = [run for run in store.runs() if run.id != second]
    assert {(run.state, run.message) for run in left} == {("stopped", GONE)}
    with pytest.raises(NoWorkers):  # and nothing is forgotten
        desk.resume(left[0].id, "ada")
    assert store.run(left[0].id).message == GONE


def test_a_run_deleted_in_training_frees_its_worker(desk, store):
    run = desk.start(LONG, "ada")
    until(training(store, run))
    desk.delete(run)
    assert until(lambda: desk.position(run) is None) < 3
    again = desk.start(VQ, "ada")
    until(ended(store, again))


def test_a_killed_worker_changes_no_number(desk, store):
    recipe = replace(VQ, plan=Plan(3000, batch_size=16, look_every=200, report_seconds=0.1))
    calm, hurt = desk.start(recipe, "ada"), desk.start(recipe, "bea")
    until(lambda: (store.saved(hurt) or (0,))[0] > 0)
    pid = int(store.run(hurt).versions["process"])
    os.kill(pid, signal.SIGKILL)
    until(ended(store, calm), 120)
    until(ended(store, hurt), 120)
    assert store.run(hurt).state == store.run(calm).state == "finished"
    assert int(store.run(hurt).versions["process"]) != pid
    ours, theirs = store.curves(hurt), store.curves(calm)
    for name, values in theirs.values.items():
        np.testing.assert_array_equal(ours.values[name], values, err_msg=name)
    assert store.steps(hurt) == store.steps(calm)
    assert store.saved(hurt)[0] == store.saved(calm)[0] == 3000


def test_a_run_that_its_workers_gave_up_says_why_and_can_be_resumed(desk, store):
    run, given_up = add(store, LONG), Future()
    store.begin(run, "cpu", {})
    given_up.set_exception(Lost("three times"))
    desk._settle(run, given_up)
    assert (store.run(run).state, store.run(run).message) == ("failed", "three times")
    assert _fate(KeyError("a value"), asked=False) == ("failed", BROKEN)
    desk.resume(run, "dan")
    assert store.run(run).message == ""
    until(training(store, run))
    desk.stop(run)
    until(ended(store, run))


def test_without_workers_a_run_fails_with_the_reason(store):
    executor = Executor("http://nowhere")
    desk = Desk(store, executor)
    run = desk.start(VQ, "ada")
    until(ended(store, run))
    assert store.run(run).state == "failed" and "LATENT_SCHEDULER" in store.run(run).message
    executor.close()


def test_runs_that_wait_belong_to_the_server_that_keeps_them(desk, store):
    """Two servers on one store: one takes no run of the other's for lost while that one lives."""
    others = Desk(store, Executor())
    waits, later = add(store, LONG), time.time() + 1000
    desk.executor._queue._running[waits] = "eve"  # as if all its workers were busy
    desk.tidy(later)
    others.tidy(later + 100)
    assert store.run(waits).state == "waiting"
    del desk.executor._queue._running[waits]
    others.tidy(later + 200)
    assert (store.run(waits).state, store.run(waits).message) == ("stopped", GONE)
    others.executor.close()


def test_what_a_dead_server_left_behind_can_be_resumed(desk, store):
    run = add(store, VQ)
    store.begin(run, "cpu", {})
    desk.tidy(time.time())
    assert store.run(run).state == "running"  # it may still be alive elsewhere
    desk.tidy(time.time() + 1000)
    assert (store.run(run).state, store.run(run).message) == ("stopped", GONE)
    desk.resume(run, "ada")
    until(ended(store, run))
    assert store.run(run).state == "finished"
