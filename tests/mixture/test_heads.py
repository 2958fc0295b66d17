"""Heads against scikit-learn, statsmodels and their own finite differences."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.optimize import approx_fprime
from sklearn.linear_model import LogisticRegression

from latentcore.mixture.heads import Heads
from latentcore.mixture.solvers import Problem, solve

N, D = 300, 4


def problem(classes, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(N, D)) * [1, 3, 0.2, 10] + [0, 5, -1, 100]
    truth = rng.normal(size=(classes, D)) / x.std(0)
    y = ((x - x.mean(0)) @ truth.T + rng.gumbel(size=(N, classes))).argmax(1)
    return x, y, rng.uniform(0, 2, size=(N, 2))


def fitted(heads, x, y, weight):
    return solve(heads, Problem.of(heads, x, y, weight))


def plain(k, classes, ridge, x):
    """Heads on unscaled features, so that the ridge is in units other packages know."""
    zero = np.zeros((k, classes - 1, x.shape[1] + 1))
    return Heads(zero, np.zeros(x.shape[1]), np.ones(x.shape[1]), ridge, 1e-12)


def test_unpenalised_heads_equal_statsmodels_glm():
    x, y, weight = problem(2)
    heads = Heads.zero(2, 2, x, ridge=0.0)
    heads = Heads(heads.coefficient, heads.origin, heads.scale, 0.0, 0.0)
    heads = fitted(heads, x, y, weight)
    for k in range(2):
        theirs = sm.GLM(
            y, sm.add_constant(x), sm.families.Binomial(), freq_weights=weight[:, k]
        ).fit(tol=1e-14)
        ours = np.r_[heads.intercept[k, 0], heads.weight[k, 0]]
        np.testing.assert_allclose(ours, theirs.params, rtol=1e-6)


@pytest.mark.parametrize("classes", [2, 3, 4])
def test_ridge_heads_equal_scikit_learn(classes):
    """Our ridge is symmetric in the classes: scikit-learn's at half the strength, softmax."""
    x, y, weight = problem(classes)
    x = (x - x.mean(0)) / x.std(0)
    ridge = 3.0
    heads = fitted(plain(2, classes, ridge, x), x, y, weight)
    strength = ridge if classes == 2 else 2 * ridge
    for k in range(2):
        theirs = LogisticRegression(C=1 / strength, solver="newton-cholesky", tol=1e-10)
        theirs.fit(x, y, sample_weight=weight[:, k])
        np.testing.assert_allclose(heads.prob(x)[:, k], theirs.predict_proba(x), atol=1e-6)


@pytest.mark.parametrize("classes", [2, 3])
def test_gradient_and_curvature_by_differences(classes):
    x, y, weight = problem(classes)
    rng = np.random.default_rng(1)
    zero = Heads.zero(2, classes, x)
    heads = Heads(rng.normal(size=zero.coefficient.shape), zero.origin, zero.scale, 0.0, 0.0)
    design = heads.design(x, y)

    def value(flat):
        other = Heads(flat.reshape(zero.coefficient.shape), zero.origin, zero.scale)
        return float((weight * other.log_prob(x, y)).sum())

    def gradient(flat):
        other = Heads(flat.reshape(zero.coefficient.shape), zero.origin, zero.scale)
        p = other.evaluate(design, y)[1]
        return other.statistics_at(design, y, p, weight.T).gradient.ravel()

    flat = heads.coefficient.ravel()
    np.testing.assert_allclose(gradient(flat), approx_fprime(flat, value, 1e-6), atol=2e-3)
    sums = heads.statistics_at(design, y, heads.evaluate(design, y)[1], weight.T)
    size = (classes - 1) * (D + 1)
    jacobian = approx_fprime(flat, gradient, 1e-6)
    for k in range(2):
        own = slice(k * size, (k + 1) * size)
        ours = sums.curvature[k].swapaxes(1, 2).reshape(size, size)
        np.testing.assert_allclose(ours, -jacobian[own, own], atol=2e-3)


