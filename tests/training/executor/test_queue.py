"""Fair order, from nothing but the words that describe it."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentcore.training.executor.limits import Full, Limits, TooMany
from latentcore.training.executor.queue import Queue

WIDE = Limits(at_once=100, each=100, waiting=1000)


def filled(text, limits=WIDE):
    """A queue in which "a1 a2 b1" wait: visitors are letters."""
    queue = Queue(limits)
    for key in text.split():
        queue.add(key, key[0])
    return queue


def taken(queue, n=1000):
    found = []
    while len(found) < n and (key := queue.take()):
        found.append(key)
    return found


def order(queue, text):
    return sorted(text.split(), key=queue.position)


def test_visitors_take_turns_and_each_keeps_its_order():
    queue = filled("a1 a2 a3 b1 c1 c2")
    assert order(queue, "a1 a2 a3 b1 c1 c2") == ["a1", "b1", "c1", "a2", "c2", "a3"]
    assert taken(queue) == ["a1", "b1", "c1", "a2", "c2", "a3"]


def test_a_late_visitor_goes_before_the_second_of_an_early_one():
    queue = filled("a1 a2 a3")
    assert taken(queue, 1) == ["a1"]
    queue.add("b1", "b")
    assert [queue.position(key) for key in ("a1", "b1", "a2", "a3", "x")] == [0, 1, 2, 3, None]


def test_who_has_nothing_running_goes_before_who_has():
    queue = filled("a1 b1")
    taken(queue)
    queue.remove("b1")
    queue.add("a2", "a")
    queue.add("b2", "b")
    assert taken(queue) == ["b2", "a2"]


def test_turns_count_when_nothing_runs():
    queue = filled("a1 b1 a2 b2")
    for key in ("a1", "b1", "a2", "b2"):
        assert taken(queue, 1) == [key]
        queue.remove(key)
    queue.add("b3", "b")
    queue.add("a3", "a")
    assert taken(queue) == ["a3", "b3"]


def test_what_is_taken_out_was_never_there():
    queue = filled("a1 a2 b1 b2")
    queue.remove("a1")
    queue.remove("unknown")
    assert queue.position("a1") is None
    assert len(queue) == 3
    assert taken(queue) == ["a2", "b1", "b2"]


def test_a_visitor_runs_no_more_than_allowed_at_once():
    queue = filled("a1 a2 a3 b1", Limits(at_once=2))
    assert taken(queue) == ["a1", "b1", "a2"]
    assert queue.position("a3") == 1
    queue.remove("b1")
    assert taken(queue) == []
    queue.remove("a1")
    assert taken(queue) == ["a3"]


def test_who_names_no_visitor_is_held_to_the_length_of_the_queue_alone():
    queue = Queue(Limits(at_once=1, each=1, waiting=4))
    for i in range(4):
        queue.add(f"n{i}", "")
    assert len(taken(queue, 3)) == 3
    with pytest.raises(Full):
        for i in range(4, 9):
            queue.add(f"n{i}", "")
    assert len(queue) == 4


def test_limits_say_what_was_found_and_what_to_do():
    queue = filled("a1 a2 a3 a4 a5", Limits())
    taken(queue)
    with pytest.raises(TooMany, match=r"2 running and 3 waiting; 5 at a time.*Stop one of them"):
        queue.add("a6", "a")
    queue.remove("a1")
    queue.add("a6", "a")
    queue = filled(" ".join(f"{chr(300 + i)}1" for i in range(200)), Limits())
    with pytest.raises(Full, match="200 jobs of all visitors are waiting.*Try again"):
        queue.add("a1", "a")
    queue.add("a1", "a", limited=False)
    with pytest.raises(ValueError, match="'a1' runs or waits already"):
        queue.add("a1", "b")


@pytest.mark.parametrize("name", ["at_once", "each", "waiting"])
def test_limits_are_checked(name):
    with pytest.raises(ValueError, match=name):
        Limits(**{name: 0})


VISITORS = st.lists(st.sampled_from("abcd"), min_size=1, max_size=25)
ACTIONS = st.lists(st.tuples(st.sampled_from(["add", "take", "end"]), st.sampled_from("abc")))


@given(VISITORS)
def test_nobody_is_ahead_by_more_than_one_turn(visitors):
    queue = Queue(WIDE)
    for i, visitor in enumerate(visitors):
        queue.add(f"{visitor}{i}", visitor)
    left, had = Counter(visitors), Counter()
    for key in taken(queue):
        least = min(had[visitor] for visitor in left if left[visitor])
        assert had[key[0]] == least
        had[key[0]] += 1
        left[key[0]] -= 1
    assert not +left


@given(ACTIONS)
def test_positions_foretell_who_is_next(actions):
    queue, known = Queue(Limits(at_once=2, each=1000, waiting=1000)), []
    running = []
    for i, (what, visitor) in enumerate(actions):
        if what == "add":
            known.append(f"{visitor}{i}")
            queue.add(known[-1], visitor)
        elif what == "end" and running:
            queue.remove(running.pop(0))
        waiting = [key for key in known if queue.position(key)]
        assert sorted(map(queue.position, waiting)) == list(range(1, len(waiting) + 1))
        if what == "take":
            first = min(waiting, key=queue.position, default=None)
            if key := queue.take():
                assert key == first
                running.append(key)
            else:
                counts = Counter(key[0] for key in running)
                assert all(counts[key[0]] == 2 for key in waiting)
        assert queue.running == len(running)
        assert len(queue) == len([key for key in known if queue.position(key)])
