"""A vocabulary loses nothing: sums over cells are sums over samples, and cells are found again."""

import numpy as np
import pytest

from latentcore.mixture import vocabulary
from latentcore.mixture.vocabulary import Vocabulary


@pytest.fixture
def counts():
    rng = np.random.default_rng(0)
    x = rng.poisson(rng.gamma(0.3, 20, size=(60, 7))).astype(float)
    x[:, 3] = 0  # a part that never occurs
    x[:, 0] += x.sum(1) == 0
    x[5] = [0, 0, 1, 0, 0, 0, 0]
    x[6, 1] = 2.0**52 + 1
    return x


def test_weighted_sums_over_cells_are_sums_over_samples(counts):
    known = Vocabulary.of(counts)
    weight = np.random.default_rng(1).random(len(counts))
    codes = known.codes(counts)
    tally = np.zeros(len(known) + 1)
    np.add.at(tally, codes, weight[:, None])
    for j, column in enumerate(np.c_[counts, counts.sum(1)].T):
        own = known.part == j
        assert set(known.value[own]) == set(column) - {0}
        for f in (np.sqrt, np.log1p, lambda v: v == 1):
            assert (tally[1:][own] * f(known.value[own])).sum() == pytest.approx(
                weight @ f(column), rel=1e-12
            )


def test_codes_name_the_cells_of_each_row(counts):
    known = Vocabulary.of(counts)
    for row, codes in zip(counts, known.codes(counts), strict=True):
        seen = codes[codes > 0] - 1
        expected = [(j, v) for j, v in enumerate([*row, row.sum()]) if v]
        assert list(zip(known.part[seen], known.value[seen], strict=True)) == expected


def test_an_unknown_cell_has_no_number(counts):
    known = Vocabulary.of(counts[:30])
    new = counts[:30].copy()
    new[4, 2] = 1e6
    codes = known.codes(new)
    assert (codes[4] == -1).sum() == 2  # the cell and its row's total
    assert (np.delete(codes, 4, axis=0) >= 0).all()
    assert (Vocabulary(known.cells[:0]).codes(new) <= 0).all()


def test_parts_of_a_table_make_the_same_vocabulary(counts, monkeypatch):
    whole = Vocabulary.of(counts)
    union = Vocabulary.of(counts[:13]) | Vocabulary.of(counts[13:])
    np.testing.assert_array_equal(union.cells, whole.cells)
    monkeypatch.setattr(vocabulary, "AT_ONCE", 20)
    np.testing.assert_array_equal(Vocabulary.of(counts).cells, whole.cells)
