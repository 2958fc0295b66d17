"""Every solver climbs the true Q, head by head, to the optimum that others find."""

from dataclasses import replace
from itertools import count, islice, pairwise

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import logsumexp

from latentcore.mixture.component import DegenerateComponent
from latentcore.mixture.heads import Heads
from latentcore.mixture.solvers import (
    SOLVERS,
    Iterate,
    Problem,
    acceptance,
    gradient,
    solve,
    stochastic,
)

CLOSE = {"newton": 1e-9, "bound": 1e-3, "gd": 1e-3, "sgd": 1e-2, "cma-es": 1e-2}  # nats
EXACT = ("newton", "bound", "gd")  # no chance
N, D, K = 300, 3, 2

every_solver = pytest.mark.parametrize("name", SOLVERS)
both = pytest.mark.parametrize("classes", [2, 3])


def samples(classes, seed, n=N):
    """Noisy labels, so that no line separates them; features in very different units."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, D)) * [1, 30, 0.2] + [0, 5, -1]
    slope = rng.normal(size=(classes, D)) / x.std(0)
    y = ((x - x.mean(0)) @ slope.T + rng.gumbel(size=(n, classes))).argmax(1)
    return x, y, rng.uniform(0, 1, size=(n, K))


def posed(classes, seed, n=N):
    x, y, weight = samples(classes, seed, n)
    heads = Heads.zero(K, classes, x)
    return heads, Problem.of(heads, x, y, weight)


def path(name, heads, problem, seed=0, iterations=3000):
    return list(islice(SOLVERS[name](heads, problem, np.random.default_rng(seed)), iterations + 1))


def optimum(classes, seed):
    """Q of the best heads by SciPy, from an objective written anew: softmax, prior, all heads."""
    x, y, weight = samples(classes, seed)
    z = np.c_[np.ones(N), (x - x.mean(0)) / x.std(0)]
    ridge = np.r_[1e-4, np.full(D, 1e-2)]
    centring = np.eye(classes) - 1 / classes

    def negative(flat, tau):
        score = z @ np.vstack([np.zeros(D + 1), flat.reshape(classes - 1, D + 1)]).T  # N C
        log_prob = score - logsumexp(score, axis=1, keepdims=True)
        every = np.vstack([np.zeros(D + 1), flat.reshape(classes - 1, D + 1)])
        pull = 2 * (centring @ every) * ridge
        residual = tau[:, None] * (np.eye(classes)[y] - np.exp(log_prob))
        value = (tau * log_prob[np.arange(N), y]).sum() - 0.5 * (every * pull).sum()
        return -value, -(residual.T @ z - pull)[1:].ravel()

    found = [
        minimize(negative, np.zeros((classes - 1) * (D + 1)), tau, jac=True, method="BFGS",
                 options={"gtol": 1e-7})
        for tau in weight.T
    ]  # fmt: skip
    return -np.array([result.fun for result in found])


@pytest.mark.parametrize("seed", range(3))
@both
@every_solver
def test_reaches_the_optimum_that_scipy_finds(name, classes, seed):
    heads, problem = posed(classes, seed)
    end = path(name, heads, problem, seed)[-1]
    best = optimum(classes, seed)
    assert end.value <= best.sum() + 1e-8
    assert end.value >= best.sum() - CLOSE[name]


@pytest.mark.parametrize("seed", range(3))
@both
@every_solver
def test_no_head_ever_falls_and_q_is_what_it_says(name, classes, seed):
    x, y, weight = samples(classes, seed)
    heads, problem = posed(classes, seed)
    start = replace(
        heads, coefficient=np.random.default_rng(seed).normal(size=heads.coefficient.shape)
    )
    iterates = path(name, start, problem, seed, 40)
    assert iterates[0].heads is start
    assert [each.number for each in iterates] == list(range(len(iterates)))
    for a, b in pairwise(iterates):
        assert (b.values >= a.values).all()
        assert b.passes > a.passes
    for each in iterates:
        true = (weight * each.heads.log_prob(x, y)).sum() + each.heads.log_prior()
        assert each.value == pytest.approx(true, rel=1e-12)


@pytest.mark.parametrize("coefficient", [30.0, -300.0])
@every_solver
def test_absurd_heads_only_get_better(name, coefficient):
    heads, problem = posed(2, 0)
    absurd = replace(heads, coefficient=heads.coefficient + coefficient)
    iterates = path(name, absurd, problem, iterations=30)
    for a, b in pairwise(iterates):
        assert (b.values >= a.values).all()
    assert (iterates[-1].values > iterates[0].values).all()
    if name == "newton":
        assert iterates[-1].value == pytest.approx(solve_value(heads, problem), abs=1e-9)


def solve_value(heads, problem):
    return problem.evaluate(solve(heads, problem))[0].sum()


@every_solver
def test_the_optimum_is_left_as_it_is(name):
    heads, problem = posed(3, 1)
    best = solve(heads, problem)
    value = problem.evaluate(best)[0]
    after = solve(best, problem, name, limit=150)
    assert (problem.evaluate(after)[0] >= value).all()
    np.testing.assert_allclose(after.coefficient, best.coefficient, atol=1e-5)


@every_solver
def test_each_head_is_a_problem_of_its_own(name):
    """A second head that starts in a bad place takes nothing from the first."""
    heads, problem = posed(2, 2)
    far = heads.coefficient.copy()
    far[1] = 50
    mixed = path(name, replace(heads, coefficient=far), problem, iterations=12)
    alone = replace(problem, weight=problem.weight[:1])
    single = path(name, heads.take(np.array([0])), alone, iterations=12)
    if name in EXACT:
        shared = min(len(mixed), len(single))
        np.testing.assert_allclose(
            [each.values[0] for each in mixed[:shared]],
            [each.values[0] for each in single[:shared]],
            rtol=1e-12,
        )
    assert mixed[-1].values[0] >= single[0].values[0]
    assert mixed[-1].values[1] > mixed[0].values[1]


@pytest.mark.parametrize("name", EXACT)
def test_integer_weights_equal_duplicated_rows(name):
    x, y, weight = samples(3, 3)
    times = np.random.default_rng(0).integers(0, 4, size=N)
    heads, again = Heads.zero(K, 3, x), np.repeat(np.arange(N), times)
    weighted = Problem.of(heads, x, y, weight * times[:, None])
    copied = Problem.of(heads, x[again], y[again], weight[again])
    for a, b in zip(
        path(name, heads, weighted, 0, 9), path(name, heads, copied, 0, 9), strict=True
    ):
        np.testing.assert_allclose(a.values, b.values, rtol=1e-10)


@pytest.mark.parametrize("name", EXACT)
def test_a_method_without_chance_draws_nothing(name):
    heads, problem = posed(2, 0)
    a, b = (path(name, heads, problem, seed, 20)[-1].value for seed in (0, 1))
    assert a == b


@pytest.mark.parametrize("name", ["sgd", "cma-es"])
def test_chance_is_the_generators(name, capsys, tmp_path, monkeypatch):
    """A seed repeats a run; NumPy's global state, the screen and the folder are left alone."""
    monkeypatch.chdir(tmp_path)
    heads, problem = posed(3, 0)
    before = np.random.get_state()[1].copy()
    a, b, c = (path(name, heads, problem, seed, 15)[-1].value for seed in (1, 1, 2))
    assert a == b != c
    np.testing.assert_array_equal(np.random.get_state()[1], before)
    assert capsys.readouterr() == ("", "")
    assert not list(tmp_path.iterdir())


