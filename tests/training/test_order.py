"""Batches: every sample once an epoch, one size, and any place can be gone on from."""

from itertools import islice

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentcore.training.order import Order, batches

SIZES = st.integers(1, 30)


@given(n=SIZES, size=SIZES, seed=st.integers(0, 2**64))
def test_batches_are_shuffles_laid_end_to_end(n, size, seed):
    drawn = [index for index, _ in islice(batches(Order(seed), n, size), 12)]
    assert {len(index) for index in drawn} == {min(n, size)}
    stream = np.concatenate(drawn)
    for begin in range(0, len(stream) - n + 1, n):
        assert sorted(stream[begin : begin + n]) == list(range(n))


@given(n=SIZES, size=SIZES, cut=st.integers(0, 20))
def test_every_place_can_be_gone_on_from(n, size, cut):
    whole = list(islice(batches(Order(3), n, size), 30))
    place = whole[cut - 1][1] if cut else Order(3)
    for (a, after), (b, again) in zip(whole[cut:], batches(place, n, size), strict=False):
        np.testing.assert_array_equal(a, b)
        assert after == again


def test_epochs_and_seeds_differ():
    shuffles = {tuple(Order(seed, epoch).shuffled(50)) for seed in range(5) for epoch in range(5)}
    assert len(shuffles) == 25


def test_first_places_are_evenly_shared():
    first = [Order(seed).shuffled(4)[0] for seed in range(4000)]
    assert np.abs(np.bincount(first) - 1000).max() < 5 * np.sqrt(4000 * 0.25 * 0.75)


def test_another_batch_size_or_fewer_data_go_on_too():
    _, place = next(iter(batches(Order(0), 10, 4)))
    index, _ = next(batches(place, 10, 6))
    np.testing.assert_array_equal(index, Order(0).shuffled(10)[4:])
    index, after = next(batches(place, 3, 2))
    np.testing.assert_array_equal(index, Order(0, 1).shuffled(3)[:2])
    assert after == Order(0, 1, 2)


@pytest.mark.parametrize("wrong", [(-1, 0, 0), (0, -1, 0), (0, 0, -1)])
def test_places_are_checked(wrong):
    with pytest.raises(ValueError, match="0 or more"):
        Order(*wrong)
