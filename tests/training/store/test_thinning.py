"""Which pictures stay."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from latentcore.training.store import thinning


def film(steps, size=1):
    """The pictures that are kept after each one that comes."""
    kept = []
    for step in steps:
        kept = [*kept, step]
        gone = thinning.surplus(kept, [size] * len(kept))
        assert gone <= set(kept)
        kept = [step for step in kept if step not in gone]
        yield kept


@pytest.fixture
def eight(monkeypatch):
    monkeypatch.setattr(thinning, "PICTURES", 8)


@settings(max_examples=50, deadline=None)
@given(st.sets(st.integers(0, 10_000), min_size=1, max_size=150).map(sorted))
def test_the_first_and_the_newest_stay_and_there_are_never_too_many(steps):
    for i, kept in enumerate(film(steps)):
        assert (kept[0], kept[-1]) == (steps[0], steps[i])
        assert len(kept) <= thinning.PICTURES


@pytest.mark.usefixtures("eight")
def test_pictures_that_come_evenly_stay_even_and_many():
    for i, kept in enumerate(film(range(0, 5000, 10))):
        gaps = np.diff(kept)
        assert (gaps[:-1] == gaps[:1]).all()
        assert gaps.max(initial=0) <= gaps[:1].sum()
        assert len(kept) >= min(i + 1, 5)


@pytest.mark.usefixtures("eight")
def test_the_example_of_the_module():
    films = list(film(range(12)))
    assert films[7] == [0, 1, 2, 3, 4, 5, 6, 7]
    assert films[8:11] == [[0, 2, 4, 6, 8], [0, 2, 4, 6, 8, 9], [0, 2, 4, 6, 8, 10]]


def test_large_pictures_are_fewer_but_two_stay_however_large(monkeypatch):
    monkeypatch.setattr(thinning, "BYTES", 100)
    assert thinning.surplus([0, 1, 2], [30] * 3) == set()
    assert thinning.surplus([0, 1, 2, 3], [30] * 4) == {1}
    assert thinning.surplus([0, 1, 2], [10, 10, 500]) == {1}
    assert thinning.surplus([0, 1], [500, 500]) == set()
    assert thinning.surplus([], []) == set()
    assert [len(kept) for kept in film(range(5), size=60)] == [1, 2, 2, 2, 2]
