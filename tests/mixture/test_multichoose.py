"""Multiset coefficients against their definition, factor by factor, at every size of a and v."""

import numpy as np
import pytest

from latentcore.mixture.multichoose import FAR, log_multichoose, slopes

A = np.array([1e-12, 1e-3, 0.7, 12.5, 999.0, 0.9 * FAR, 1.1 * FAR, 1e6, 1e9, 1e12])
V = np.array([1.0, 2, 3, 17, 300, 0.9 * FAR, 1.1 * FAR, 300_000])


def factors(a, v):
    """a, a+1, ..., a+v-1 in extended precision."""
    return np.longdouble(a) + np.arange(int(v), dtype=np.longdouble)


def log_coefficient(a, v):
    return float((np.log(factors(a, v)) - np.log(factors(1, v))).sum())


@pytest.mark.parametrize("v", V)
@pytest.mark.parametrize("part", range(len(A)))
def test_logarithm_and_slopes_are_sums_over_the_factors(part, v):
    f = factors(A[part], v)
    at = np.array([part]), np.array([v])
    first, second = slopes(A, *at)
    exact = log_coefficient(A[part], v)
    np.testing.assert_allclose(log_multichoose(A, *at), exact, rtol=1e-11, atol=1e-10)
    np.testing.assert_allclose(first, float((1 / f).sum()), rtol=1e-10)
    np.testing.assert_allclose(second, -float((1 / f**2).sum()), rtol=3e-10)


def test_counts_beyond_counting_keep_their_digits():
    """(a multichoose v) is a quotient of polynomials in v for whole a: exact at any size."""
    v = np.array([1e8, 1e12, 1e15])
    at = np.array([1, 1, 1]), v
    np.testing.assert_allclose(log_multichoose(np.array([9.0, 1.0]), *at), 0, atol=1e-12)
    np.testing.assert_allclose(
        log_multichoose(np.array([9.0, 2.0]), *at), np.log(v + 1), rtol=1e-14
    )
    three = np.log(v + 1) + np.log(v + 2) - np.log(2)
    np.testing.assert_allclose(log_multichoose(np.array([9.0, 3.0]), *at), three, rtol=1e-14)


def test_components_and_cells_broadcast():
    a = np.array([[0.5, 2.0, 1e7], [3.0, 1e5, 0.1]])
    part, v = np.array([0, 2, 1, 2]), np.array([3.0, 1, 40, 5])
    each = [[log_coefficient(row[c], n) for c, n in zip(part, v, strict=True)] for row in a]
    np.testing.assert_allclose(log_multichoose(a, part, v), each, rtol=1e-11)
