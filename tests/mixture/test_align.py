"""Matching a fit to the truth undoes any permutation, also with components missing or to spare."""

import itertools

import numpy as np
import pytest

from latentcore.mixture.align import alignment, matches
from latentcore.mixture.examples.generate import generate
from latentcore.mixture.examples.presets import GAUSSIAN

TRUTH = GAUSSIAN["wrong-k"].truth
X = generate(TRUTH, 400, np.random.default_rng(0)).data.x


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_permutations_are_undone(order):
    shuffled = TRUTH.take(np.array(order))
    back = shuffled.take(alignment(shuffled, TRUTH, X))
    np.testing.assert_allclose(back.components.centre, TRUTH.components.centre)
    np.testing.assert_allclose(back.heads.coefficient, TRUTH.heads.coefficient)


def test_fewer_components_than_truth():
    fitted = TRUTH.take(np.array([3, 1]))
    assert matches(fitted, TRUTH, X) == {3: 0, 1: 1}
    np.testing.assert_array_equal(alignment(fitted, TRUTH, X), [1, 0])


def test_more_components_than_truth():
    truth = TRUTH.take(np.array([2, 0]))
    x = generate(truth, 400, np.random.default_rng(0)).data.x
    assert matches(TRUTH, truth, x) == {0: 2, 1: 0}
    np.testing.assert_array_equal(alignment(TRUTH, truth, x), [2, 0, 1, 3])