@pytest.mark.parametrize("classes", [2, 3, 5])
def test_bound_dominates_the_curvature(classes):
    """Bohning: bound - Hessian is positive semi-definite at any coefficients."""
    x, y, weight = problem(classes)
    rng = np.random.default_rng(2)
    zero = Heads.zero(2, classes, x)
    for scale in (0.0, 0.5, 3.0):
        coefficient = scale * rng.normal(size=zero.coefficient.shape)
        heads = Heads(coefficient, zero.origin, zero.scale)
        design = heads.design(x, y)
        p = heads.evaluate(design, y)[1]
        size = (classes - 1) * (D + 1)
        real, bound = (
            heads.statistics_at(design, y, p, weight.T, bound=b).curvature
            .swapaxes(2, 3).reshape(2, size, size)
            for b in (False, True)
        )  # fmt: skip
        assert np.linalg.eigvalsh(bound - real).min() > -1e-9


@pytest.mark.parametrize("classes", [2, 3])
def test_probabilities_and_log_probabilities_agree(classes):
    x, y, _ = problem(classes)
    rng = np.random.default_rng(3)
    zero = Heads.zero(2, classes, x)
    heads = Heads(rng.normal(size=zero.coefficient.shape) * 3, zero.origin, zero.scale)
    prob = heads.prob(x)
    np.testing.assert_allclose(prob.sum(2), 1)
    own = np.take_along_axis(prob, y[:, None, None], 2)[:, :, 0]
    np.testing.assert_allclose(heads.log_prob(x, y), np.log(own), rtol=1e-9, atol=1e-12)
    evaluated, p = heads.evaluate(heads.design(x, y), y)
    np.testing.assert_allclose(evaluated, own.T, atol=1e-12)
    of_class = own.T[:, None] if classes == 2 else prob[:, :, 1:].transpose(1, 2, 0)
    np.testing.assert_allclose(p, of_class, atol=1e-12)
    raw = np.einsum("kcd,nd->nkc", heads.weight, x) + heads.intercept
    score = np.concatenate([np.zeros((N, 2, 1)), raw], axis=2)
    np.testing.assert_allclose(
        np.log(prob), score - np.log(np.exp(score).sum(2, keepdims=True)), atol=1e-9
    )


@pytest.mark.parametrize("classes", [2, 3])
def test_extreme_scores_stay_finite(classes):
    x, y, _ = problem(classes)
    zero = Heads.zero(2, classes, x)
    heads = Heads(zero.coefficient + 1e4, zero.origin, zero.scale)
    with np.errstate(all="raise", under="ignore"):
        assert np.isfinite(heads.log_prob(x, y)).all()
        assert np.isfinite(heads.evaluate(heads.design(x, y), y)[1]).all()


@pytest.mark.parametrize("classes", [3, 4])
def test_renaming_classes_renames_the_answer(classes):
    """The reference class is not special."""
    x, y, weight = problem(classes)
    other = np.random.default_rng(4).permutation(classes)
    a = fitted(Heads.zero(2, classes, x), x, y, weight).prob(x)
    b = fitted(Heads.zero(2, classes, x), x, other[y], weight).prob(x)
    np.testing.assert_allclose(a, b[:, :, other], atol=1e-6)


def test_separable_classes_stay_finite():
    x = np.linspace(-1, 1, 40)[:, None]
    heads = fitted(Heads.zero(1, 2, x), x, (x[:, 0] > 0).astype(int), np.ones((40, 1)))
    assert np.isfinite(heads.coefficient).all()
    assert (heads.prob(x)[:, 0].argmax(1) == (x[:, 0] > 0)).all()


def test_one_class_is_an_error_that_says_what_to_do():
    with pytest.raises(ValueError, match="one class.*same label.*Add samples of another class"):
        Heads.zero(2, 1, np.zeros((3, 2)))
