"""The film holds the steps as they were, each component at one place throughout."""

import numpy as np
import pytest

from latentcore.evaluation.experiment import Design, Fitting, draw, fitted, side_by_side
from latentcore.figures import mixture as figures
from latentcore.figures import reel
from latentcore.mixture.covariance import Diagonal
from latentcore.mixture.examples.presets import DIRICHLET, GAUSSIAN
from latentcore.mixture.fit import Schedule, fit
from latentcore.mixture.gaussian import Gaussians
from latentcore.mixture.mixture import Mixture

CASES = [
    (GAUSSIAN["unequal"].truth, Fitting(3, "full")),
    (DIRICHLET["figure-3"].truth, Fitting(2, None)),
    (DIRICHLET["five-parts"].truth, Fitting(3, None)),
]


@pytest.mark.parametrize("truth, fitting", CASES)
def test_every_step_is_in_the_film(truth, fitting):
    drawn, _ = draw(truth, Design(200))
    steps = fitted(drawn.data, fitting).steps
    order = reel.display_order(steps, truth, drawn.data.x)
    film = reel.film(steps, drawn.data, order)
    assert film.weight.shape == (len(steps), fitting.components)
    np.testing.assert_array_equal(film.x, drawn.data.x)
    for t in (0, len(steps) // 2, len(steps) - 1):
        shown = steps[t].mixture.take(order)
        np.testing.assert_allclose(film.weight[t], shown.weight)
        np.testing.assert_allclose(film.centre[t], shown.components.centre)
        np.testing.assert_allclose(film.intercept[t], shown.heads.intercept)
        np.testing.assert_allclose(film.slope[t], shown.heads.weight)
        assert film.objective[t] == steps[t].objective
    assert film.uses_labels


@pytest.mark.parametrize("truth, fitting", CASES)
def test_components_follow_the_truth(truth, fitting):
    """Whatever the order in which EM found them, component k of the film is truth k."""
    drawn, _ = draw(truth, Design(400))
    steps = fitted(drawn.data, fitting).steps
    film = reel.film(steps, drawn.data, reel.display_order(steps, truth, drawn.data.x))
    distance = np.abs(film.centre[-1][:, None] - truth.components.centre).sum(2)
    np.testing.assert_array_equal(distance.argmin(0), np.arange(len(truth)))


def test_a_dropped_component_keeps_its_place_with_weight_zero():
    rng = np.random.default_rng(0)
    x = np.concatenate([rng.normal(size=(40, 2)), rng.normal(size=(40, 2)) + 8])
    mean = np.array([[1e4, 1e4], [0.0, 0], [8, 8]])
    start = Gaussians(mean, Diagonal(np.ones((3, 2))), np.full(2, 1e-3))
    data = type(draw(CASES[0][0], Design(5))[0].data)(x)
    steps = fit(Mixture(np.log(np.full(3, 1 / 3)), start), data, Schedule(empty="drop")).steps
    assert len(steps[-1].mixture) == 2
    film = reel.film(steps, data)
    assert film.weight.shape[1] == 3
    np.testing.assert_allclose(film.weight.sum(1), 1)
    assert film.weight[-1, 0] == 0
    np.testing.assert_allclose(film.centre[-1, 1:], steps[-1].mixture.components.centre)
    np.testing.assert_allclose(film.centre[-1, 0], [1e4, 1e4])
    assert film.events[0][1].startswith("component 1 was empty")


def test_of_two_empty_components_the_film_drops_the_one_that_em_drops():
    rng = np.random.default_rng(0)
    x = np.concatenate([rng.normal(size=(40, 2)), rng.normal(size=(40, 2)) + 8])
    mean = np.array([[0.0, 0], [20, 20], [1e4, 1e4], [8, 8]])
    start = Gaussians(mean, Diagonal(np.full((4, 2), 0.2)), np.full(2, 1e-3))
    data = type(draw(CASES[0][0], Design(5))[0].data)(x)
    steps = fit(Mixture(np.log(np.full(4, 0.25)), start), data, Schedule(empty="drop")).steps
    assert (steps[0].count[1:3] < 1e-6).all() and steps[0].count[1] > steps[0].count[2]
    assert steps[1].dropped == 1
    film = reel.film(steps, data)
    assert film.weight[1, 1] == 0 and film.weight[1, 2] > 0
    np.testing.assert_allclose(film.centre[-1, [0, 3]], steps[-1].mixture.components.centre)


def test_five_parts_are_shown_in_their_principal_plane():
    truth = DIRICHLET["five-parts"].truth
    drawn, _ = draw(truth, Design(500))
    film = reel.film(fitted(drawn.data, Fitting(3, None)).steps, drawn.data)
    np.testing.assert_allclose(film.plane.T @ film.plane, np.eye(2), atol=1e-12)
    spread = np.cov((drawn.data.x @ film.plane).T)
    value = np.linalg.eigvalsh(np.cov(drawn.data.x.T))[::-1]
    np.testing.assert_allclose(np.diag(spread), value[:2])
    share = round(100 * value[0] / value.sum())
    assert film.plane_names[0] == f"principal component 1 ({share} %)"


@pytest.mark.parametrize("truth, fitting", CASES)
def test_figures_draw_what_there_is(truth, fitting):
    drawn, _ = draw(truth, Design(200))
    fits = list(side_by_side(drawn.data, fitting, 3))
    film = reel.film(fits[0].steps, drawn.data)
    figure = figures.truth_and_fit(truth, fits[0].mixture, drawn.data, film)
    named = [trace.name for trace in figure.data if trace.name]
    assert named.count("fit, component 1") == 1
    assert len(named) == len(truth) + fitting.components
    race = figures.starts([*fits, "no fit"], 2, 200)
    assert [trace.name for trace in race.data] == ["start 1", "start 2", "start 3"]
    np.testing.assert_allclose(race.data[1].y[-1], fits[1].objective / 200)
    assert race.data[1].line.width > race.data[0].line.width


def test_an_outline_is_one_standard_deviation():
    """Its farthest point along x is the component's standard deviation of x."""
    truth = GAUSSIAN["figure-1"].truth
    drawn, _ = draw(truth, Design(100))
    film = reel.film(fitted(drawn.data, Fitting()).steps, drawn.data)
    figure = figures.truth_and_fit(truth, truth, drawn.data, film)
    outline = next(trace for trace in figure.data if trace.name == "truth, component 1")
    assert max(outline.x) - truth.components.mean[0, 0] == pytest.approx(1.0, rel=2e-3)
    assert max(outline.y) - truth.components.mean[0, 1] == pytest.approx(1.5, rel=2e-3)
