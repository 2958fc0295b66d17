"""Single precision and data larger than memory give the same fit."""

import subprocess
import sys
from dataclasses import replace
from functools import partial
from itertools import islice

import numpy as np
import pytest

from latentcore.data.chunked import Chunked
from latentcore.data.labelled import Labelled
from latentcore.data.mapping import here
from latentcore.mixture.covariance import Diagonal
from latentcore.mixture.em import em
from latentcore.mixture.fit import Schedule, fit_best
from latentcore.mixture.initial import Plan, gaussian
from latentcore.mixture.mixture import Mixture
from latentcore.mixture.stopping import expected_complete, last
from tests.elsewhere import elsewhere
from tests.mixture.families import FAMILIES, K, heads_for, labelled

UNIFORM = np.full(K, -np.log(K))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", FAMILIES)
def test_parts_swept_elsewhere_give_what_they_give_here(name, dtype):
    data = labelled(FAMILIES[name], 2, 1, n=400)
    weight = np.random.default_rng(0).integers(0, 3, 400).astype(float)
    rows = np.array_split(np.arange(400), 3)
    parts = [partial(Labelled, data.x[i], data.y[i], weight[i], data.classes) for i in rows]
    start = Mixture(UNIFORM, FAMILIES[name], heads_for(data, np.random.default_rng(0)))
    whole = Chunked.of(parts, data.classes)
    assert whole.lengths == (134, 133, 133)
    found = [list(islice(em(start, d, dtype=dtype), 5)) for d in (whole, whole.over(elsewhere))]
    for a, b in zip(*found, strict=True):
        assert a.objective == b.objective
        np.testing.assert_array_equal(a.count, b.count)


def test_starts_compared_elsewhere_are_compared_alike():
    data = labelled(FAMILIES["diagonal"], 0, 2, n=300)
    starts = list(Plan(gaussian(), 3, "random").starts(data, 4, seed=1))
    point = replace(starts[1].components, covariance=Diagonal(np.zeros((3, 3))))
    starts[1] = replace(starts[1], components=point)  # degenerate at once
    a, b = (fit_best(starts, data, Schedule(short=3), m) for m in (here, elsewhere))
    assert (a.start, a.reason) == (b.start, b.reason)
    np.testing.assert_array_equal(a.starts, b.starts)
    assert np.isnan(a.starts).tolist() == [False, True, False, False]


@pytest.mark.parametrize("classes", [0, 2, 3])
@pytest.mark.parametrize("name", FAMILIES)
def test_parts_equal_the_whole(name, classes):
    data = labelled(FAMILIES[name], classes, 1, n=400)
    data = replace(data, weight=np.random.default_rng(0).integers(0, 3, 400).astype(float))
    parts = Chunked.from_array(data.x, data.y, data.weight, data.classes, rows=90)
    start = Mixture(UNIFORM, FAMILIES[name], heads_for(data, np.random.default_rng(0)))
    a, b = (last(islice(em(start, d), 8)) for d in (data, parts))
    assert b.objective == pytest.approx(a.objective, rel=1e-11)
    np.testing.assert_allclose(b.mixture.components.centre, a.mixture.components.centre, rtol=1e-8)
    q = (expected_complete(start, a.mixture, d) for d in (data, parts))
    assert next(q) == pytest.approx(next(q))


def test_a_lost_component_is_reseeded_from_parts():
    data = labelled(FAMILIES["diagonal"], 0, 2, n=300)
    far = FAMILIES["diagonal"].moved(1, np.full(3, 1e4))
    parts = Chunked.from_array(data.x, rows=70)
    events = [
        [step.events for step in islice(em(Mixture(UNIFORM, far), d), 6)] for d in (data, parts)
    ]
    assert events[0] == events[1] and any(events[0])


@pytest.mark.parametrize("name", FAMILIES)
def test_many_samples_are_predicted_like_few(name):
    data = labelled(FAMILIES[name], 3, 4, n=40_000)
    mixture = Mixture(UNIFORM, FAMILIES[name], heads_for(data, np.random.default_rng(0)))
    ends = np.r_[:5, -5:0]
    for work in (mixture.responsibilities, mixture.log_likelihood, mixture.predict_proba):
        np.testing.assert_allclose(work(data.x)[ends], work(data.x[ends]), rtol=1e-9)


def test_the_row_of_an_error_counts_from_the_first_sample():
    data = labelled(FAMILIES["dirichlet"], 0, 4, n=40_000)
    data.x[39_000] = [0, 0.5, 0.5]
    mixture = Mixture(UNIFORM, FAMILIES["dirichlet"])
    with pytest.raises(ValueError, match="zero at row 39000, column 0"):
        mixture.log_likelihood(data.x)
    with pytest.raises(ValueError, match="zero at row 39000, column 0"):
        next(em(mixture, data))


@pytest.mark.parametrize("classes", [0, 2, 3])
@pytest.mark.parametrize("name", FAMILIES)
def test_single_precision_finds_the_same_likelihood(name, classes):
    data = labelled(FAMILIES[name], classes, 3, n=3000)
    start = Mixture(UNIFORM, FAMILIES[name], heads_for(data, np.random.default_rng(0)))
    one, two = next(em(start, data)), next(em(start, data, dtype=np.float32))
    assert two.log_likelihood == pytest.approx(one.log_likelihood, rel=1e-6)
    a, b = (last(islice(em(start, data, dtype=t), 25)) for t in ("float64", "float32"))
    assert b.objective == pytest.approx(a.objective, rel=1e-6)
    assert b.mixture.components.coordinates().dtype == np.float64


CAPPED = """
import resource, sys
import numpy as np
from latentcore.data.chunked import Chunked
from latentcore.mixture import initial
from latentcore.mixture.covariance import Diagonal
from latentcore.mixture.em import em
from latentcore.mixture.stopping import last
from itertools import islice

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

x = np.memmap(sys.argv[1], np.float64, "r", shape=(int(sys.argv[2]), 10))
data = Chunked.from_array(x)
few = data.some(2000, np.random.default_rng(0))
start = next(initial.Plan(initial.gaussian(), 5).starts(few, 1, 0))
before = peak()
step = last(islice(em(start, data), 4))
print(step.objective, peak() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is read the Linux way")
def test_memory_does_not_grow_with_the_data(tmp_path, root):
    """A file of 240 MB is swept within 120 MB, and so is one a third of its size."""
    n = 3_000_000
    x = np.memmap(tmp_path / "x", np.float64, "w+", shape=(n, 10))
    rng = np.random.default_rng(0)
    for i in range(0, n, 500_000):
        x[i : i + 500_000] = rng.normal(size=(500_000, 10)) + 4 * rng.integers(3, size=(500_000, 1))
    x.flush()
    del x
    said = subprocess.run(
        [sys.executable, "-c", CAPPED, str(tmp_path / "x"), str(n)],
        cwd=root, capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    assert np.isfinite(float(said[0]))
    assert float(said[1]) < 120  # MB
