"""Likelihoods of counts and proportions, against SciPy and torch.distributions."""

import numpy as np
import pytest
import torch
from scipy import stats
from torch import distributions

from latentcore.networks.draws import seeded
from latentcore.networks.likelihoods import COMPOSITIONS, composition
from latentcore.networks.likelihoods.composition import log_concentration

P, B = 5, 40


def given(name, b=B, seed=0, scale=1.0):
    shape = b, composition(name).channels(P)
    return scale * torch.randn(shape, generator=seeded(seed), dtype=torch.float64)


def counts(depth, seed=0, b=B):
    rng = np.random.default_rng(seed)
    return rng.multinomial(depth, rng.dirichlet(np.full(P, 0.3), b))


def proportions(seed=0, b=B):
    return np.random.default_rng(seed).dirichlet(np.full(P, 2.0), b)


@pytest.mark.parametrize("depth", [1, 30, 2_000_000])
def test_counts_have_scipys_probabilities(depth):
    x = counts(depth)
    assert (x == 0).any()
    output = given("Dirichlet-multinomial")
    a = log_concentration(output).exp().numpy()
    theirs = stats.dirichlet_multinomial.logpmf(x, a, depth)
    ours = composition("Dirichlet-multinomial").log_prob(output, torch.tensor(x))
    np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-4)
    output = given("multinomial")
    theirs = stats.multinomial.logpmf(x, depth, output.softmax(1).numpy())
    ours = composition("multinomial").log_prob(output, torch.tensor(x))
    np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-4)


def test_proportions_have_scipys_and_torchs_density():
    x, output = proportions(), given("Dirichlet")
    a = log_concentration(output).exp()
    ours = composition("Dirichlet").log_prob(output, torch.tensor(x))
    theirs = [stats.dirichlet.logpdf(x[i], a[i].numpy()) for i in range(B)]
    np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-4)
    torch_says = distributions.Dirichlet(a).log_prob(torch.tensor(x))
    torch.testing.assert_close(ours.double(), torch_says, rtol=1e-5, atol=1e-4)


def test_concentrations_are_the_shares_times_their_total():
    a = log_concentration(given("Dirichlet")).exp()
    output = given("Dirichlet")
    torch.testing.assert_close(a / a.sum(1, keepdim=True), output[:, :-1].softmax(1))
    torch.testing.assert_close(a.sum(1), P * output[:, -1].exp())
    assert torch.equal(log_concentration(torch.zeros(2, P + 1)).exp(), torch.ones(2, P).double())


@pytest.mark.parametrize("name", COMPOSITIONS)
def test_samples_have_the_mean_and_the_type_that_log_prob_takes(name):
    model = composition(name)
    output = given(name, 1).expand(20_000, -1)
    drawn = model.sample(output, seeded(0))
    assert drawn.shape == (20_000, P)
    assert drawn.is_floating_point() == (not model.discrete)
    assert model.log_prob(output[:50], drawn[:50]).isfinite().all()
    share = model.scaled(drawn).double()
    torch.testing.assert_close(share.sum(1), torch.ones(20_000).double(), atol=1e-5, rtol=0)
    assert (share.mean(0) - model.mean(output[:1])[0]).abs().max() < 0.02
    assert torch.equal(drawn, model.sample(output, seeded(0)))
    assert not torch.equal(drawn, model.sample(output, seeded(1)))


def test_samples_scatter_as_the_concentration_says():
    output = torch.zeros(20_000, P + 1, dtype=torch.float64)
    for total in (-1.0, 3.0):
        output[:, -1] = total
        a = P * np.exp(total)
        expected = (1 / P) * (1 - 1 / P) / (a + 1)
        for name in ("Dirichlet", "Dirichlet-multinomial"):
            model = composition(name)
            variance = model.scaled(model.sample(output, seeded(0))).var(0)
            np.testing.assert_allclose(variance, expected, rtol=0.08)


@pytest.mark.parametrize("name", COMPOSITIONS)
def test_gradients_are_right_and_finite_far_out(name):
    model = composition(name)
    x = torch.tensor(proportions() if name == "Dirichlet" else counts(100))
    output = given(name, scale=1.0).requires_grad_()
    step = torch.randn(output.shape, generator=seeded(5), dtype=torch.float64)
    h = 1e-2  # log_prob is handed back in float32
    model.log_prob(output, x).sum().backward()
    up, down = (model.log_prob(output + s * h * step, x).double().sum() for s in (1, -1))
    assert (output.grad * step).sum().item() == pytest.approx(
        (up - down).item() / (2 * h), rel=1e-2
    )
    far = (50 * given(name)).requires_grad_()
    model.log_prob(far, x).sum().backward()
    assert far.grad.isfinite().all()


@pytest.mark.parametrize("name", ["Dirichlet-multinomial", "multinomial"])
def test_probabilities_of_all_counts_sum_to_one(name):
    every = torch.tensor([[a, b, 7 - a - b] for a in range(8) for b in range(8 - a)])
    output = torch.randn(1, composition(name).channels(3), generator=seeded(1)).expand(36, -1)
    assert composition(name).log_prob(output, every).exp().sum().item() == pytest.approx(
        1, abs=1e-5
    )


def test_proportions_and_counts_are_not_confused():
    for name in ("Dirichlet-multinomial", "multinomial"):
        with pytest.raises(TypeError, match="takes whole numbers"):
            composition(name).log_prob(given(name), torch.tensor(proportions()))
    with pytest.raises(TypeError, match="proportions that sum to one"):
        composition("Dirichlet").log_prob(given("Dirichlet"), torch.tensor(counts(10)))
    zero = torch.tensor(proportions())
    zero[3, 2] = 0
    with pytest.raises(ValueError, match="hold 0 at row 3 of the batch, column 2"):
        composition("Dirichlet").log_prob(given("Dirichlet"), zero)
    with pytest.raises(ValueError, match="one of .*got 'normal'"):
        composition("normal")
