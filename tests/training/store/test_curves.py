"""Rows of curves add: however steps are cut into reports, the means are the same."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from latentcore.training.events import Progress
from latentcore.training.store import curves

TERMS = ["total", "gradient"]
VALUES = np.random.default_rng(0).normal(size=400)


def rows(ends, width):
    """Steps 1 to ends[-1], reported at every end, in stretches of a width."""
    found = curves.read([], len(TERMS))
    for begin, end in zip([0, *ends], ends, strict=False):
        part = VALUES[begin:end]
        told = Progress(end, {"total": part}, part**2, 1.0, 1.0)
        found = found.followed(curves.measured(told, TERMS)).joined(width)
    return found


CUTS = st.lists(st.integers(1, 60), min_size=1, max_size=6).map(lambda n: np.cumsum(n).tolist())


@settings(max_examples=60, deadline=None)
@given(CUTS, st.sampled_from([1, 2, 4, 16]))
def test_means_do_not_depend_on_how_steps_were_reported(ends, width):
    found, whole = rows(ends, width), rows(ends[-1:], width)
    np.testing.assert_array_equal(found.first, whole.first)
    np.testing.assert_array_equal(found.last, whole.last)
    means = curves.means(found, TERMS)
    np.testing.assert_allclose(means.values["total"], curves.means(whole, TERMS).values["total"])
    for first, last, total in zip(found.first, found.last, means.values["total"], strict=True):
        np.testing.assert_allclose(total, VALUES[first - 1 : last].mean())


@settings(max_examples=60, deadline=None)
@given(CUTS)
def test_twice_the_width_is_the_same_as_two_neighbours_joined(ends):
    twice = rows(ends, 2).joined(4)
    np.testing.assert_array_equal(twice.first, rows(ends, 4).first)
    np.testing.assert_allclose(twice.sums, rows(ends, 4).sums)


def test_the_first_step_is_a_stretch_and_the_others_follow_by_width():
    steps = np.arange(1, 12)
    assert curves.stretch(steps, 1).tolist() == steps.tolist()
    assert curves.stretch(steps, 2).tolist() == [1, 2, 2, 4, 4, 6, 6, 8, 8, 10, 10]
    assert curves.stretch(steps, 4).tolist() == [1, 2, 2, 2, 2, 6, 6, 6, 6, 10, 10]


def test_the_width_is_the_least_power_of_two_that_keeps_the_rows_bounded():
    for last in (1, 2, 1023, 1024, 1025, 1026, 2047, 2048, 100_000):
        steps, width = np.arange(1, last + 1), curves.widened(1, last)
        assert len(np.unique(curves.stretch(steps, width))) <= curves.ROWS
        if width > 1:
            assert len(np.unique(curves.stretch(steps, width // 2))) > curves.ROWS
    assert curves.widened(8, 10) == 8  # never back


@settings(max_examples=30, deadline=None)
@given(CUTS, st.sampled_from([1, 4]))
def test_rows_come_back_from_the_database_as_they_were(ends, width):
    found = rows(ends, width)
    kept = [(row["first"], row["last"], row["sums"]) for row in curves.written(found)]
    again = curves.read(kept, len(TERMS))
    for name in ("first", "last", "sums"):
        np.testing.assert_array_equal(getattr(found, name), getattr(again, name))
    wider = curves.read(kept, len(TERMS) + 1)  # a term came later
    assert np.isnan(curves.means(wider, [*TERMS, "late"]).values["late"]).all()
