"""Data that break mixtures elsewhere: a finite answer or a clear sentence, never NaN."""

from itertools import islice, pairwise

import numpy as np
import pytest

from latentcore.data.labelled import Labelled
from latentcore.mixture import initial
from latentcore.mixture.component import DegenerateComponent
from latentcore.mixture.covariance import SHAPES, Diagonal
from latentcore.mixture.dirichlet import Dirichlets
from latentcore.mixture.em import em
from latentcore.mixture.examples.generate import generate
from latentcore.mixture.examples.presets import GAUSSIAN
from latentcore.mixture.fit import Schedule, fit, fit_best
from latentcore.mixture.gaussian import Gaussians
from latentcore.mixture.heads import Heads
from latentcore.mixture.mixture import Mixture
from latentcore.mixture.solvers import Problem, solve

GAUSSIANS = {shape: initial.gaussian(shape) for shape in SHAPES}
HOW = list(initial.STARTS)


def gaussian_cases():
    rng = np.random.default_rng(0)
    x = np.concatenate([rng.normal(size=(60, 3)), rng.normal(size=(60, 3)) * 0.3 + 4])
    y = (x[:, 0] + rng.normal(size=120) > 2).astype(int)
    constant = x.copy()
    constant[:, 1] = 7.3
    wide = rng.normal(size=(50, 200))
    return {
        "ordinary": (x, y),
        "ten times": (x * 10, y),
        "a thousandth": (x / 1000, y),
        "tiny": (x * 1e-30, y),
        "huge": (x * 1e30, y),
        "far": (x + 1e8, y),
        "constant feature": (constant, y),
        "nearly all constant": (np.c_[np.full((120, 2), 2.0), x[:, :1]], y),
        "duplicated rows": (np.repeat(x[:6], 20, axis=0), np.repeat(y[:6], 20)),
        "collinear": (np.c_[x[:, 0], 2 * x[:, 0], -x[:, 0]], y),
        "separable": (x, (x[:, 0] > 2).astype(int)),
        "one dimension": (x[:, :1], y),
        "more features than samples": (wide, (wide[:, 0] > 0).astype(int)),
        "an outlier": (np.vstack([x, [[1e6, -1e6, 1e6]]]), np.r_[y, 1]),
        "rare class": (x, (np.arange(120) == 5).astype(int)),
    }


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", gaussian_cases())
def test_gaussians_stay_finite(name, shape, how):
    x, y = gaussian_cases()[name]
    for data in (Labelled(x), Labelled(x, y)):
        found = fit_best(
            initial.Plan(GAUSSIANS[shape], 3, how).starts(data, 2, 1), data, Schedule(limit=60)
        )
        assert np.isfinite([step.objective for step in found.steps]).all()
        for a, b in pairwise(found.steps):
            if not b.events:
                assert b.objective >= a.objective - 1e-9 * abs(a.objective)
        assert np.isfinite(found.mixture.weight).all()
        assert found.mixture.weight.sum() == pytest.approx(1)
        assert np.isfinite(found.mixture.responsibilities(x)).all()
        if data.y is not None:
            proba = found.mixture.predict_proba(x)
            assert np.isfinite(proba).all()
            np.testing.assert_allclose(proba.sum(1), 1)


def dirichlet_cases():
    rng = np.random.default_rng(0)
    x = np.concatenate([rng.dirichlet([5, 3, 20], 60), rng.dirichlet([15, 4, 2], 60)])
    y = (x[:, 0] + 0.1 * rng.normal(size=120) > 0.4).astype(int)
    tiny = np.full((60, 4), 1e-12)
    tiny[np.arange(60), np.arange(60) % 4] = 1
    return {
        "ordinary": (x, y),
        "duplicated rows": (np.repeat(x[:6], 20, axis=0), np.repeat(y[:6], 20)),
        "nearly constant": (x * 1e-9 + np.array([0.2, 0.3, 0.5]), y),
        "at the corners": (tiny / tiny.sum(1, keepdims=True), np.arange(60) % 2),
        "sparse": (np.maximum(rng.dirichlet(np.full(100, 0.02), 50), 1e-9), np.arange(50) % 2),
        "two parts": (rng.dirichlet([2, 3], 50), np.arange(50) % 2),
    }


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("name", dirichlet_cases())
def test_dirichlets_stay_finite(name, how):
    x, y = dirichlet_cases()[name]
    x = x / x.sum(1, keepdims=True)
    for data in (Labelled(x), Labelled(x, y)):
        begin = initial.Plan(initial.dirichlet(), 3, how).starts(data, 2, 1)
        found = fit_best(begin, data, Schedule(limit=60))
        assert np.isfinite([step.objective for step in found.steps]).all()
        for a, b in pairwise(found.steps):
            if not b.events:
                assert b.objective >= a.objective - 1e-9 * abs(a.objective)
        assert np.isfinite(found.mixture.responsibilities(x)).all()
        if data.y is not None:
            assert np.isfinite(found.mixture.predict_proba(x)).all()


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("rows", [np.zeros((2, 2)), np.repeat([[1.0, 2], [3, 4]], 10, axis=0)])
def test_fewer_different_samples_than_components(how, rows):
    data = Labelled(rows)
    with pytest.raises(ValueError, match="K = 3 components need at least 3 different samples"):
        list(initial.Plan(initial.gaussian(), 3, how).starts(data, 1, 0))


