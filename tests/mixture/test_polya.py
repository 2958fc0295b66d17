"""The concentrations of counts against a general optimiser, finite differences and their limits."""

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import minimize
from scipy.special import gammaln

from latentcore.mixture import polya
from latentcore.mixture.vocabulary import Vocabulary


def drawn(p=6, n=80, total=50.0, depth=40, seed=0):
    rng = np.random.default_rng(seed)
    a = rng.dirichlet(np.ones(p)) * total
    depths = rng.integers(1, depth, size=n)
    return np.array([rng.multinomial(d, rng.dirichlet(a)) for d in depths]).astype(float)


def tallied(x, weight=None):
    cells = Vocabulary.of(x)
    weight = np.ones(len(x)) if weight is None else weight
    tally = np.zeros(len(cells) + 1)
    np.add.at(tally, cells.codes(x), weight[:, None])
    return tally[1:], cells


def direct(a, x, ridge, weight=1.0):
    """The same penalised log-likelihood, sample by sample."""
    n, total = x.sum(1), a.sum()
    each = gammaln(total) - gammaln(n + total) + (gammaln(x + a) - gammaln(a)).sum(1)
    each += gammaln(n + 1) - gammaln(x + 1).sum(1)
    return (weight * each).sum() + ridge * (np.log(a) - a).sum()


def hessian(f, at, step=1e-4):
    """Second differences of f around `at`."""
    eye = np.eye(len(at)) * step
    return np.array(
        [
            [
                (f(at + i + j) - f(at + i - j) - f(at - i + j) + f(at - i - j)) / (4 * step**2)
                for j in eye
            ]
            for i in eye
        ]
    )


@pytest.mark.parametrize("ridge", [0.0, 0.1, 2.0])
@pytest.mark.parametrize("total", [0.5, 20.0, 300.0])
def test_agrees_with_a_general_optimiser(total, ridge):
    x = drawn(total=total)
    weight = np.random.default_rng(1).random(len(x))
    ours = polya.fit(*tallied(x, weight), np.ones(6), ridge)
    theirs = minimize(
        lambda s: -direct(np.exp(s), x, ridge, weight), np.zeros(6), method="BFGS",
        options={"gtol": 1e-6},
    )  # fmt: skip
    assert direct(ours, x, ridge, weight) >= -theirs.fun - 1e-9
    if ridge:
        np.testing.assert_allclose(np.log(ours), theirs.x, atol=1e-4)


@pytest.mark.parametrize("ridge", [0.0, 0.1])
def test_derivatives_are_those_of_the_likelihood(ridge):
    x = drawn(p=4)
    a = np.array([0.3, 5.0, 2.0, 11.0])
    here = polya.look(a, *tallied(x), ridge)

    def f(s):
        return direct(np.exp(s), x, ridge)

    assert here.value == pytest.approx(f(np.log(a)), rel=1e-12)
    slope = [(f(np.log(a) + h) - f(np.log(a) - h)) / 2e-5 for h in 1e-5 * np.eye(4)]
    np.testing.assert_allclose(here.gradient, slope, rtol=1e-5, atol=1e-4)
    dense = -np.diag(here.bend - here.gradient) + here.coupling * np.outer(a, a)
    np.testing.assert_allclose(dense, hessian(f, np.log(a)), rtol=1e-4, atol=1e-3)
    assert (here.bend > 0).all() and here.coupling > 0


def test_near_the_maximum_the_step_is_newtons_and_the_determinant_is_dense():
    x = drawn()
    t = tallied(x)
    best = polya.fit(*t, np.ones(6), 0.1)
    here = polya.look(best * (1 + 1e-4 * np.array([1, -1, 0, 2, 0, -2])), *t, 0.1)
    minus = np.diag(here.bend - here.gradient) - here.coupling * np.outer(here.a, here.a)
    np.testing.assert_allclose(here.newton(), np.linalg.solve(minus, here.gradient), atol=1e-6)
    sign, log_det = np.linalg.slogdet(minus)
    assert sign == 1 and here.log_det() == pytest.approx(log_det, rel=1e-9)


