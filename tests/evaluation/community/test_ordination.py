"""Ordinations against scikit-learn and against each other."""

import numpy as np
import pytest
from scipy.spatial.distance import pdist, squareform
from sklearn.decomposition import PCA
from sklearn.manifold import ClassicalMDS

from latentcore.data.preparation.composition import closure, clr, ilr
from latentcore.evaluation.community import ordination


def samples(n=30, p=7):
    return closure(np.random.default_rng(0).gamma(1.5, size=(n, p)))


def test_principal_components_are_scikit_learns():
    x = clr(samples())
    peer = PCA(2).fit(x)
    found = ordination.principal_components(x)
    np.testing.assert_allclose(np.abs(found.points), np.abs(peer.transform(x)), atol=1e-10)
    np.testing.assert_allclose(found.share, peer.explained_variance_ratio_)
    np.testing.assert_allclose(ordination.principal_components(ilr(samples())).points, found.points)


def test_principal_coordinates_of_euclidean_distances_are_principal_components():
    x = clr(samples())
    components = ordination.principal_components(x)
    coordinates = ordination.principal_coordinates(squareform(pdist(x)))
    np.testing.assert_allclose(coordinates.points, components.points, atol=1e-8)
    np.testing.assert_allclose(coordinates.share, components.share, atol=1e-10)


def test_principal_coordinates_are_scikit_learns_classical_scaling():
    distance = ordination.bray_curtis(samples())
    peer = ClassicalMDS(2, metric="precomputed").fit(distance)
    found = ordination.principal_coordinates(distance)
    np.testing.assert_allclose(np.abs(found.points), np.abs(peer.embedding_), atol=1e-8)
    assert 0 < found.share[1] < found.share[0] < 1


def test_bray_curtis_is_what_two_closed_samples_do_not_share():
    x = samples(5)
    distance = ordination.bray_curtis(x)
    for i in range(5):
        for j in range(5):
            assert distance[i, j] == pytest.approx(1 - np.minimum(x[i], x[j]).sum())


def test_negative_eigenvalues_count_in_the_whole():
    far = np.array([[0, 1, 1, 9], [1, 0, 1, 1], [1, 1, 0, 1], [9, 1, 1, 0.0]])  # no triangle
    assert ordination.principal_coordinates(far).share.sum() < 0.999


def test_axes_do_not_flip_and_samples_are_named():
    x = clr(samples())
    found = ordination.principal_components(x)
    again = ordination.principal_components(-x[::-1])
    for side in (found, again):
        largest = np.abs(side.points).argmax(0)
        assert (side.points[largest, [0, 1]] > 0).all()
    rows = ordination.some(5000, 1)
    assert len(rows) == ordination.MOST and (np.diff(rows) > 0).all()
    assert ordination.some(10, 1).tolist() == list(range(10))


@pytest.mark.parametrize("x", [np.ones((3, 2)), np.ones((1, 4)), np.ones((4, 1))])
def test_nothing_to_ordinate_is_a_point(x):
    found = ordination.principal_components(x)
    assert found.points.shape == (len(x), 2) and not found.points.any()
    flat = ordination.principal_coordinates(np.zeros((len(x), len(x))))
    assert flat.points.shape == (len(x), 2) and not flat.points.any()
