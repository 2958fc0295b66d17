"""EM climbs with every solver of the heads, and they meet at one optimum."""

from dataclasses import replace
from itertools import islice, pairwise

import numpy as np
import pytest

from latentcore.data.chunked import Chunked
from latentcore.data.labelled import Labelled
from latentcore.mixture import head_steps, initial
from latentcore.mixture.em import em
from latentcore.mixture.examples.generate import generate
from latentcore.mixture.examples.presets import PRESETS
from latentcore.mixture.fit import Schedule, fit, fit_best
from latentcore.mixture.mixture import Mixture
from latentcore.mixture.solvers import SOLVERS
from latentcore.mixture.stopping import last
from latentcore.mixture.sweep import blocks, sweep
from tests.mixture.families import FAMILIES, K, heads_for, labelled

UNIFORM = np.full(K, -np.log(K))
WITHIN = {"newton": 0.0, "bound": 1e-3, "gd": 1e-3, "sgd": 0.05, "cma-es": 0.05}  # nats
OTHERS = [name for name in SOLVERS if name != "newton"]

every_other = pytest.mark.parametrize("solver", OTHERS)


def begun(name, classes, seed, n=150):
    data = labelled(FAMILIES[name], classes, seed, n)
    rng = np.random.default_rng(seed)
    components = FAMILIES[name]
    for k in range(K):
        components = components.moved(k, data.x[rng.integers(n)])
    return Mixture(UNIFORM, components, heads_for(data, rng)), data


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("name", ["full", "dirichlet"])
@every_other
def test_objective_never_falls(solver, name, classes, seed):
    start, data = begun(name, classes, seed)
    steps = list(islice(em(start, data, solver=solver, seed=seed), 12))
    assert steps[-1].objective > steps[0].objective
    for a, b in pairwise(steps):
        assert not b.events
        assert b.objective >= a.objective - 1e-9 * abs(a.objective)


@pytest.mark.parametrize("coefficient", [30.0, -300.0])
@every_other
def test_absurd_heads_are_climbed_out_of(solver, coefficient):
    start, data = begun("diagonal", 2, 3)
    start.heads.coefficient[:] = coefficient
    for a, b in pairwise(islice(em(start, data, solver=solver), 8)):
        assert b.objective >= a.objective - 1e-9 * abs(a.objective)


@pytest.mark.parametrize("family", PRESETS)
@every_other
def test_arrives_where_newton_arrives(solver, family):
    preset = PRESETS[family]["figure-1" if family == "gaussian" else "figure-3"]
    data = generate(preset.truth, 300, np.random.default_rng(0)).data
    shape = initial.gaussian("diagonal") if family == "gaussian" else initial.dirichlet()
    start = next(initial.Plan(shape, 2, "k-means++").starts(data, 1, 0))
    ours = fit(start, data, Schedule(solver=solver, limit=600))
    best = fit(start, data, Schedule(tol=1e-9))
    assert ours.converged
    assert ours.objective == pytest.approx(best.objective, abs=WITHIN[solver])


def test_newton_is_the_default():
    start, data = begun("full", 3, 5)
    named = last(islice(em(start, data, solver="newton", seed=9), 15))
    default = last(islice(em(start, data), 15))
    assert named.objective == default.objective
    np.testing.assert_array_equal(
        named.mixture.heads.coefficient, default.mixture.heads.coefficient
    )


@pytest.mark.parametrize("solver", ["sgd", "cma-es"])
def test_a_seed_repeats_a_fit(solver):
    start, data = begun("spherical", 2, 6)
    a, b, c = (
        last(islice(em(start, data, solver=solver, seed=seed), 4)).objective for seed in (1, 1, 2)
    )
    assert a == b != c


@every_other
def test_the_schedule_passes_the_solver_and_the_seed_on(solver):
    start, data = begun("spherical", 2, 7, n=100)
    schedule = Schedule(solver=solver, seed=3, limit=3, short=2)
    by_hand = last(islice(em(start, data, solver=solver, seed=3), 4)).objective
    assert fit(start, data, schedule).objective == by_hand
    assert fit_best([start], data, schedule).objective == by_hand