def test_fewer_samples_than_components_in_em():
    start = Mixture(np.log(np.full(3, 1 / 3)), Gaussians(np.eye(3), Diagonal(np.ones((3, 3))), 0.1))
    with pytest.raises(ValueError, match="K = 3 .*there are 2. Lower K or add data"):
        next(em(start, Labelled(np.zeros((2, 3)))))


@pytest.mark.parametrize("bad, said", [(np.nan, "nan"), (np.inf, "inf"), (-np.inf, "-inf")])
def test_not_finite_is_named_by_row_and_column(bad, said):
    x = np.zeros((4, 3))
    x[2, 1] = bad
    with pytest.raises(ValueError, match=f"x holds {said} at row 2, column 1"):
        Labelled(x)


@pytest.mark.parametrize(
    "y, said",
    [
        ([0, 1], "one label per row"),
        ([0, 1, -1], "-1.* at row 2"),
        ([0, 0.5, 1], "0.5.* at row 1"),
    ],
)
def test_bad_labels_are_named(y, said):
    with pytest.raises(ValueError, match=said):
        Labelled(np.zeros((3, 1)), np.array(y))


@pytest.mark.parametrize("weight", [[1, -1, 1], [1, np.nan, 1], [0, 0, 0], [1, 1]])
def test_bad_weights_are_refused(weight):
    with pytest.raises(ValueError, match="weight"):
        Labelled(np.zeros((3, 1)), weight=np.array(weight, float))


@pytest.mark.parametrize(
    "row, said",
    [
        ([0.5, 0, 0.5], "zero at row 1, column 1.*Replace zeros"),
        ([1.5, -0.5, 0.0], "negative value -0.5 at row 1, column 1"),
        ([0.5, 0.2, 0.2], "row 1 of x sums to 0.9, not 1"),
    ],
)
def test_off_the_simplex_is_named(row, said):
    family = Dirichlets(np.ones((2, 3)))
    with pytest.raises(ValueError, match=said):
        family.log_prob(np.array([[0.2, 0.3, 0.5], row]))


def lost_component(heads=None):
    """Two components on the data and one where no sample will ever be."""
    rng = np.random.default_rng(0)
    x = np.concatenate([rng.normal(size=(50, 2)), rng.normal(size=(50, 2)) + 8])
    mean = np.array([[0.0, 0], [1e4, 1e4], [8, 8]])
    shape = Diagonal(np.array([[1.0, 2], [9, 9], [3, 1]]))
    start = Gaussians(mean, shape, np.full(2, 1e-3))
    return x, Mixture(np.log(np.full(3, 1 / 3)), start, heads)


def test_empty_component_is_reseeded_and_reported():
    x, start = lost_component()
    found = fit(start, Labelled(x))
    (number, sentence), *_ = found.events
    assert number == 1
    assert sentence.startswith("component 2 was empty") and "reseeded at sample" in sentence
    row = int(sentence.split("sample ")[1].split(",")[0])
    assert row == start.log_likelihood(x).argmin()
    np.testing.assert_allclose(found.steps[1].mixture.components.centre[1], x[row])
    # its own shape, fitted to nothing, is replaced by the average of the others
    shapes = found.steps[1].mixture.components.covariance.variance
    np.testing.assert_allclose(shapes[1], shapes[[0, 2]].mean(0))
    assert len(found.mixture) == 3 and np.isfinite(found.objective)
    assert (found.steps[-1].count > 1).all()


def test_empty_component_is_dropped_and_reported():
    x, start = lost_component(Heads.of(np.zeros((3, 1)), np.zeros((3, 1, 2))))
    y = (x[:, 0] > 4).astype(int)
    found = fit(start, Labelled(x, y), Schedule(empty="drop"))
    assert found.events[0][1].startswith("component 2 was empty")
    assert "dropped; 2 remain" in found.events[0][1]
    assert len(found.mixture) == 2 and len(found.mixture.heads.coefficient) == 2
    np.testing.assert_allclose(found.mixture.components.centre, [x[:50].mean(0), x[50:].mean(0)])


