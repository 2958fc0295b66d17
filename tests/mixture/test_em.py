"""EM never lowers what it climbs, agrees with scikit-learn, and treats copies as weights."""

from collections import deque
from dataclasses import replace
from itertools import islice, pairwise

import numpy as np
import pytest
from sklearn.mixture import GaussianMixture

from latentcore.data.labelled import Labelled
from latentcore.mixture import initial
from latentcore.mixture.covariance import SHAPES
from latentcore.mixture.em import em
from latentcore.mixture.examples.generate import generate
from latentcore.mixture.examples.presets import GAUSSIAN
from latentcore.mixture.fit import Schedule, fit, fit_best
from latentcore.mixture.gaussian import Gaussians
from latentcore.mixture.mixture import Mixture
from latentcore.mixture.stopping import expected_complete, last, until
from latentcore.mixture.sweep import blocks, sweep
from tests.mixture.families import FAMILIES, HEADS, K, heads_for, labelled

UNIFORM = np.full(K, -np.log(K))


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("classes", HEADS.values(), ids=HEADS)
@pytest.mark.parametrize("name", FAMILIES)
def test_objective_never_falls(name, classes, seed):
    data = labelled(FAMILIES[name], classes, seed, n=150)
    rng = np.random.default_rng(seed)
    components = FAMILIES[name]
    for k in range(K):
        components = components.moved(k, data.x[rng.integers(len(data))])
    start = Mixture(UNIFORM, components, heads_for(data, rng))
    steps = list(islice(em(start, data), 40))
    assert steps[-1].objective > steps[0].objective
    for a, b in pairwise(steps):
        assert not b.events
        assert b.objective >= a.objective - 1e-9 * abs(a.objective)


@pytest.mark.parametrize("coefficient", [30.0, -300.0])
def test_a_newton_step_that_overshoots_is_replaced(coefficient):
    """From absurd heads a full Newton step lands far away; EM must notice and still climb."""
    data = labelled(FAMILIES["diagonal"], 2, 3)
    heads = heads_for(data, np.random.default_rng(0))
    heads.coefficient[:] = coefficient
    start = Mixture(UNIFORM, FAMILIES["diagonal"], heads)
    steps = list(islice(em(start, data), 60))
    for a, b in pairwise(steps):
        assert b.objective >= a.objective - 1e-9 * abs(a.objective)


def test_log_likelihood_is_that_of_the_mixture():
    data = labelled(FAMILIES["full"], 3, 0)
    start = Mixture(UNIFORM, FAMILIES["full"], heads_for(data, np.random.default_rng(0)))
    for step in islice(em(start, data), 4):
        total = step.mixture.log_likelihood(data.x, data.y).sum()
        assert step.log_likelihood == pytest.approx(total, rel=1e-12)
        assert step.count.sum() == pytest.approx(len(data))


@pytest.mark.parametrize("shape", SHAPES)
def test_agrees_with_scikit_learn(shape):
    """Same start, no ridge: the same optimum to 1e-8 nats per sample."""
    data = Labelled(labelled(FAMILIES["full"], 0, 2, n=500).x)
    centre = data.x[:K]
    begin = Gaussians(centre, SHAPES[shape].of_variance(np.ones((K, 3))), np.zeros(3))
    kind = {"diagonal": "diag"}.get(shape, shape)
    precision = {
        "spherical": np.ones(K),
        "diagonal": np.ones((K, 3)),
        "tied": np.eye(3),
        "full": np.tile(np.eye(3), (K, 1, 1)),
    }[shape]
    ours = last(islice(em(Mixture(UNIFORM, begin), data), 401))
    theirs = GaussianMixture(
        K, covariance_type=kind, means_init=centre, weights_init=np.full(K, 1 / K),
        precisions_init=precision, tol=0, max_iter=400, reg_covar=0.0,
    )  # fmt: skip
    with pytest.warns(match="did not converge"):  # tol=0: it runs all 400 iterations, as we do
        theirs.fit(data.x)
    assert ours.log_likelihood / len(data) == pytest.approx(theirs.score(data.x), abs=1e-8)
    np.testing.assert_allclose(ours.mixture.components.mean, theirs.means_, atol=1e-5)


