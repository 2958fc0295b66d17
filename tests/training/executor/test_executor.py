"""Real processes: what is asked for is done, in turn, and ends when it is told to."""

import os
import time
from concurrent.futures import CancelledError

import pytest

from latentcore.training.executor import Executor, Limits, TooMany, stop_asked
from tests.training.executor import jobs
from tests.training.executor.watching import alive, lines, until


def test_a_job_is_done_elsewhere(executor):
    assert executor.submit("a", jobs.double, 21).result(60) == 42
    assert executor.submit("a", jobs.process).result(60) != os.getpid()
    assert executor.position("a") is None and executor.ready


def test_nobody_is_ready_before_the_first_job():
    idle = Executor()
    assert not idle.ready
    idle.close()


def test_an_error_is_that_of_the_function(executor):
    with pytest.raises(LookupError, match="not here"):
        executor.submit("a", jobs.fail, "not here").result(60)


def test_a_function_without_a_name_travels_too(executor):
    assert executor.submit("a", lambda: sum(range(4))).result(60) == 6


def test_a_map_brings_every_item_once_with_its_number(executor):
    assert sorted(executor.map(jobs.double, range(30))) == [(i, 2 * i) for i in range(30)]
    assert sorted(executor.map(jobs.double, range(7), visitor="ann")) == [
        (i, 2 * i) for i in range(7)
    ]
    assert list(executor.map(jobs.double, [])) == []


def test_a_map_takes_items_as_places_become_free(executor):
    seen = []
    found = executor.map(jobs.double, (seen.append(i) or i for i in range(100)))
    next(found)
    assert len(seen) < 10
    found.close()
    assert executor.submit("a", jobs.double, 1).result(60) == 2


def test_the_first_error_ends_a_map(executor):
    with pytest.raises(LookupError, match="no"):
        list(executor.map(jobs.fail, ["no"] * 20))


def test_two_run_and_the_others_wait_in_turn(executor, tmp_path):
    log, until_file = tmp_path / "log", tmp_path / "go"
    asked = [("a1", "ann"), ("a2", "ann"), ("a3", "ann"), ("b1", "bob"), ("c1", "cem")]
    futures = [
        executor.submit(key, jobs.hold, log, key, until_file, visitor=visitor)
        for key, visitor in asked[:2]
    ]
    assert until(lambda: len(lines(log)) == 2)
    futures += [
        executor.submit(key, jobs.hold, log, key, until_file, visitor=visitor)
        for key, visitor in asked[2:]
    ]
    assert [executor.position(key) for key, _ in asked] == [0, 0, 3, 1, 2]
    until_file.touch()
    for future in futures:
        future.result(60)
    assert set(lines(log)[2:4]) == {"b1", "c1"}  # two at a time: either may be first
    assert [executor.position(key) for key, _ in asked] == [None] * 5


def test_a_class_of_thirty_goes_round_in_turns(executor, tmp_path):
    log, go = tmp_path / "log", tmp_path / "go"
    held = [executor.submit(f"h{i}", jobs.hold, tmp_path / "held", i, go) for i in range(2)]
    assert until(lambda: len(lines(tmp_path / "held")) == 2)
    keys = [f"{turn}:{visitor}" for visitor in range(30) for turn in range(3)]
    futures = [
        executor.submit(key, jobs.write, log, key, visitor=key.partition(":")[2]) for key in keys
    ]
    assert sorted(map(executor.position, keys)) == list(range(1, 91))
    go.touch()
    for future in held + futures:
        future.result(60)
    assert sorted(lines(log)) == sorted(keys)
    for turn in range(3):  # two at a time, so neighbours may change places
        inner = lines(log)[30 * turn + 1 : 30 * turn + 29]
        assert {key[0] for key in inner} == {str(turn)}


def test_a_visitor_is_limited_and_another_is_not(executor, tmp_path):
    go = tmp_path / "go"
    each = Limits().each
    futures = [
        executor.submit(f"a{i}", jobs.hold, tmp_path / "log", i, go, visitor="ann")
        for i in range(each)
    ]
    with pytest.raises(TooMany):
        executor.submit("more", jobs.double, 1, visitor="ann")
    other = executor.submit("b", jobs.double, 1, visitor="bob")
    go.touch()
    assert other.result(60) == 2
    for future in futures:
        future.result(60)


def test_who_waits_is_cancelled_at_once(executor, tmp_path):
    go = tmp_path / "go"
    held = [executor.submit(f"h{i}", jobs.hold, tmp_path / "log", i, go) for i in range(2)]
    waiting = executor.submit("w", jobs.write, tmp_path / "never", "x")
    executor.cancel("w")
    executor.cancel("unknown")
    assert waiting.cancelled()
    assert executor.position("w") is None
    go.touch()
    for future in held:
        future.result(60)
    assert not lines(tmp_path / "never")


def test_who_listens_ends_in_good_order(executor, tmp_path):
    assert not stop_asked()
    future = executor.submit("l", jobs.listen, tmp_path / "log")
    assert until(lambda: lines(tmp_path / "log"))
    executor.cancel("l")
    assert future.result(2) == "ended in good order"


def test_who_does_not_listen_is_killed_within_two_seconds_and_its_place_is_free(executor, tmp_path):
    future = executor.submit("d", jobs.deaf, tmp_path / "log")
    assert until(lambda: lines(tmp_path / "log"))
    (worker,) = lines(tmp_path / "log")
    other = executor.submit("h", jobs.hold, tmp_path / "other", "h", tmp_path / "go")
    assert until(lambda: lines(tmp_path / "other"))
    begun = time.monotonic()
    executor.cancel("d")
    assert isinstance(future.exception(5), CancelledError)
    assert time.monotonic() - begun < 3  # two, on a machine that has the time
    assert until(lambda: not alive(int(worker)), 2)
    assert executor.submit("a", jobs.process).result(60) != int(worker)  # by the one started anew
    (tmp_path / "go").touch()
    other.result(60)
    assert len(lines(tmp_path / "log")) == 1  # nobody began it again
    assert len(lines(tmp_path / "other")) == 1


def test_a_job_that_loses_its_worker_begins_again_though_the_other_is_busy(executor, tmp_path):
    log, go = tmp_path / "log", tmp_path / "go"
    other = executor.submit("o", jobs.hold, tmp_path / "other", "o", tmp_path / "later")
    assert until(lambda: lines(tmp_path / "other"))
    future = executor.submit("k", jobs.hold_process, log, go)
    assert until(lambda: lines(log))
    os.kill(int(lines(log)[0]), 9)
    assert until(lambda: len(lines(log)) == 2)
    assert executor.position("k") == 0
    go.touch()
    assert future.result(60) == int(lines(log)[1]) != int(lines(log)[0])
    (tmp_path / "later").touch()
    other.result(60)


def test_a_job_that_kills_its_workers_is_given_up_with_a_sentence(executor):
    with pytest.raises(RuntimeError, match="given up: 3 processes.*Make it smaller"):
        executor.submit("s", jobs.suicide).result(120)