def test_reseeding_ends():
    """A component that cannot be kept alive is given up after K tries, by name."""
    x, start = lost_component()
    moved = start.components.moved(0, np.array([-1e5, 1e5]))
    steps = list(islice(em(Mixture(start.log_weight, moved), Labelled(x)), 30))
    assert 1 <= sum(len(step.events) for step in steps) <= 6
    assert np.isfinite(steps[-1].objective)


def test_without_ridge_a_collapse_is_an_error_that_names_the_component():
    x = np.concatenate([np.random.default_rng(0).normal(size=(30, 2)), np.full((5, 2), 9.0)])
    mean = np.array([[0.0, 0], [9, 9]])
    for shape in (SHAPES[name] for name in SHAPES if name != "tied"):
        begin = Gaussians(mean, shape.of_variance(np.ones((2, 2))), np.zeros(2))
        with pytest.raises(DegenerateComponent, match="component 2.*ridge"):
            list(islice(em(Mixture(np.log([0.5, 0.5]), begin), Labelled(x)), 200))


def test_without_ridge_a_flat_shared_covariance_is_an_error():
    x = np.random.default_rng(0).normal(size=(30, 1)) @ [[1.0, 2.0]]
    begin = Gaussians(x[:2], SHAPES["tied"].of_variance(np.ones((2, 2))), np.zeros(2))
    with pytest.raises(DegenerateComponent, match="all components share.*fewer than 2 dimensions"):
        list(islice(em(Mixture(np.log([0.5, 0.5]), begin), Labelled(x)), 200))


def test_one_class_only():
    x = np.random.default_rng(0).normal(size=(30, 2))
    one = Labelled(x, np.zeros(30, int), classes=("ill",))
    with pytest.raises(ValueError, match="same label"):
        list(initial.Plan(initial.gaussian(), 2, "random").starts(one, 1, 0))
    absent = Labelled(x, np.zeros(30, int), classes=("ill", "well"))
    found = fit_best(initial.Plan(initial.gaussian(), 2, "random").starts(absent, 2, 0), absent)
    assert np.isfinite(found.objective)
    assert (found.mixture.predict(x) == 0).all()


def test_labels_are_not_read_for_prediction():
    """Prediction from x alone equals a sum over components of p(z|x) p(y|x,z)."""
    x, start = lost_component(Heads.of(np.zeros((3, 1)), np.ones((3, 1, 2))))
    by_hand = sum(
        start.responsibilities(x)[:, k, None] * start.heads.prob(x)[:, k] for k in range(3)
    )
    np.testing.assert_allclose(start.predict_proba(x), by_hand)


def test_a_composition_of_one_part_is_refused():
    data = Labelled(np.ones((10, 1)))
    with pytest.raises(ValueError, match="at least two parts"):
        initial.Plan(initial.dirichlet(), 1).at(data, data.x[:1])


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("scale", [1e-200, 1e-160, 1e155, 1e200])
def test_scales_that_cannot_be_squared_are_refused_in_words(scale, how):
    data = Labelled(np.random.default_rng(0).normal(size=(50, 2)) * scale)
    with pytest.raises(ValueError, match="feature 0 varies by .*Rescale it first"):
        list(initial.Plan(initial.gaussian(), 2, how).starts(data, 1, 0))


def test_a_start_beyond_the_computers_range_is_refused_in_words():
    x = np.random.default_rng(0).normal(size=(30, 2))
    begin = Gaussians(x[:2], Diagonal(np.full((2, 2), 1e-310)), 0.0)
    with np.errstate(all="ignore"), pytest.raises(DegenerateComponent, match="no longer a finite"):
        list(islice(em(Mixture(np.log([0.5, 0.5]), begin), Labelled(x)), 3))


@pytest.mark.parametrize("scale, shift", [(1e-3, 1e5), (1e-3, 1e7), (1, 1e7), (1e-6, 0)])
def test_a_small_spread_far_from_zero_is_still_a_spread(scale, shift):
    drawn = generate(GAUSSIAN["figure-1"].truth, 400, np.random.default_rng(0)).data
    data = Labelled(drawn.x * scale + shift, drawn.y, None, drawn.classes)
    fitted = fit_best(initial.Plan(initial.gaussian(), 2).starts(data, 3, 0), data).mixture
    assert (fitted.predict(data.x) == data.y).mean() > 0.8


def test_one_outlier_does_not_set_the_ridge():
    drawn = generate(GAUSSIAN["figure-1"].truth, 200, np.random.default_rng(0))
    data = Labelled(np.vstack([drawn.data.x, [[1e4, 1e4]]]))
    fitted = fit_best(initial.Plan(initial.gaussian(), 3).starts(data, 5, 0), data).mixture
    own = fitted.responsibilities(drawn.data.x).argmax(1)
    assert len(np.unique(own)) == 2
    agree = (own == own[drawn.z == 0][0]) == (drawn.z == 0)
    assert agree.mean() > 0.95


