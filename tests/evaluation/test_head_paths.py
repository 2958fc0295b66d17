"""The paths of the solvers: the same problem for all, gaps that are true, and the lesson itself."""

import time
from dataclasses import replace

import numpy as np
import pytest

from latentcore.data.labelled import Labelled
from latentcore.evaluation import experiment, head_paths
from latentcore.evaluation.head_paths import ARRIVED, Fixed, growing, paths
from latentcore.mixture.examples.presets import PRESETS
from latentcore.mixture.solvers import SOLVERS, Problem, solve

ALPHA = 0.01


def fixed(family="gaussian", name="figure-1"):
    preset = PRESETS[family][name]
    drawn, _ = experiment.draw(preset.truth, experiment.Design(400))
    shape = preset.covariance if family == "gaussian" else None
    fitted = experiment.fitted(drawn.data, experiment.Fitting(preset.components, shape))
    return Fixed.of(fitted.mixture, drawn.data), fitted.mixture, drawn.data


@pytest.mark.parametrize(
    ("family", "name"), [("gaussian", "figure-1"), ("dirichlet", "five-parts")]
)
def test_every_method_starts_together_and_sees_its_true_gap(family, name):
    held, mixture, data = fixed(family, name)
    tau = mixture.responsibilities(data.x, data.y)
    nothing = replace(mixture.heads, coefficient=0 * mixture.heads.coefficient)
    best = solve(nothing, Problem.of(nothing, data.x, data.y, tau))
    q = [(tau * h.log_prob(data.x, data.y)).sum() + h.log_prior() for h in (best, nothing)]
    drawn = {path.name: path for path in paths(held, ALPHA)}
    assert set(drawn) == {*SOLVERS, "gd raw", "notes"}
    for path in drawn.values():
        assert path.gap[0] == pytest.approx((q[0] - q[1]) / len(data), rel=1e-9)
        assert len(path.gap) == len(path.seconds) <= head_paths.MOST + 1
        assert (np.diff(path.seconds) >= 0).all()
        assert path.seconds[0] > 0
        assert (path.gap >= ARRIVED).all()
        if path.name != "notes":
            assert (np.diff(path.gap) <= 0).all()
    assert drawn["newton"].arrived
    assert drawn["bound"].arrived


def test_newton_needs_a_handful_of_steps_and_the_gradient_hundreds():
    drawn = {path.name: path for path in paths(fixed()[0], ALPHA)}
    assert len(drawn["newton"].gap) < 12
    assert len(drawn["bound"].gap) < 100
    assert not drawn["gd"].arrived
    assert drawn["gd"].gap[-1] < 1e-4


def test_units_slow_only_those_who_do_not_standardise():
    held = fixed()[0]
    before, after = (
        {path.name: path for path in paths(it, ALPHA)} for it in (held, held.in_units(10.0))
    )
    for name in SOLVERS:
        np.testing.assert_allclose(after[name].gap, before[name].gap, rtol=1e-9)
    assert after["gd raw"].gap[-1] > 50 * before["gd raw"].gap[-1]
    assert after["notes"].gap[-1] > 50 * before["notes"].gap[-1]


def test_units_are_those_of_data_in_other_units():
    """The same as fitting features that were multiplied before anything else was done."""
    held, mixture, data = fixed()
    times = np.array([10.0, 1.0])
    heads = replace(
        mixture.heads, origin=mixture.heads.origin * times, scale=mixture.heads.scale * times
    )
    problem = Problem.of(heads, data.x * times, data.y, mixture.responsibilities(data.x, data.y))
    other = Fixed(replace(heads, coefficient=0 * heads.coefficient), problem, float(len(data)))
    np.testing.assert_allclose(
        [path.gap[-1] for path in paths(held.in_units(10.0), 1e-5)],
        [path.gap[-1] for path in paths(other, 1e-5)],
        rtol=1e-4,
    )


def test_one_alpha_works_for_few_samples_and_fails_for_many():
    grown = list(growing(fixed()[0], ALPHA))
    assert [growth.samples for growth in grown] == pytest.approx([25, 100, 400, 1600])
    assert [growth.reach / growth.samples for growth in grown] == pytest.approx(
        [grown[0].reach / 25] * 4, rel=1e-2
    )
    first, last = grown[0], grown[-1]
    assert first.reach < 2 < last.reach
    assert (np.diff(first.path.gap) <= 0).all()
    assert first.path.gap[-1] < 1e-3
    assert last.path.gap[-1] > 10 * last.path.gap[0]  # it has moved away from where it began


def test_data_seen_twice_are_the_same_as_copies():
    held, mixture, data = fixed()
    twice = Fixed.of(mixture, data.rows(np.tile(np.arange(len(data)), 2)))
    weighted = Fixed.of(mixture, Labelled(data.x, data.y, np.full(len(data), 2.0), data.classes))
    for other in (twice, weighted):
        assert held.times(2).samples == pytest.approx(other.samples)
        assert held.times(2).best() == pytest.approx(other.best(), rel=1e-12)


def test_more_data_fewer_passes(monkeypatch):
    held = fixed()[0]
    monkeypatch.setattr(head_paths, "SCORES", 100 * 2 * 400)
    for path in paths(held, ALPHA):
        assert len(path.gap) <= 101


def test_what_the_first_call_does_is_not_counted():
    """Loading a library, for one; and a pause between two iterates is nobody's work."""
    held = fixed()[0]
    run = SOLVERS["gd"](held.heads, held.problem, np.random.default_rng(0))

    def slow():
        until = head_paths.CLOCK() + 0.1
        while head_paths.CLOCK() < until:
            pass
        yield from run

    timed = head_paths._timed(slow(), held)
    first = next(timed)[1]
    assert first < 0.05
    until = head_paths.CLOCK() + 0.1
    while head_paths.CLOCK() < until:
        pass
    assert next(timed)[1] < 0.05
    assert time.get_clock_info("thread_time").resolution > head_paths.FINE or (
        head_paths.CLOCK is time.thread_time
    )


def test_without_heads_or_labels_there_is_nothing():
    _, mixture, data = fixed()
    assert Fixed.of(replace(mixture, heads=None), data) is None
    assert Fixed.of(mixture, Labelled(data.x)) is None
