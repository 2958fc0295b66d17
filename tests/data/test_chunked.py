"""Data read part by part are the same data."""

from functools import partial

import numpy as np
import pytest

from latentcore.data.chunked import Chunked
from latentcore.data.labelled import Labelled
from tests.elsewhere import elsewhere

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(100, 3)), RNG.integers(3, size=100)
W = RNG.integers(0, 3, size=100).astype(float)


def whole(data: Chunked) -> Labelled:
    parts = [part for _, part in data.parts()]
    return Labelled(
        np.concatenate([p.x for p in parts]),
        None if parts[0].y is None else np.concatenate([p.y for p in parts]),
        np.concatenate([p.weights for p in parts]),
        data.classes,
    )


def test_an_array_comes_in_parts(tmp_path):
    x = np.memmap(tmp_path / "x", np.float64, "w+", shape=X.shape)
    x[:] = X
    x.flush()
    x = np.memmap(tmp_path / "x", np.float64, "r", shape=X.shape)
    data = Chunked.from_array(x, Y, W, rows=30)
    assert [first for first, _ in data.parts()] == [0, 30, 60, 90]
    assert (len(data), data.features, data.total_weight) == (100, 3, W.sum())
    assert data.classes == ("0", "1", "2")
    for _ in range(2):
        np.testing.assert_array_equal(whole(data).x, X)
        np.testing.assert_array_equal(whole(data).y, Y)
        np.testing.assert_array_equal(whole(data).weights, W)
    np.testing.assert_array_equal(data.row(61), X[61])


@pytest.mark.parametrize("parts", [
    lambda: (X[i : i + 40] for i in range(0, 100, 40)),
    [X[:10], X[10:]],
    lambda: [Labelled(X)],
])  # fmt: skip
def test_anything_that_can_be_read_again(parts):
    data = Chunked.of(parts)
    np.testing.assert_array_equal(whole(data).x, X)
    assert data.classes == ()


def test_pairs_bring_labels_and_a_class_may_be_missing_in_a_part():
    data = Chunked.of([(X[:50], np.zeros(50, int)), (X[50:], Y[50:])])
    assert data.classes == ("0", "1", "2")
    assert all(part.classes == data.classes for _, part in data.parts())


def test_some_samples_are_drawn_without_replacement():
    data = Chunked.of([(X[:50], Y[:50]), (X[50:], Y[50:])])
    few = data.some(20, np.random.default_rng(1))
    rows = [int(np.flatnonzero((x == X).all(1))[0]) for x in few.x]
    assert len(set(rows)) == 20 and rows == sorted(rows)
    np.testing.assert_array_equal(few.y, Y[rows])
    np.testing.assert_array_equal(data.some(999, np.random.default_rng(1)).x, X)


def test_what_cannot_be_read_again_is_refused():
    with pytest.raises(ValueError, match="only once.*lambda"):
        Chunked.of(iter([X]))


def test_parts_that_do_not_fit():
    with pytest.raises(ValueError, match="parts differ"):
        Chunked.of([X, X[:, :2]])
    with pytest.raises(ValueError, match="parts differ"):
        Chunked.of([X, (X, Y)])
    with pytest.raises(ValueError, match="no samples"):
        Chunked.of([])
    with pytest.raises(ValueError, match="begins at row 100.*nan at row 7, column 1"):
        bad = X.copy()
        bad[7, 1] = np.nan
        Chunked.of([X, bad])


def test_parts_may_be_named_by_what_opens_them():
    opened = []

    def part(i):
        opened.append(i)
        return X[i : i + 40], Y[i : i + 40]

    data = Chunked.of([partial(part, i) for i in range(0, 100, 40)], ("a", "b", "c"))
    assert (opened, data.lengths) == ([0, 40, 80], (40, 40, 20))
    np.testing.assert_array_equal(whole(data).x, X)
    np.testing.assert_array_equal(whole(data.through(np.exp)).x, np.exp(X))
    assert whole(data).classes == ("a", "b", "c")


def first_and_labels(first, part):
    return first, part.x.sum(), part.y.tolist(), part.classes


@pytest.mark.parametrize("work", [None, np.exp])
def test_each_part_is_worked_on_where_the_map_does_it(work):
    parts = [partial(tuple, (X[i : i + 40], Y[i : i + 40])) for i in range(0, 100, 40)]
    data = Chunked.of(parts, ("a", "b", "c", "d"))
    if work is not None:
        data = data.through(work)
    here = list(data.each(first_and_labels))
    assert [first for first, *_ in here] == [0, 40, 80]
    assert here[0][3] == ("a", "b", "c", "d")
    assert list(data.over(elsewhere).each(first_and_labels)) == here


def test_data_do_not_travel():
    with pytest.raises(ValueError, match="these parts are data.*partial"):
        Chunked.of([X[:50], X[50:]]).over(elsewhere)


def test_a_part_that_changes_elsewhere_is_noticed(tmp_path):
    for i in range(2):
        np.save(tmp_path / f"{i}.npy", X[:10])
    data = Chunked.of([partial(np.load, tmp_path / f"{i}.npy") for i in range(2)]).over(elsewhere)
    np.save(tmp_path / "1.npy", X[:9])
    with pytest.raises(ValueError, match="begins at row 10 had 10 samples at first, 9 in a later"):
        list(data.each(first_and_labels))
    np.save(tmp_path / "1.npy", np.full((10, 3), np.nan))
    with pytest.raises(ValueError, match="begins at row 10: .*row 0, column 0"):
        list(data.each(first_and_labels))


def test_data_that_change_are_noticed():
    passes = iter([[X], [X, X]])
    data = Chunked.of(lambda: next(passes))
    with pytest.raises(ValueError, match="100 samples at first, 200"):
        whole(data)


def test_no_weight_at_all():
    with pytest.raises(ValueError, match="every weight is zero"):
        Chunked.from_array(X, weight=np.zeros(100))
