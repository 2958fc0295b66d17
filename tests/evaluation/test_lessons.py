"""What a preset's lesson says is what its fit shows, with the settings the page opens with."""

from dataclasses import replace

import numpy as np
import pytest

from latentcore.evaluation import experiment
from latentcore.evaluation.experiment import Design, Fitting
from latentcore.mixture.examples.presets import PRESETS


def opened(family, name):
    preset = PRESETS[family][name]
    drawn, test = experiment.draw(
        preset.truth, Design(preset.samples, preset.stratified, preset.seed)
    )
    fitting = Fitting(
        preset.components,
        preset.covariance if family == "gaussian" else None,
        preset.how,
        preset.starts,
        preset.start_seed,
    )
    return drawn, test, fitting, experiment.fitted(drawn.data, fitting)


def best_of_ten(drawn, fitting):
    fits = experiment.side_by_side(drawn.data, fitting, 10)
    return max((fit for fit in fits if not isinstance(fit, str)), key=lambda fit: fit.objective)


@pytest.mark.parametrize(
    "family, name", [("gaussian", "bad-start"), ("gaussian", "unequal"), ("dirichlet", "unequal")]
)
def test_the_start_shown_is_a_bad_one_and_others_are_better(family, name):
    drawn, _, fitting, fit = opened(family, name)
    best = best_of_ten(drawn, fitting)
    assert fit.objective < best.objective - 0.1 * len(drawn.data)
    weight = np.sort(drawn.truth.weight)
    assert np.abs(np.sort(best.mixture.weight) - weight).max() < 0.05
    assert np.abs(np.sort(fit.mixture.weight) - weight).max() > 0.05


def test_a_bad_start_is_left_by_dragging_a_centre():
    drawn, _, fitting, fit = opened("gaussian", "bad-start")
    truth = drawn.truth.components.centre
    moves = tuple((k, tuple(truth[k])) for k in range(3))
    moved = experiment.fitted(drawn.data, replace(fitting, moves=moves))
    assert moved.objective > fit.objective + 0.1 * len(drawn.data)


@pytest.mark.parametrize("family", ["gaussian", "dirichlet"])
def test_overlap_takes_many_small_steps(family):
    *_, fit = opened(family, "overlap")
    *_, clear = opened(family, {"gaussian": "figure-1", "dirichlet": "figure-3"}[family])
    assert len(fit.steps) > 5 * len(clear.steps)


@pytest.mark.parametrize("family", ["gaussian", "dirichlet"])
def test_the_wrong_k_converges_and_more_components_are_better(family):
    drawn, _, fitting, fit = opened(family, "wrong-k")
    right = experiment.fitted(drawn.data, replace(fitting, components=len(drawn.truth), starts=10))
    assert fit.converged
    assert right.objective > fit.objective + 0.05 * len(drawn.data)


@pytest.mark.parametrize("family", ["gaussian", "dirichlet"])
def test_labels_without_noise_keep_the_heads_finite(family):
    drawn, test, _, fit = opened(family, "separable")
    assert np.isfinite(fit.mixture.heads.weight).all()
    found = experiment.accuracies(fit.mixture, drawn, test)
    assert found.bayes > 0.97 and found.mixture > 0.9


@pytest.mark.parametrize(
    "family, name, least",
    [
        ("gaussian", "figure-1", 0.79),
        ("dirichlet", "figure-3", 0.81),
        ("dirichlet", "five-parts", 0.82),
    ],
)
def test_where_the_lesson_promises_it_the_mixture_comes_near_bayes(family, name, least):
    drawn, test, _, fit = opened(family, name)
    found = experiment.accuracies(fit.mixture, drawn, test)
    assert found.mixture > max(least, found.logistic + 0.05)