@pytest.mark.parametrize("classes", HEADS.values(), ids=HEADS)
@pytest.mark.parametrize("name", FAMILIES)
def test_integer_weights_equal_duplicated_rows(name, classes):
    data = labelled(FAMILIES[name], classes, 1, n=120)
    times = np.random.default_rng(2).integers(0, 4, size=len(data))
    weighted = Labelled(data.x, data.y, times.astype(float), data.classes)
    copied = data.rows(np.repeat(np.arange(len(data)), times))
    start = Mixture(UNIFORM, FAMILIES[name], heads_for(data, np.random.default_rng(0)))
    a, b = (last(islice(em(start, d), 12)) for d in (weighted, copied))
    assert a.objective == pytest.approx(b.objective, rel=1e-10)
    np.testing.assert_allclose(a.mixture.components.centre, b.mixture.components.centre, rtol=1e-7)


@pytest.mark.parametrize("name", FAMILIES)
def test_order_of_components_does_not_matter(name):
    data = labelled(FAMILIES[name], 2, 5)
    start = Mixture(UNIFORM, FAMILIES[name], heads_for(data, np.random.default_rng(0)))
    order = np.array([2, 0, 1])
    a = last(islice(em(start, data), 10))
    b = last(islice(em(start.take(order), data), 10))
    assert a.objective == pytest.approx(b.objective, rel=1e-10)
    np.testing.assert_allclose(a.mixture.take(order).weight, b.mixture.weight, rtol=1e-6)


@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize("classes", [0, 3])
def test_chunks_do_not_change_the_sums(monkeypatch, name, classes):
    data = labelled(FAMILIES[name], classes, 6, n=1000)
    start = Mixture(UNIFORM, FAMILIES[name], heads_for(data, np.random.default_rng(0)))
    whole = sweep(start, blocks(start, data))
    monkeypatch.setattr("latentcore.mixture.sweep.CHUNK_BYTES", 1)
    monkeypatch.setattr("latentcore.mixture.packed.SLICE", 64)
    chunks = blocks(start, data)
    assert len(chunks) == 16
    parts = sweep(start, chunks)
    assert parts.log_likelihood == pytest.approx(whole.log_likelihood, rel=1e-12)
    assert parts.worst[1] == whole.worst[1]
    np.testing.assert_allclose(parts.components, whole.components, rtol=1e-10, atol=1e-8)
    if classes:
        np.testing.assert_allclose(parts.heads.gradient, whole.heads.gradient, atol=1e-9)
        np.testing.assert_allclose(parts.heads.curvature, whole.heads.curvature, atol=1e-9)


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("sure", [1.0, 30.0, 1e4])
def test_a_sweep_is_exact_where_labels_are_all_but_impossible(classes, sure):
    """Probabilities of labels are multiplied, not added as logarithms, unless they underflow."""
    data = labelled(FAMILIES["diagonal"], classes, 8)
    heads = heads_for(data, np.random.default_rng(1))
    heads = replace(heads, coefficient=sure * heads.coefficient)
    mixture = Mixture(UNIFORM, FAMILIES["diagonal"], heads)
    sums = sweep(mixture, blocks(mixture, data))
    exact = mixture.log_likelihood(data.x, data.y)
    assert sums.log_likelihood == pytest.approx(exact.sum(), rel=1e-12)
    tau = mixture.responsibilities(data.x, data.y)
    np.testing.assert_allclose(sums.count, tau.sum(0), rtol=1e-9, atol=1e-9)
    assert sums.worst[1] == exact.argmin()


@pytest.mark.parametrize("scale, shift", [(10, 0), (1e-3, 0), (1e4, 3e5)])
@pytest.mark.parametrize("shape", SHAPES)
def test_units_do_not_matter(shape, scale, shift):
    data = labelled(FAMILIES["full"], 2, 7)
    other = Labelled(data.x * scale + shift, data.y, None, data.classes)
    family = initial.gaussian(shape)
    a, b = (
        fit_best(initial.Plan(family, K, "k-means++").starts(d, 3, 0), d) for d in (data, other)
    )
    np.testing.assert_allclose(
        a.mixture.predict_proba(data.x), b.mixture.predict_proba(other.x), atol=1e-5
    )