@every_solver
def test_a_head_without_samples_is_left_to_its_prior(name):
    heads, problem = posed(2, 4)
    weight = problem.weight.copy()
    weight[1] = 0
    one = replace(heads, coefficient=heads.coefficient + 1)
    end = path(name, one, replace(problem, weight=weight), iterations=200)[-1]
    assert np.isfinite(end.heads.coefficient).all()
    assert one.log_priors()[1] <= end.values[1] <= 0


@every_solver
@pytest.mark.parametrize("n", [1, 2, 5])
def test_few_samples(name, n):
    heads, problem = posed(2, 5)
    few = problem.rows(np.arange(n))
    end = path(name, heads, few, iterations=20)[-1]
    assert (end.values >= few.evaluate(heads)[0]).all()


@pytest.mark.parametrize("seed", range(6))
@both
def test_newton_ends_where_the_gradient_is_rounding(classes, seed):
    heads, problem = posed(classes, seed)
    end = path("newton", heads, problem)[-1].heads
    slope = problem.gradient(end, problem.evaluate(end)[1])
    assert np.abs(slope).max() < 1e-9 * N
    assert len(path("newton", heads, problem)) < 15


def test_the_end_is_judged_by_the_second_half_of_a_run():
    """Small gains that go on for long are much: 1/t falls by less than 1e-4 a step at t = 100."""
    heads, _ = posed(2, 0)

    def rising():
        for t in count():
            yield Iterate(t, heads, np.array([-1 / (t + 1)]), t)

    *_, end = acceptance.until_little_is_left(rising(), 1e-3)
    assert 1e-3 * 0.9 < -end.value < 1e-3 * 1.1
    *_, end = acceptance.until_little_is_left(rising(), 1.0, least=7)
    assert end.number == 7


@both
def test_no_curvature_exceeds_l(classes):
    heads, problem = posed(classes, 6)
    size = (classes - 1) * (D + 1)
    for raw in (False, True):
        frame = gradient.raw_frame(heads) if raw else np.eye(D + 1)
        steepest = problem.steepest(heads, frame)
        for scale in (0.0, 0.3, 3.0):
            rng = np.random.default_rng(0)
            there = replace(heads, coefficient=scale * rng.normal(size=heads.coefficient.shape))
            sums = problem.sums(there, problem.evaluate(there)[1])
            inside = (frame.T @ sums.curvature @ frame).swapaxes(2, 3).reshape(K, size, size)
            assert (np.linalg.eigvalsh(inside)[:, -1] <= steepest * (1 + 1e-12)).all()


