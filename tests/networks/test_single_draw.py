"""The parabola's estimators: exact moments against PyTorch's, sampling and algebra."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from latentcore.networks import gradients
from latentcore.networks.draws import seeded
from latentcore.networks.single_draw import Line, estimates, exact
from latentcore.networks.vae import VAE, VAESettings

LINES = {
    "usual": Line(),
    "narrow": Line(pixels=3, noise=0.5, length=2.0, target=-0.3, mean=0.4, sigma=0.1),
    "wide": Line(pixels=8, noise=1.5, length=1.0, sigma=1.5),
}


def twin(line):
    """A VAE of linear maps that is the line, and its one sample x."""
    model = VAE(
        VAESettings((line.pixels,), 1, "gaussian", sigma=line.noise, encoder="dense", layers=0),
        seeded(0),
    ).double()
    along = np.zeros(line.pixels)
    along[0] = line.length
    x = line.target * along
    x[1] = line.noise * np.sqrt(line.pixels)  # what no z explains
    log_variance = 2 * np.log(line.sigma)
    raw = 12 * np.arctanh(log_variance / 12)  # the encoder squashes it
    with torch.no_grad():
        (to_z, to_x) = (part.net[0] for part in (model.encoder, model.decoder))
        for layer in (to_z, to_x):
            layer.weight.zero_()
            layer.bias.zero_()
        to_x.weight[:, 0] = torch.from_numpy(along)
        to_z.bias.copy_(torch.tensor([line.mean, raw]))
    return model, torch.from_numpy(x)[None], 1 - (log_variance / 12) ** 2


@pytest.mark.parametrize("name", LINES)
def test_every_draw_says_what_the_network_s_gradients_say(name):
    line, draws = LINES[name], 60
    model, x, squash = twin(line)
    found = gradients.compare(model, x, draws, seeded(3))
    eps = torch.randn((draws, 1, 1), generator=seeded(3), dtype=torch.float64)[:, 0, 0].numpy()
    kl = np.array([line.mean, 0.5 * (line.sigma**2 - 1)])
    scale = np.array([1, squash])
    for estimator, estimate in estimates(line, eps).items():
        theirs = found[estimator]
        mean, variance = theirs.mean[-2:] / scale + kl, theirs.variance[-2:] / scale**2
        np.testing.assert_allclose(estimate.mean(0), mean, rtol=1e-5)
        np.testing.assert_allclose(estimate.var(0, ddof=1), variance, rtol=1e-5)


@pytest.mark.parametrize("name", LINES)
def test_exact_moments_are_those_of_very_many_draws(name):
    line, groups, draws = LINES[name], 20_000, 5
    eps = np.random.default_rng(0).standard_normal((groups, draws))
    each = [estimates(line, row) for row in eps]
    for estimator, moments in exact(line, draws).items():
        many = np.concatenate([one[estimator] for one in each])
        error = np.sqrt(moments.variance / len(many))
        assert (np.abs(many.mean(0) - moments.mean) < 4.5 * error).all(), estimator
        np.testing.assert_allclose(many.var(0), moments.variance, rtol=0.06)


@pytest.mark.parametrize("name", LINES)
def test_all_have_the_mean_that_algebra_gives(name):
    line = LINES[name]
    expected = [line.curvature * (line.target - line.mean), -line.curvature * line.sigma**2 / 2]
    for moments in exact(line, 50).values():
        np.testing.assert_allclose(moments.mean, expected, rtol=1e-9, atol=1e-9)
    found = exact(line, 50)["pathwise"].variance[0]
    assert found == pytest.approx((line.curvature * line.sigma) ** 2)


def test_pixels_that_z_does_not_touch_disturb_the_score_function_alone():
    few, many = (exact(Line(pixels=d), 50) for d in (16, 784))
    for name in ("pathwise", "score function, baseline"):
        np.testing.assert_allclose(many[name].variance, few[name].variance, rtol=1e-9)
    assert (many["score function"].variance > 1000 * few["score function"].variance).all()


@pytest.mark.parametrize(
    ("change", "words"),
    [({"pixels": 0}, "pixels is positive, got 0"), ({"sigma": -1.0}, "sigma")],
)
def test_what_makes_no_sense_is_named(change, words):
    with pytest.raises(ValueError, match=words):
        replace(Line(), **change)


def test_a_single_draw_has_no_baseline():
    with pytest.raises(ValueError, match="two or more, got 1"):
        exact(Line(), 1)
    with pytest.raises(ValueError, match="two or more, got 1"):
        estimates(Line(), np.zeros(1))