@pytest.mark.parametrize("solver", ["bound", "gd"])
def test_integer_weights_equal_duplicated_rows(solver):
    start, data = begun("diagonal", 3, 8, n=100)
    times = np.random.default_rng(2).integers(0, 4, size=len(data))
    weighted = Labelled(data.x, data.y, times.astype(float), data.classes)
    copied = data.rows(np.repeat(np.arange(len(data)), times))
    a, b = (last(islice(em(start, d, solver=solver), 12)) for d in (weighted, copied))
    assert a.objective == pytest.approx(b.objective, rel=1e-9)


@every_other
def test_without_labels_or_heads_no_solver_is_asked(solver):
    start, data = begun("full", 2, 9)
    for silent in (replace(start, heads=None), start):
        bare = Labelled(data.x)
        ours = last(islice(em(silent, bare, solver=solver), 6))
        assert ours.objective == last(islice(em(silent, bare), 6)).objective


@every_other
def test_a_component_may_be_reseeded_on_the_way(solver):
    start, data = begun("diagonal", 2, 10)
    lost = start.components.moved(0, np.full(data.x.shape[1], 1e3))
    steps = list(islice(em(replace(start, components=lost), data, solver=solver), 10))
    assert any("reseeded" in event for step in steps for event in step.events)
    for a, b in pairwise(steps):
        assert b.events or b.objective >= a.objective - 1e-9 * abs(a.objective)


def test_every_step_of_the_bound_is_the_bounds_also_after_a_reseed():
    start, data = begun("diagonal", 2, 10)
    lost = start.components.moved(0, np.full(data.x.shape[1], 1e3))
    steps = list(islice(em(replace(start, components=lost), data, solver="bound"), 6))
    assert steps[1].events
    for a, b in pairwise(steps[1:]):
        sums = sweep(a.mixture, blocks(a.mixture, data), bound=True)
        np.testing.assert_allclose(
            b.mixture.heads.coefficient, a.mixture.heads.maximise(sums.heads).coefficient
        )


def test_chance_that_brings_nothing_is_given_more_time():
    """Close to the optimum a few epochs are noise; the run goes on until they are not."""

    class Said:
        def __init__(self, number, value):
            self.number, self.value = number, value

    rising = (Said(i, float(i >= 9)) for i in range(1000))
    assert head_steps._some(rising, 5).number == 9
    early = (Said(i, float(i >= 2)) for i in range(1000))
    assert head_steps._some(early, 5).number == 5
    flat = (Said(i, 0.0) for i in range(1000))
    assert head_steps._some(flat, 5).number == 5 * head_steps.PATIENCE
    ended = (Said(i, 0.0) for i in range(3))
    assert head_steps._some(ended, 5).number == 2


@pytest.mark.parametrize("solver", ["gd", "sgd", "cma-es"])
def test_samples_read_in_parts_are_refused_by_who_needs_them_all(solver):
    start, data = begun("full", 2, 0)
    parts = Chunked.of([data.slice(0, 70), data.slice(70, 150)])
    with pytest.raises(ValueError, match=f"'{solver}' needs all samples at once.*bound"):
        next(em(start, parts, solver=solver))


def test_the_bound_takes_samples_in_parts():
    start, data = begun("full", 3, 1)
    parts = Chunked.of([data.slice(0, 70), data.slice(70, 150)], data.classes)
    a, b = (last(islice(em(start, d, solver="bound"), 8)).objective for d in (data, parts))
    assert a == pytest.approx(b, rel=1e-10)


@every_other
def test_cycles_of_squarem_never_fall_either(solver):
    start, data = begun("spherical", 2, 2)
    steps = list(islice(em(start, data, accelerate=True, solver=solver), 26))
    assert steps[-1].number > 26
    for a, b in pairwise(steps):
        assert b.events or b.objective >= a.objective - 1e-9 * abs(a.objective)


def test_an_unknown_solver_is_said():
    start, data = begun("full", 2, 0)
    with pytest.raises(ValueError, match="newton, bound, gd, sgd, cma-es; got 'adam'"):
        next(em(start, data, solver="adam"))
