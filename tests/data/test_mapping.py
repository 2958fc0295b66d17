"""Results come in order of their numbers, as early as they can."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentcore.data.mapping import here, in_order


@given(st.permutations(range(8)))
def test_results_come_by_number_each_as_soon_as_all_before_it_are_there(order):
    heard = []
    found = in_order((heard.append(i) or i, 10 * i) for i in order)
    for i in range(8):
        assert next(found) == 10 * i
        assert set(range(i + 1)) <= set(heard)
        assert heard[-1] <= i or len(heard) == 1 + max(order.index(j) for j in range(i + 1))
    assert list(found) == []


def test_here_each_is_done_when_it_is_asked_for():
    done = []
    found = here(lambda x: done.append(x) or -x, iter([3, 4, 5]))
    assert next(found) == (0, -3)
    assert done == [3]
    assert list(found) == [(1, -4), (2, -5)]


def test_an_error_comes_in_its_turn():
    found = in_order(here(lambda x: 1 / x, [1, 2, 0, 4]))
    assert [next(found), next(found)] == [1, 0.5]
    with pytest.raises(ZeroDivisionError):
        next(found)