def test_where_there_is_no_maximum_there_is_no_determinant():
    far = polya.look(np.full(6, 1e5), *tallied(drawn(total=5.0)), 0.0)  # flat, and bent upwards
    minus = np.diag(far.bend - far.gradient) - far.coupling * np.outer(far.a, far.a)
    assert np.linalg.eigvalsh(minus)[0] < 0 and np.isnan(far.log_det())


@pytest.mark.parametrize("scale", [1e-6, 1e-2, 1.0, 1e5])
@pytest.mark.parametrize("ridge", [0.0, 1e-4, 0.1])
def test_any_start_climbs_to_the_same_maximum_in_few_steps(scale, ridge, monkeypatch):
    x = drawn(p=30, depth=500, total=30.0)
    x[:, 7] = 0
    x[:, 0] += x.sum(1) == 0
    t = tallied(x)
    best = direct(polya.fit(*t, np.ones(30), ridge), x, ridge)
    steps, higher = [], polya._higher

    def recorded(here, *rest):
        there = higher(here, *rest)
        steps.append((direct(here.a, x, ridge), direct(there.a, x, ridge)))
        return there

    monkeypatch.setattr(polya, "_higher", recorded)
    start = np.random.default_rng(0).gamma(0.5, size=30) * scale + 1e-9
    found = polya.fit(*t, start, ridge)
    assert direct(found, x, ridge) == pytest.approx(best, rel=1e-12)
    assert 1 < len(steps) < 60
    for before, after in steps:
        assert after >= before - 1e-9 * abs(before)


def test_a_step_that_overshoots_is_halved(monkeypatch):
    x = drawn()
    t = tallied(x)
    best = direct(polya.fit(*t, np.ones(6), 0.1), x, 0.1)
    newton, values = polya.Look.newton, []
    monkeypatch.setattr(polya.Look, "newton", lambda here: 25 * newton(here))
    higher = polya._higher
    monkeypatch.setattr(
        polya, "_higher", lambda here, *rest: values.append(here.value) or higher(here, *rest)
    )
    found = polya.fit(*t, np.full(6, 30.0), 0.1)
    assert len(values) > 3 and (np.diff(values) >= -1e-9).all()
    assert direct(found, x, 0.1) == pytest.approx(best, rel=1e-6)


@pytest.mark.parametrize("weight", [1.0, 1e-6])
def test_without_a_ridge_too_little_variation_ends_at_the_multinomial(weight):
    """Copies of one sample: the likelihood rises for ever, towards a multinomial's."""
    x = np.repeat([[30.0, 0, 50, 20]], 9, axis=0)
    t = tallied(x, np.full(9, weight))
    a = polya.fit(*t, np.ones(4), 0.0)
    assert np.isfinite(a).all() and a.sum() == pytest.approx(polya.MOST)
    np.testing.assert_allclose(a / a.sum(), [0.3, 0, 0.5, 0.2], atol=1e-6)
    multinomial = stats.multinomial(100, a / a.sum()).logpmf(x[0])
    each = polya.look(a, *t, 0.0).value / (9 * weight)
    assert each == pytest.approx(multinomial, abs=1e-6)


def test_a_part_that_never_occurs_goes_to_0_and_with_a_ridge_not_all_the_way():
    x = drawn(p=5)
    x[:, 2] = 0
    x[:, 0] += x.sum(1) == 0
    t = tallied(x)
    assert polya.fit(*t, np.ones(5), 0.0)[2] <= 1e-9
    held = polya.fit(*t, np.ones(5), 0.1)
    pull = (1 / (held.sum() + np.concatenate([np.arange(n) for n in x.sum(1)]))).sum()
    assert held[2] == pytest.approx(0.1 / (0.1 + pull), rel=1e-9)  # its equation, by hand


def test_huge_counts_keep_their_digits():
    rng = np.random.default_rng(0)
    share = rng.dirichlet(np.full(8, 2.0), size=40)
    x = np.array([rng.multinomial(10**7, s) for s in share]).astype(float)
    a = polya.fit(*tallied(x), np.ones(8), 0.0)
    assert 8 < a.sum() < 32  # drawn with 16
    at = direct(a, x, 0.0)
    for other in (1.001, 0.999):
        assert direct(a * other, x, 0.0) < at
