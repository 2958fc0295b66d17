"""Figures of a VAE: densities that integrate to one, estimators beside their exact moments."""

import numpy as np
import pytest
from scipy import stats

from latentcore.figures import vae
from latentcore.networks.single_draw import ESTIMATORS, Line, estimates, exact

RNG = np.random.default_rng(0)
MEAN, LOG_VARIANCE = RNG.normal(0, 1, (200, 6)), RNG.normal(-2, 0.3, (200, 6))
MEAN[:, 2], LOG_VARIANCE[:, 2] = 0.0, 0.0
MEAN[:, 4] *= 20  # an autoencoder's axis


def test_the_aggregated_posterior_is_a_density_beside_the_prior():
    figure = vae.aggregate(MEAN, LOG_VARIANCE)
    assert len(figure.data) == 2 * vae.MOST_AXES
    for q, prior in zip(figure.data[::2], figure.data[1::2], strict=True):
        assert 0.95 < np.trapezoid(q.y, q.x) < 1.001
        np.testing.assert_allclose(prior.y, stats.norm.pdf(prior.x))
    titles = [figure.layout[name].title.text for name in ("xaxis", "xaxis2", "xaxis3", "xaxis4")]
    largest = np.sort(np.argsort(-vae.kl_per_axis(MEAN, LOG_VARIANCE))[: vae.MOST_AXES])
    assert [title.split(" (")[0] for title in titles] == [f"z{axis + 1}" for axis in largest]
    assert 2 not in largest and 4 in largest
    assert max(figure.data[2 * [t[:2] for t in titles].index("z5")].x) > 20


def test_a_collapsed_axis_is_named_and_equals_the_prior():
    figure = vae.aggregate(MEAN[:, 2:3], LOG_VARIANCE[:, 2:3].astype(np.float16))
    assert figure.layout.xaxis.title.text == "z1 (collapsed)"
    np.testing.assert_allclose(figure.data[0].y, figure.data[1].y)


def test_every_draw_is_a_dot_around_one_exact_gradient():
    line = Line(pixels=64)
    found, moments = estimates(line, RNG.standard_normal(150)), exact(line, 150)
    figure = vae.single_draws(found, moments)
    assert [trace.name for trace in figure.data] == list(ESTIMATORS)
    for row, trace in enumerate(figure.data):
        np.testing.assert_array_equal(trace.x, found[trace.name][:, 0])
        assert (np.abs(np.array(trace.y) - row) < 0.5).all()
    assert figure.layout.shapes[0].x0 == pytest.approx(moments["pathwise"].mean[0])
    said = [note.text for note in figure.layout.annotations]
    sd = np.sqrt([moments[name].variance[0] for name in ESTIMATORS])
    assert said == [f"standard deviation {value:,.3g}" for value in sd]


def test_variance_against_pixels_is_exact_at_each():
    line = Line(noise=0.4)
    figure = vae.against_pixels(line, 60)
    for trace in figure.data:
        at = int(trace.x[-1])
        expected = exact(Line(pixels=at, noise=0.4), 60)[trace.name].variance[0]
        assert trace.y[-1] == pytest.approx(expected)
    assert figure.layout.shapes[0].x0 == line.pixels