def test_tight_compositions_are_told_apart():
    """Two groups 14 standard deviations apart, each of standard deviation 0.001."""
    rng = np.random.default_rng(0)
    centre = np.array([[0.3, 0.3, 0.4], [0.31, 0.3, 0.39]])
    z = np.arange(200) % 2
    x = centre[z] + 0.0007 * rng.normal(size=(200, 3))
    data = Labelled(x / x.sum(1, keepdims=True))
    found = fit_best(initial.Plan(initial.dirichlet(), 2).starts(data, 5, 0), data)
    own = found.mixture.responsibilities(data.x).argmax(1)
    assert max((own == z).mean(), (own != z).mean()) > 0.99


def weighted_outlier():
    rng = np.random.default_rng(0)
    x = np.concatenate([rng.normal(size=(50, 2)), rng.normal(size=(50, 2)) + 6, [[500, 500.0]]])
    return x, Labelled(x, weight=np.r_[np.ones(100), 0])


@pytest.mark.parametrize("how", HOW)
def test_a_row_of_weight_zero_is_no_row(how):
    x, weighted = weighted_outlier()
    plan = initial.Plan(initial.gaussian(), 2, how)
    without = Labelled(x[:100], weight=np.ones(100))
    for a, b in zip(plan.starts(weighted, 5, 0), plan.starts(without, 5, 0), strict=True):
        np.testing.assert_array_equal(a.components.centre, b.components.centre)
        np.testing.assert_array_equal(a.components.ridge, b.components.ridge)
    _, start = lost_component()
    events = fit(start, weighted).events
    assert events and "sample 100" not in events[0][1]


@pytest.mark.parametrize("how", HOW)
def test_starts_follow_the_weights(how):
    """Two groups, one weighed down to a thousandth: it is hardly ever a centre's choice."""
    x, _ = weighted_outlier()
    data = Labelled(x[:100], weight=np.r_[np.ones(50), np.full(50, 1e-3)])
    start = next(initial.Plan(initial.gaussian(), 1, how).starts(data, 1, 0))
    np.testing.assert_allclose(start.components.origin, data.mean)
    assert data.mean.max() < 0.5
    if how == "k-means++":
        np.testing.assert_allclose(start.components.centre[0], data.mean)


def test_the_unit_of_weights_does_not_matter():
    x, _ = weighted_outlier()
    start = next(initial.Plan(initial.gaussian(), 2).starts(Labelled(x[:100]), 1, 0))
    small = Labelled(x[:100], weight=np.full(100, 1e-9))
    steps = list(islice(em(start, small), 20))
    assert not any(step.events for step in steps) and len(steps[-1].mixture) == 2


@pytest.mark.parametrize(
    "make, said",
    [
        (lambda: initial.Plan(initial.gaussian("diag"), 2), "diagonal.*got 'diag'"),
        (lambda: initial.Plan(initial.gaussian(ridge=-1), 2), "ridge is 0 or positive, got -1"),
        (lambda: initial.Plan(initial.gaussian(), 2, head_ridge=-1), "ridge is 0 or positive"),
    ],
)
def test_settings_out_of_range_are_named(make, said):
    data = Labelled(np.random.default_rng(0).normal(size=(20, 2)), np.arange(20) % 2)
    with pytest.raises(ValueError, match=said):
        next(make().starts(data, 1, 0))


def test_a_head_without_a_single_answer_names_its_component():
    x = np.random.default_rng(0).normal(size=(40, 1))
    heads = Heads.zero(2, 2, np.hstack([x, x]), ridge=0.0)
    heads = Heads(heads.coefficient, heads.origin, heads.scale, 0.0, 0.0)
    y = (np.arange(40) % 2).astype(int)
    with pytest.raises(DegenerateComponent, match="head of component 1 .*ridge above 0"):
        flat = np.hstack([x, np.zeros_like(x)])
        solve(heads, Problem.of(heads, flat, y, np.full((40, 2), 0.5)))


def test_the_next_best_start_is_polished_when_the_best_degenerates(monkeypatch):
    x, _ = weighted_outlier()
    data = Labelled(x[:100])
    begin = list(initial.Plan(initial.gaussian(), 2, "random").starts(data, 4, 0))
    best = fit_best(begin, data)

    def breaks(start, *given):
        if start is best.steps[0].mixture:
            raise DegenerateComponent("component 1 has no variance left")
        return fit(start, *given)

    monkeypatch.setattr("latentcore.mixture.fit.fit", breaks)
    other = fit_best(begin, data)
    ranked = np.argsort([-value for value in other.starts])
    assert (best.start, other.start) == (ranked[0] + 1, ranked[1] + 1)
