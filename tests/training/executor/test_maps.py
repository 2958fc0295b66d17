"""Folds, restarts and sweeps through the executor are those of one process."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from latentcore.data.chunked import Chunked
from latentcore.data.labelled import Labelled
from latentcore.evaluation.crossvalidation import cross_validate
from latentcore.mixture.estimators import GaussianMixtureLinearClassifier
from latentcore.mixture.fit import Schedule, fit, fit_best
from latentcore.mixture.initial import Plan, gaussian


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, 1200)
    centres = rng.normal(scale=2, size=(4, 3))
    x = centres[2 * y + rng.integers(0, 2, 1200)] + rng.normal(size=(1200, 3))
    return Labelled(x, y, classes=("a", "b"))


def opened(path):
    """A part, in the process that needs it."""
    found = np.load(path)
    return Labelled(found["x"], found["y"], classes=("a", "b"))


@pytest.mark.parametrize("accelerate", [False, True])
def test_a_sweep_over_files_that_workers_open_equals_the_one_in_memory(
    executor, data, tmp_path, accelerate
):
    names = [tmp_path / f"{i}.npz" for i in range(5)]
    for name, rows in zip(names, np.array_split(np.arange(1200), 5), strict=True):
        np.savez(name, x=data.x[rows], y=data.y[rows])
    (start,) = Plan(gaussian("full"), 4).starts(data, 1, seed=1)
    schedule = Schedule(limit=30, accelerate=accelerate)
    apart = Chunked.of([partial(opened, name) for name in names], data.classes)
    a, b = fit(start, data, schedule), fit(start, apart.over(executor.map), schedule)
    assert len(a.steps) == len(b.steps)
    for one, other in zip(a.steps, b.steps, strict=True):
        assert other.objective == pytest.approx(one.objective, rel=1e-10)
    np.testing.assert_allclose(b.mixture.weight, a.mixture.weight, rtol=0, atol=1e-10)
    for part in (lambda c: c.mean, lambda c: c.covariance.dense):
        one, other = (part(found.mixture.components) for found in (a, b))
        np.testing.assert_allclose(other, one, rtol=0, atol=1e-10)
    one, other = (found.mixture.heads.coefficient for found in (a, b))
    np.testing.assert_allclose(other, one, rtol=0, atol=1e-10)


def test_restarts_are_those_of_one_process(executor, data):
    data = replace(data, y=None, classes=())
    starts = list(Plan(gaussian("diagonal"), 5, "random").starts(data, 6, seed=2))
    schedule = Schedule(limit=40, short=5)
    a, b = fit_best(starts, data, schedule), fit_best(starts, data, schedule, executor.map)
    assert a.start == b.start
    assert a.starts == b.starts
    assert len(set(a.starts)) == 6
    np.testing.assert_array_equal(a.mixture.components.centre, b.mixture.components.centre)


def test_folds_are_those_of_one_process(executor, data):
    models = {
        "logistic": LogisticRegression(),
        "mixture": GaussianMixtureLinearClassifier(2, random_state=0),
        "broken": LogisticRegression(C=-1.0),
    }
    a = list(cross_validate(models, data, 3, 2, seed=5))
    b = list(cross_validate(models, data, 3, 2, seed=5, map=executor.map))
    assert [replace(score, seconds=0.0) for score in a] == [
        replace(score, seconds=0.0) for score in b
    ]
    for one, other in zip(a, b, strict=True):
        if one.predicted is not None:
            np.testing.assert_array_equal(one.predicted.y, other.predicted.y)
            np.testing.assert_array_equal(one.predicted.probability, other.predicted.probability)
    assert sum(bool(score.failure) for score in b) == 6
    left = cross_validate(
        models, data, 3, 2, seed=5, done=[s.place for s in a[4:]], map=executor.map
    )
    assert [score.place for score in left] == [score.place for score in a[:4]]


def test_an_executor_does_not_travel(executor):
    with pytest.raises(TypeError, match="cannot be sent to a worker"):
        next(executor.map(executor.map, [1]))
