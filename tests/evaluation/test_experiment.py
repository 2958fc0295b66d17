"""A what-if is a function of its settings: same settings, same picture."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from latentcore.evaluation import experiment
from latentcore.evaluation.experiment import Design, Fitting
from latentcore.evaluation.parameters import rows
from latentcore.mixture.align import alignment
from latentcore.mixture.examples.presets import DIRICHLET, GAUSSIAN
from latentcore.mixture.fit import Fit

FIGURE = GAUSSIAN["figure-1"].truth
DRAWN, TEST = experiment.draw(FIGURE, Design(300, seed=4))
FITTING = Fitting(how="random", starts=4)


def test_same_settings_same_data_and_same_fit():
    again, test = experiment.draw(FIGURE, Design(300, seed=4))
    np.testing.assert_array_equal(again.data.x, DRAWN.data.x)
    np.testing.assert_array_equal(test.y, TEST.y)
    a, b = (experiment.fitted(d.data, FITTING) for d in (DRAWN, again))
    assert a.objective == b.objective


def test_test_samples_do_not_depend_on_how_many_train():
    _, test = experiment.draw(FIGURE, Design(777, seed=4))
    np.testing.assert_array_equal(test.x, TEST.x)
    assert not np.isin(TEST.x[:, 0], DRAWN.data.x[:, 0]).any()


def test_play_picks_one_of_the_starts_and_best_the_best():
    fits = list(experiment.side_by_side(DRAWN.data, FITTING, 4))
    assert len({f.objective for f in fits}) > 1 or len({len(f.steps) for f in fits}) > 1
    for number, fit in enumerate(fits, 1):
        played = experiment.fitted(DRAWN.data, replace(FITTING, play=number))
        assert played.objective == fit.objective
    best = experiment.fitted(DRAWN.data, FITTING)
    assert best.objective == pytest.approx(max(f.objective for f in fits), abs=1e-3)


def test_moves_move_the_start_and_nothing_else():
    base = experiment.start(DRAWN.data, FITTING, 1)
    moved = experiment.fitted(DRAWN.data, replace(FITTING, moves=((1, (2.0, -3.0)),)))
    first = moved.steps[0].mixture
    np.testing.assert_allclose(first.components.centre[1], [2, -3])
    np.testing.assert_allclose(first.components.centre[0], base.components.centre[0])
    stray = experiment.start(DRAWN.data, replace(FITTING, moves=((7, (0.0, 0.0)),)), 1)
    np.testing.assert_allclose(stray.components.centre, base.components.centre)


def test_a_drag_keeps_the_centres_that_were_not_dragged():
    """The start that moves is the one that was shown, not simply the first."""
    every = (replace(FITTING, components=4, starts=8, seed=seed) for seed in range(9))
    fitting, best = next(
        (f, found) for f in every if (found := experiment.fitted(DRAWN.data, f)).start > 1
    )
    shown = best.steps[0].mixture.components.centre
    moves = ((0, tuple(shown[0])),)
    again = experiment.fitted(DRAWN.data, replace(fitting, moves=moves, moved=best.start))
    np.testing.assert_allclose(again.steps[0].mixture.components.centre, shown)
    assert again.start == best.start


def test_a_fit_without_labels_is_a_density():
    data = experiment.seen(DRAWN.data, replace(FITTING, labels=False))
    fit = experiment.fitted(data, replace(FITTING, labels=False))
    assert data.y is None and fit.mixture.heads is None
    assert experiment.accuracies(fit.mixture, DRAWN, TEST) is None


def test_accuracies_are_what_they_say():
    fit = experiment.fitted(DRAWN.data, FITTING)
    found = experiment.accuracies(fit.mixture, DRAWN, TEST)
    counted = (fit.mixture.predict(TEST.x) == TEST.y).mean()
    assert found.mixture == pytest.approx(counted, abs=0.01)
    assert found.bayes == pytest.approx(0.8246, abs=0.006)
    assert found.logistic < 0.6 < found.mixture <= found.bayes
    line = make_pipeline(StandardScaler(), LogisticRegression(C=100)).fit(
        DRAWN.data.x, DRAWN.data.y
    )
    assert found.logistic == pytest.approx(line.score(TEST.x, TEST.y), abs=0.012)


def test_a_degenerate_start_is_a_sentence_not_an_end(monkeypatch):
    from latentcore.mixture.component import DegenerateComponent

    real, calls = experiment.fit, []

    def sometimes(*given):
        calls.append(given)
        if len(calls) == 2:
            raise DegenerateComponent("component 1 has no variance left")
        return real(*given)

    monkeypatch.setattr(experiment, "fit", sometimes)
    fits = list(experiment.side_by_side(DRAWN.data, FITTING, 3))
    assert isinstance(fits[0], Fit) and isinstance(fits[2], Fit)
    assert fits[1] == "component 1 has no variance left"


@pytest.mark.parametrize(
    "truth, covariance", [(FIGURE, "full"), (DIRICHLET["figure-3"].truth, None)]
)
def test_parameter_rows_hold_truth_and_fit(truth, covariance):
    drawn, _ = experiment.draw(truth, Design(2000))
    fit = experiment.fitted(drawn.data, Fitting(3, covariance)).mixture
    fit = fit.take(alignment(fit, truth, drawn.data.x))
    table = rows(truth, fit)
    weights = [row for row in table if row.parameter == "weight"]
    assert [row.truth for row in weights] == [*truth.weight, None]
    assert [row.fit for row in weights] == pytest.approx(list(fit.weight))
    assert {row.component for row in table} == {0, 1, 2}
    for row in table:
        if row.component == 0 and row.parameter.startswith(("mean", "std", "α", "weight")):
            assert row.fit == pytest.approx(row.truth, rel=0.6, abs=0.4)


def test_simplex_heads_are_shown_with_weights_that_sum_to_zero():
    truth = DIRICHLET["figure-3"].truth
    shown = {row.parameter: row.truth for row in rows(truth, truth) if row.component == 0}
    slopes = [shown[f"head w{j}"] for j in (1, 2, 3)]
    assert sum(slopes) == pytest.approx(0)
    x = truth.components.centre[0]
    score = shown["head b"] + np.dot(slopes, x)
    real = truth.heads.intercept[0, 0] + truth.heads.weight[0, 0] @ x
    assert score == pytest.approx(real)
