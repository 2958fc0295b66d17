"""Every likelihood sums (or integrates) to one, and its mean and samples follow its density."""

from itertools import product

import numpy as np
import pytest
import torch
from scipy import stats
from torch import distributions

from latentcore.networks import draws
from latentcore.networks.draws import categorical, seeded
from latentcore.networks.likelihoods import LIKELIHOODS, Categorical, likelihood
from latentcore.networks.units import bits_per_dim, nats

DISCRETE = {"bernoulli": 2, "categorical": 3, "discretised logistic": 4}
GAUSSIAN = [name for name in LIKELIHOODS if name.startswith("gaussian")]
IMAGE = (2, 1, 2)  # channels, height, width


def output(model, shape=IMAGE, seed=0, batch=1):
    generator = seeded(seed)
    wide = (batch, model.channels(shape[0]), *shape[1:])
    return torch.randn(wide, generator=generator, dtype=torch.float64)


def every_sample(levels, shape=IMAGE):
    return torch.tensor(list(product(range(levels), repeat=int(np.prod(shape))))).reshape(
        -1, *shape
    )


@pytest.mark.parametrize("shape", [IMAGE, (4,)], ids=["image", "vector"])
@pytest.mark.parametrize(("name", "levels"), DISCRETE.items())
@pytest.mark.parametrize("scale", [1, 20])
def test_probabilities_of_all_samples_sum_to_one(name, levels, shape, scale):
    model = likelihood(name, levels)
    assert model.discrete
    given, every = output(model, shape) * scale, every_sample(levels, shape)
    log_prob = model.log_prob(given.expand(len(every), *given.shape[1:]), every)
    assert log_prob.shape == (levels**4,)
    assert log_prob.exp().sum().item() == pytest.approx(1, abs=1e-12)
    mean = torch.einsum("n,n...->...", log_prob.exp(), every.double() / (levels - 1))
    torch.testing.assert_close(model.mean(given)[0], mean)


@pytest.mark.parametrize(("name", "levels"), DISCRETE.items())
def test_samples_have_the_probabilities(name, levels):
    model = likelihood(name, levels)
    given, every = output(model), every_sample(levels)
    prob = model.log_prob(given.expand(len(every), *given.shape[1:]), every).exp()
    n = 20_000
    drawn = model.sample(given.expand(n, *given.shape[1:]), seeded(1))
    assert drawn.dtype == torch.int64 and drawn.shape == (n, *IMAGE)
    code = (drawn.flatten(1) * levels ** torch.arange(3, -1, -1)).sum(1)
    count = code.bincount(minlength=levels**4).numpy()
    expected = (prob / prob.sum()).numpy() * n
    keep = expected >= 5
    assert count[expected < 1e-3].sum() <= 2
    chi2 = ((count - expected)[keep] ** 2 / expected[keep]).sum()
    assert stats.chi2.sf(chi2, keep.sum() - 1) > 1e-4


@pytest.mark.parametrize("name", GAUSSIAN)
def test_gaussians_equal_torch_distributions(name):
    model = likelihood(name, sigma=0.3).double()
    assert not model.discrete
    given = output(model, batch=5)
    x = torch.randn(5, *IMAGE, dtype=torch.float64)
    mean, variance = model.split(given)
    if name == "gaussian":
        assert variance.item() == pytest.approx(0.09)
    oracle = distributions.Normal(mean, variance.sqrt().expand_as(mean))
    torch.testing.assert_close(model.log_prob(given, x), oracle.log_prob(x).sum((1, 2, 3)))
    drawn = model.sample(given.repeat(4000, 1, 1, 1), seeded(0)).reshape(4000, 5, *IMAGE)
    off = (drawn.mean(0) - mean) / (variance.sqrt() / 4000**0.5)
    assert off.abs().max() < 4.5
    torch.testing.assert_close(drawn.var(0), variance.expand_as(mean), rtol=0.15, atol=0)


@pytest.mark.parametrize("name", GAUSSIAN)
def test_sigma_starts_where_it_is_told_and_learnt_ones_do_not_vanish(name):
    model = likelihood(name, sigma=0.3)
    zero = torch.zeros(1, model.channels(2))
    assert model.split(zero)[1].max().sqrt().item() == pytest.approx(0.3, rel=1e-3)
    assert len(list(model.parameters())) == (name == "gaussian, learned sigma")
    if name != "gaussian":
        for weight in model.parameters():
            weight.data.fill_(-100.0)
        assert 5e-4 < model.split(zero - 100)[1].min().sqrt() < 2e-2
        assert model.log_prob(zero - 100, torch.full((1, 2), -100.0)).item() < 2 * 7


def test_bernoulli_and_categorical_equal_torch_distributions():
    bernoulli, x = likelihood("bernoulli", 2), torch.randint(0, 2, (5, *IMAGE))
    given = output(bernoulli, batch=5)
    oracle = distributions.Bernoulli(logits=given).log_prob(x.double()).sum((1, 2, 3))
    torch.testing.assert_close(bernoulli.log_prob(given, x), oracle)
    model, x = Categorical(17), torch.randint(0, 17, (5, *IMAGE), dtype=torch.uint8)
    given = output(model, batch=5)
    oracle = distributions.Categorical(logits=model.logits(given).movedim(1, -1)).log_prob(x)
    torch.testing.assert_close(model.log_prob(given, x), oracle.sum((1, 2, 3)))


