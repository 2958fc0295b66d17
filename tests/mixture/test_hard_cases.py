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
from latentcore.mixture.fit import Schedule, fit, fit_best
from latentcore.mixture.gaussian import Gaussians
from latentcore.mixture.heads import Heads
from latentcore.mixture.mixture import Mixture

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
    for shape in SHAPES.values():
        begin = Gaussians(mean, shape.of_variance(np.ones((2, 2))), np.zeros(2))
        with pytest.raises(DegenerateComponent, match="component 2.*ridge"):
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