def test_l_of_two_classes_is_the_formula():
    x, y, weight = samples(2, 7)
    heads = replace(Heads.zero(K, 2, x), ridge=0.0, ridge_intercept=0.0)
    z = np.c_[np.ones(N), (x - x.mean(0)) / x.std(0)]
    formula = [0.25 * np.linalg.eigvalsh((tau[:, None] * z).T @ z)[-1] for tau in weight.T]
    problem = Problem.of(heads, x, y, weight)
    np.testing.assert_allclose(problem.steepest(heads, np.eye(D + 1)), formula, rtol=1e-10)


@pytest.mark.parametrize("rate", [0.0, 2.0, -1.0, float("nan")])
def test_a_rate_out_of_bounds_is_refused(rate):
    with pytest.raises(ValueError, match=f"between 0 and 2.*Got {rate}"):
        next(gradient.iterates(*posed(2, 0), rate=rate))


@pytest.mark.parametrize("raw", [False, True])
@both
def test_a_step_below_two_over_l_needs_no_acceptance(classes, raw):
    heads, problem = posed(classes, 8)
    frame = gradient.raw_frame(heads) if raw else np.eye(D + 1)
    step = 1.99 / problem.steepest(heads, frame)
    values = [each.values for each in islice(gradient.ascent(heads, problem, step, frame), 60)]
    assert (np.diff(values, axis=0) >= -1e-12 * np.abs(values[0])).all()


def test_the_raw_step_is_the_one_the_notes_print():
    """W <- W - alpha sum (p - Y) tau X, intercept likewise, written out in units of x."""
    x, y, weight = samples(2, 9)
    heads = replace(Heads.zero(K, 2, x), ridge=0.0, ridge_intercept=0.0)
    problem, alpha = Problem.of(heads, x, y, weight), 1e-5
    steps = gradient.ascent(heads, problem, np.full(K, alpha), gradient.raw_frame(heads))
    b, w = heads.intercept[:, 0], heads.weight[:, 0]
    for each in islice(steps, 6):
        np.testing.assert_allclose(each.heads.intercept[:, 0], b, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(each.heads.weight[:, 0], w, rtol=1e-9, atol=1e-12)
        wrong = (1 / (1 + np.exp(-(x @ w.T + b))) - y[:, None]) * weight  # N K
        b, w = b - alpha * wrong.sum(0), w - alpha * wrong.T @ x


def test_standardising_is_what_makes_gradient_ascent_usable():
    """In units of x it has hardly begun when the standardised one has arrived."""
    heads, problem = posed(2, 0)
    best = optimum(2, 0).sum()
    rng = np.random.default_rng(0)
    standard, raw = (
        list(islice(gradient.iterates(heads, problem, rng, raw=raw), 201)) for raw in (False, True)
    )
    assert best - standard[-1].value < 1e-3
    assert best - raw[-1].value > 0.1 * (best - raw[0].value)


def test_one_sample_batches_average_to_the_gradient():
    heads, problem = posed(3, 10)
    heads = replace(
        heads, coefficient=np.random.default_rng(0).normal(size=heads.coefficient.shape)
    )
    parts = [stochastic._estimate(heads, problem, problem.rows(np.array([i]))) for i in range(N)]
    whole = problem.gradient(heads, problem.evaluate(heads)[1])
    np.testing.assert_allclose(np.mean(parts, axis=0), whole, atol=1e-10)


def test_smoothness_lies_between_that_of_all_and_of_one():
    heads, problem = posed(2, 11)
    single = 0.25 * (problem.weight * (problem.design**2).sum(0)).max(1)
    every = problem.steepest(heads, np.eye(D + 1))
    np.testing.assert_allclose(stochastic._smoothness(heads, problem, N), every)
    np.testing.assert_allclose(stochastic._smoothness(heads, problem, 10 * N), every)
    np.testing.assert_allclose(stochastic._smoothness(heads, problem, 1), N * single)


def test_a_batch_holds_samples():
    with pytest.raises(ValueError, match="at least one sample, got 0"):
        stochastic.iterates(*posed(2, 0), np.random.default_rng(0), batch=0)


@pytest.mark.parametrize("name", ["newton", "bound"])
def test_features_that_say_the_same_are_named(name):
    x, y, weight = samples(2, 0)
    x = np.c_[x, np.full(N, 3.0)]
    heads = replace(Heads.zero(K, 2, x), ridge=0.0)
    with pytest.raises(DegenerateComponent, match="head of component 1.*ridge above 0"):
        solve(heads, Problem.of(heads, x, y, weight), name)


def test_wrong_shapes_and_names_are_said():
    x, y, weight = samples(2, 0)
    heads = Heads.zero(K, 2, x)
    with pytest.raises(ValueError, match=r"weights of shape \(300, 2\).*got \(2, 300\)"):
        Problem.of(heads, x, y, weight.T)
    with pytest.raises(ValueError, match="newton, bound, gd, sgd, cma-es; got 'adam'"):
        solve(heads, Problem.of(heads, x, y, weight), "adam")