def test_discretised_logistic_equals_scipy():
    model = likelihood("discretised logistic", 256)
    given = output(model, (1,), batch=256)
    location, scale = (v.numpy() for v in model.split(given))
    level = np.arange(256)[:, None]
    edge = stats.logistic(location, scale)
    below, above = (level - 0.5) / 255, (level + 0.5) / 255
    low = np.where(level > 0, edge.cdf(below), 0)
    high = np.where(level < 255, edge.cdf(above), 1)
    right = np.where(level > 0, edge.sf(below), 1) - np.where(level < 255, edge.sf(above), 0)
    prob = np.where(below > location, right, high - low)  # each tail has its own digits
    found = model.log_prob(given, torch.tensor(level))
    np.testing.assert_allclose(found, np.log(prob)[:, 0], rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("name", LIKELIHOODS)
def test_extreme_outputs_give_finite_losses_and_gradients(name):
    model = likelihood(name, levels=17)
    x = torch.arange(17).reshape(17, 1)
    for size in (-1e4, -60.0, 0.0, 60.0, 1e4):
        given = torch.full((17, model.channels(1)), size, requires_grad=True)
        model.log_prob(given, x).sum().backward()
        assert given.grad.isfinite().all()
        assert model.log_prob(given, x).isfinite().all()


@pytest.mark.parametrize("name", LIKELIHOODS)
def test_bfloat16_outputs_are_summed_in_float32(name):
    model = likelihood(name, levels=17)
    given = output(model, (3, 16, 16)).bfloat16()
    x = torch.randint(0, 17, (1, 3, 16, 16))
    assert model.log_prob(given, x).dtype == torch.float32
    exact = model.double().log_prob(given.double(), x)
    torch.testing.assert_close(model.float().log_prob(given, x).double(), exact, rtol=1e-5, atol=0)


@pytest.mark.parametrize("name", ["bernoulli", *GAUSSIAN])
def test_levels_stand_for_fractions_of_the_last_one(name):
    model = likelihood(name, levels=17)
    given = output(model, batch=4)
    level = torch.randint(0, 17, (4, *IMAGE))
    expected = likelihood(name).log_prob(given, level.double() / 16)
    torch.testing.assert_close(model.log_prob(given, level), expected, rtol=1e-6, atol=1e-6)
    torch.testing.assert_close(model.scaled(level), level / 16)


def test_only_probabilities_of_whole_numbers_are_called_discrete():
    claimed = {name for name in LIKELIHOODS if likelihood(name, 17).discrete}
    assert claimed == {"categorical", "discretised logistic"}
    assert likelihood("bernoulli", 2).discrete
    assert not likelihood("bernoulli").discrete


def test_what_cannot_be_meant_is_an_error():
    with pytest.raises(ValueError, match="one of .*'categorical'"):
        likelihood("cauchy")
    with pytest.raises(ValueError, match="two levels, got 1"):
        likelihood("bernoulli", 1)
    with pytest.raises(ValueError, match="positive, got 0"):
        likelihood("gaussian", sigma=0)
    with pytest.raises(TypeError, match="levels=256"):
        likelihood("categorical")
    with pytest.raises(TypeError, match="levels=256"):
        likelihood("bernoulli").scaled(torch.ones(1, dtype=torch.uint8))
    for name in ("categorical", "discretised logistic"):
        model = likelihood(name, 4)
        with pytest.raises(TypeError, match=r"0\.\.3 .*float32"):
            model.log_prob(torch.zeros(1, model.channels(2)), torch.zeros(1, 2))


def test_grey_bernoulli_samples_are_black_or_white():
    logit = torch.zeros(100, 3)
    assert set(likelihood("bernoulli", 17).sample(logit, seeded(0)).unique().tolist()) == {0, 16}
    real = likelihood("bernoulli").sample(logit, seeded(0))
    assert real.is_floating_point() and set(real.unique().tolist()) == {0, 1}


def test_categorical_draws_are_exact_at_both_ends(monkeypatch):
    prob = torch.full((50_000, 3), 0.3)  # sums to 0.9, as rounding makes it sum to 0.9999999
    share = categorical(prob, seeded(0)).bincount() / 50_000
    torch.testing.assert_close(share, torch.full((3,), 1 / 3), rtol=0, atol=0.01)
    never = torch.tensor([[0.0, 1.0, 0.0]]).expand(5000, 3)
    assert (categorical(never, seeded(0)) == 1).all()
    monkeypatch.setattr(draws, "uniform", lambda shape, like, _: torch.ones(shape).to(like))
    assert (categorical(prob, seeded(0)) == 2).all()
    monkeypatch.setattr(draws, "uniform", lambda shape, like, _: torch.zeros(shape).to(like))
    assert (categorical(never, seeded(0)) == 1).all()


def test_bits_per_dimension():
    assert bits_per_dim(64 * np.log(2), 64) == pytest.approx(1)
    assert nats(bits_per_dim(123.4, 64), 64) == pytest.approx(123.4)
    torch.testing.assert_close(
        bits_per_dim(torch.tensor([np.log(4.0)]), 1), torch.tensor([2.0]).double()
    )