def test_notes_rule_stops_where_q_is_flat():
    data = labelled(FAMILIES["diagonal"], 2, 8)
    start = initial.from_kmeans(initial.Plan(initial.gaussian(), K), data, np.random.default_rng(0))
    found = fit(start, data, Schedule("Q", 1e-4))
    assert found.converged and "Q changed by" in found.reason
    old, new = found.steps[-2].mixture, found.steps[-1].mixture
    before = expected_complete(old, old, data)
    assert abs(expected_complete(old, new, data) - before) <= 1e-4 * abs(before)
    old, new = found.steps[-3].mixture, found.steps[-2].mixture
    before = expected_complete(old, old, data)
    assert abs(expected_complete(old, new, data) - before) > 1e-4 * abs(before)


def test_aitken_stops_near_the_limit():
    """What is left to gain after the stop is what the rule said, not the last gain."""
    data = labelled(FAMILIES["spherical"], 0, 9)
    start = next(initial.Plan(initial.gaussian("full"), K, "random").starts(data, 1, 1))
    found = fit(start, data, Schedule(tol=1e-5, limit=5000))
    limit = fit(start, data, Schedule(tol=1e-10, limit=20_000))
    assert found.converged and len(found.steps) < len(limit.steps)
    assert (limit.objective - found.objective) / len(data) < 5e-5


def test_limit_is_kept_and_said():
    data = labelled(FAMILIES["full"], 0, 9)
    start = next(initial.Plan(initial.gaussian("full"), K, "random").starts(data, 1, 1))
    found = fit(start, data, Schedule(limit=3))
    assert [step.number for step in found.steps] == [0, 1, 2, 3]
    assert not found.converged and found.reason == "was stopped at the limit of 3 iterations"
    assert len(list(until(em(start, data), Schedule().rule(data), 3))) == 4


def test_best_start_wins():
    data = labelled(FAMILIES["full"], 0, 10)
    begin = list(initial.Plan(initial.gaussian("full"), K, "random").starts(data, 6, 0))
    found = fit_best(begin, data)
    assert len(found.starts) == 6
    each = [last(islice(em(start, data), 21)).objective for start in begin]
    np.testing.assert_allclose(found.starts, each)
    assert found.steps[0].mixture is begin[int(np.argmax(each))]


def test_a_plateau_is_not_taken_for_the_end():
    """One small extrapolated gain may be chance; what is left after the stop must be small."""
    worst = 0.0
    for seed in range(12):
        drawn = generate(GAUSSIAN["separable"].truth, 200, np.random.default_rng(seed)).data
        start = next(initial.Plan(initial.gaussian("full"), 2, "random").starts(drawn, 1, seed))
        found = fit(start, drawn, Schedule(limit=2000))
        end = fit(start, drawn, Schedule(tol=1e-11, limit=4000))
        worst = max(worst, (end.objective - found.objective) / len(drawn))
    assert worst < 2e-5


def test_after_an_event_the_rule_waits():
    """Gains across a reseed mean nothing: no stop until four steps without one."""
    data = labelled(FAMILIES["diagonal"], 0, 1)
    steps = list(islice(em(Mixture(UNIFORM, FAMILIES["diagonal"]), data), 400))[-4:]
    rule = Schedule().rule(data)
    assert rule.reached(deque(steps))
    marked = replace(steps[2], events=("component 1 was empty and was reseeded",))
    assert rule.reached(deque([*steps[:2], marked, steps[3]])) is None


def test_weights_count_in_q_and_in_the_rule():
    data = labelled(FAMILIES["diagonal"], 2, 1, n=60)
    times = np.random.default_rng(0).integers(1, 4, size=60)
    weighted = Labelled(data.x, data.y, times.astype(float), data.classes)
    copied = data.rows(np.repeat(np.arange(60), times))
    mixture = Mixture(UNIFORM, FAMILIES["diagonal"], heads_for(data, np.random.default_rng(0)))
    a, b = (expected_complete(mixture, mixture, d) for d in (weighted, copied))
    assert a == pytest.approx(b)
    assert Schedule().rule(weighted).samples == Schedule().rule(copied).samples == times.sum()


def test_only_the_last_steps_are_kept_on_request():
    data = labelled(FAMILIES["full"], 0, 9)
    start = next(initial.Plan(initial.gaussian("full"), K, "random").starts(data, 1, 1))
    every, few = fit(start, data), fit(start, data, Schedule(keep=False))
    assert len(few.steps) == 4 < len(every.steps)
    assert few.objective == every.objective and few.reason == every.reason
