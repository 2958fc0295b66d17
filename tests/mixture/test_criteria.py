"""Criteria against scikit-learn's at the same parameters, and against their definitions."""

import numpy as np
import pytest
from scipy.stats import dirichlet
from sklearn.mixture import GaussianMixture

from latentcore.data.labelled import Labelled
from latentcore.mixture.covariance import SHAPES
from latentcore.mixture.criteria import criteria
from latentcore.mixture.dirichlet import Dirichlets
from latentcore.mixture.gaussian import Gaussians
from latentcore.mixture.heads import Heads
from latentcore.mixture.mixture import Mixture

SKLEARN = {"spherical": "spherical", "diagonal": "diag", "full": "full"}
WEIGHT = np.array([0.2, 0.5, 0.3])


def gaussians(shape="full", d=4):
    rng = np.random.default_rng(0)
    root = rng.normal(size=(3, d, d))
    covariance = SHAPES[shape].of_variance(0.5 + rng.gamma(2.0, size=(3, d)))
    if shape == "full":
        covariance = SHAPES[shape](root @ root.transpose(0, 2, 1) + 0.3 * np.eye(d))
    return Gaussians(rng.normal(size=(3, d)), covariance, np.zeros(d))


def heads(d, classes=2):
    rng = np.random.default_rng(1)
    return Heads.of(rng.normal(size=(3, classes - 1)), rng.normal(size=(3, classes - 1, d)))


@pytest.mark.parametrize("shape", SKLEARN)
def test_aic_and_bic_are_those_of_scikit_learn(shape):
    ours = Mixture.of(WEIGHT, gaussians(shape))
    x = np.random.default_rng(2).normal(size=(150, 4))
    peer = GaussianMixture(3, covariance_type=SKLEARN[shape], max_iter=1)
    with pytest.warns(Warning, match="did not converge"):
        peer.fit(x)
    dense = ours.components.covariance.dense
    peer.weights_, peer.means_ = WEIGHT, ours.components.mean
    inverse = np.linalg.inv(dense)
    root = np.linalg.cholesky(inverse)
    diagonal = np.sqrt(np.diagonal(inverse, axis1=1, axis2=2))
    peer.precisions_cholesky_ = {"full": root, "diagonal": diagonal}.get(shape, diagonal[:, 0])
    found = criteria(ours, Labelled(x))
    assert found.bic == pytest.approx(peer.bic(x), rel=1e-12)
    assert found.aic == pytest.approx(peer.aic(x), rel=1e-12)
    assert found.log_likelihood == pytest.approx(peer.score(x) * len(x), rel=1e-12)


@pytest.mark.parametrize(
    ("components", "classes", "expected"),
    [
        (gaussians("spherical"), None, 2 + 3 * 5),
        (gaussians("diagonal"), None, 2 + 2 * 3 * 4),
        (gaussians("full"), None, 2 + 3 * 4 + 3 * 10),
        (gaussians("full"), 2, 2 + 3 * 4 + 3 * 10 + 3 * 5),
        (gaussians("full"), 4, 2 + 3 * 4 + 3 * 10 + 3 * 5 * 3),
        (Dirichlets(np.ones((3, 4))), None, 2 + 3 * 4),
        (Dirichlets(np.ones((3, 4))), 2, 2 + 3 * 4 + 3 * 4),  # p numbers a head, not p + 1
        (Dirichlets(np.ones((3, 4))), 3, 2 + 3 * 4 + 3 * 4 * 2),
    ],
)
def test_parameters_are_counted(components, classes, expected):
    mixture = Mixture.of(WEIGHT, components, None if classes is None else heads(4, classes))
    assert mixture.n_parameters == expected


def test_a_head_on_the_simplex_has_as_many_parameters_as_its_rank():
    """Scores of a head over random compositions span p dimensions, not p + 1."""
    x = np.random.default_rng(0).dirichlet(np.ones(4), size=50)
    rank = np.linalg.matrix_rank(np.column_stack([np.ones(50), x]))
    one = Mixture.of(np.ones(1), Dirichlets(np.ones((1, 4))), heads(4).take(np.array([0])))
    assert one.n_parameters - 4 == rank


def test_icl_adds_twice_the_entropy_of_the_responsibilities():
    rng = np.random.default_rng(3)
    x = rng.dirichlet(np.ones(4), size=60)
    alpha = rng.gamma(3.0, size=(3, 4))
    density = WEIGHT * np.array([dirichlet(a).pdf(x.T) for a in alpha]).T
    tau = density / density.sum(1, keepdims=True)
    found = criteria(Mixture.of(WEIGHT, Dirichlets(alpha)), Labelled(x))
    bic = -2 * np.log(density.sum(1)).sum() + (2 + 3 * 4) * np.log(60)
    assert found.bic == pytest.approx(bic, rel=1e-10)
    assert found.icl == pytest.approx(bic - 2 * (tau * np.log(tau)).sum(), rel=1e-10)


def test_a_responsibility_of_zero_has_no_entropy():
    far = Gaussians(np.array([[0.0], [1e4]]), SHAPES["diagonal"](np.ones((2, 1))), np.zeros(1))
    found = criteria(Mixture.of(np.full(2, 0.5), far), Labelled(np.array([[0.0], [1e4]])))
    assert found.entropy == 0
    assert found.icl == found.bic


def test_labels_count_where_both_have_them():
    rng = np.random.default_rng(4)
    x, y = rng.normal(size=(80, 4)), rng.integers(0, 2, 80)
    with_heads, alone = (Mixture.of(WEIGHT, gaussians(), h) for h in (heads(4), None))
    both = criteria(with_heads, Labelled(x, y))
    joint = with_heads.log_joint(x, y)
    assert both.log_likelihood == pytest.approx(np.log(np.exp(joint).sum(1)).sum())
    assert both.parameters == alone.n_parameters + 3 * 5
    assert criteria(with_heads, Labelled(x)) == criteria(alone, Labelled(x, y))


def test_integer_weights_are_copies():
    rng = np.random.default_rng(5)
    x, y, times = rng.normal(size=(30, 4)), rng.integers(0, 2, 30), rng.integers(0, 4, 30)
    mixture = Mixture.of(WEIGHT, gaussians(), heads(4))
    weighted = criteria(mixture, Labelled(x, y, times.astype(float)))
    copied = criteria(mixture, Labelled(np.repeat(x, times, 0), np.repeat(y, times)))
    for name in ("aic", "bic", "icl"):
        assert getattr(weighted, name) == pytest.approx(getattr(copied, name), rel=1e-12)
