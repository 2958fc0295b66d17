"""The VQ-VAE of compositions, and where it meets the mixtures."""

from dataclasses import replace
from math import log

import numpy as np
import pytest
import torch

from latentcore.data.preparation.composition import clr
from latentcore.mixture.dirichlet import Dirichlets
from latentcore.networks.draws import seeded
from latentcore.networks.likelihoods.composition import log_concentration
from latentcore.networks.quantizers import PRESETS, QuantizerSettings
from latentcore.networks.vqvae import (
    ByLikelihood,
    ByLikelihoodSettings,
    CompositionSettings,
    CompositionVQVAE,
)
from latentcore.networks.vqvae.features import features
from latentcore.training import Plan
from tests.networks.vqvae.fitting import fit

P, K = 6, 4
LIKELIHOODS = ["Dirichlet-multinomial", "multinomial", "Dirichlet"]


def table(n=300, depth=None, seed=0):
    """Samples of K Dirichlets: proportions, or counts of about that depth; and who they are of."""
    rng = np.random.default_rng(seed)
    a = rng.dirichlet(np.ones(P), K) * 40 + 0.3
    z = rng.integers(K, size=n)
    x = Dirichlets(a).sample(z, rng)
    if depth is None:
        return torch.tensor(x), torch.tensor(z)
    return torch.tensor(rng.multinomial(rng.poisson(depth, n), x)), torch.tensor(z)


def samples(likelihood, n=300):
    return table(n, None if likelihood == "Dirichlet" else 500)[0]


def model(likelihood, slots=4, **changes):
    quantizer = replace(QuantizerSettings(codes=16, width=4), **changes)
    settings = CompositionSettings(P, slots, (32,), likelihood, quantizer)
    return CompositionVQVAE(settings, seeded(0))


def test_features_are_log_ratios_zeros_and_depth():
    counts = torch.tensor([[3, 0, 7], [20_000, 1, 0]])
    seen = features(counts).numpy()
    np.testing.assert_allclose(seen[:, :3], clr(counts.numpy() + 0.5), rtol=1e-5)
    np.testing.assert_array_equal(seen[:, 3:6], [[1, 0, 1], [1, 1, 0]])
    np.testing.assert_allclose(seen[:, 6], np.log(np.array([10, 20_001]) / 10_000), rtol=1e-5)
    x = table(5)[0]
    seen = features(x).numpy()
    np.testing.assert_allclose(seen[:, :P], clr(x.numpy()), rtol=1e-4, atol=1e-5)
    assert (seen[:, P:-1] == 1).all() and (seen[:, -1] == 0).all()
    assert features(torch.zeros(1, 3, dtype=torch.int64)).isfinite().all()  # an empty sample


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_slots_are_a_map_of_one_row(likelihood):
    m, x = model(likelihood), samples(likelihood, 20)
    assert m.encode(x).shape == (20, 1, 4)
    assert m.reconstruct(x).shape == (20, P)
    torch.testing.assert_close(m.reconstruct(x).sum(1), torch.ones(20))
    account = m.account(x)
    assert account.log_prior[0].item() == pytest.approx(-4 * log(16))
    assert account.discrete == (likelihood != "Dirichlet")
    look = m.look((x,), seeded(0))
    assert look["x"].shape == look["reconstruction"].shape == (20, P)
    assert look["index"].shape == (20, 1, 4)


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_training_tells_samples_better_than_their_mean_does(likelihood):
    x = samples(likelihood, 600)
    m = model(likelihood, kmeans=True, restart=0.03, warmup=20)
    fit(m, x[:500], Plan(300), rate=3e-3)
    mean = ByLikelihood(ByLikelihoodSettings(P, 1, likelihood), seeded(0))
    fit(mean, x[:500], Plan(300), rate=3e-2)
    told, untold = m.account(x[500:]), mean.account(x[500:])
    assert told.log_likelihood.mean() > untold.log_likelihood.mean() + 4
    usage = m.usage(x)
    assert usage.counts.sum() == 600 * 4 and usage.used >= 8


@pytest.mark.parametrize("preset", PRESETS)
def test_every_recipe_works_on_slots(preset):
    recipe = replace(PRESETS[preset], codes=16, warmup=min(PRESETS[preset].warmup, 20))
    settings = CompositionSettings(P, 3, quantizer=recipe)
    m = CompositionVQVAE(settings, seeded(0))
    x = samples("counts")
    before = m.account(x).log_likelihood.mean()
    losses = fit(m, x, Plan(60, 32), rate=3e-3)
    assert np.isfinite(losses).all() and m.account(x).log_likelihood.mean() > before + 1


def test_settings_that_make_no_sense_are_refused():
    with pytest.raises(ValueError, match="parts is a whole number from 2, got 1"):
        CompositionSettings(1)
    with pytest.raises(ValueError, match="slots is a whole number from 1, got 0"):
        CompositionSettings(P, 0)
    with pytest.raises(ValueError, match="codes is a whole number from 1, got 0"):
        ByLikelihoodSettings(P, 0)


def test_another_number_of_parts_is_refused():
    with pytest.raises(ValueError, match=r"expected samples of 6 parts, got \(5,\)"):
        model("multinomial").encode(torch.ones(2, 5, dtype=torch.int64))


def test_the_likelihoods_of_different_data_are_not_compared():
    counts, shares = (model(name).account(samples(name, 5)) for name in LIKELIHOODS[::2])
    with pytest.raises(ValueError, match="cannot be compared"):
        counts.gain(shares)


def outputs(a):
    """What the network would put out for these concentrations: (K, p) -> (K, p + 1)."""
    total = a.sum(1, keepdims=True)
    return torch.tensor(np.hstack([np.log(a), np.log(total / a.shape[1])]))


def maximise(m, x, index):
    """The decoder's M-step: codes that maximise the likelihood of the samples given to them."""
    optimiser = torch.optim.LBFGS(
        m.parameters(),
        max_iter=500,
        tolerance_grad=1e-10,
        tolerance_change=0,
        line_search_fn="strong_wolfe",
    )

    def closure():
        optimiser.zero_grad()
        loss = -m.likelihood.log_prob(m.decode(index), x).double().mean()
        loss.backward()
        return loss

    optimiser.step(closure)


def test_one_slot_without_encoder_is_hard_em_of_the_dirichlet_mixture():
    """Assignment by likelihood and a decoder fitted to it are the two steps of the mixtures."""
    x = table()[0]
    rng = np.random.default_rng(3)
    mixture = Dirichlets(rng.uniform(0.5, 3, (K, P)), ridge=0.0)
    m = ByLikelihood(ByLikelihoodSettings(P, K, "Dirichlet"), seeded(0)).double()
    m.output.data = outputs(mixture.concentration)
    objectives = []
    for _ in range(8):
        log_prob = mixture.log_prob(x.numpy())
        hard = log_prob.argmax(1)
        index = m.encode(x)
        np.testing.assert_array_equal(index.flatten(), hard)
        np.testing.assert_allclose(m.log_prob(x).detach(), log_prob, rtol=1e-3, atol=1e-3)
        objective = log_prob.max(1).mean()
        assert m.loss((x,), seeded(0)).total.item() == pytest.approx(-objective, rel=1e-4)
        objectives.append(objective)
        assert len(set(hard)) == K
        mixture = mixture.maximise(mixture.statistics(x.numpy(), np.eye(K)[hard]))
        maximise(m, x, index)
        ours = log_concentration(m.output).exp().detach()
        np.testing.assert_allclose(ours, mixture.concentration, rtol=1e-3)
    assert (np.diff(objectives) >= -1e-9).all() and objectives[-1] > objectives[0] + 0.5


def test_gradient_steps_on_the_loss_find_the_groups():
    x, z = table()
    m = ByLikelihood(ByLikelihoodSettings(P, K, "Dirichlet"), seeded(0))
    m.begin(x, seeded(0))
    fit(m, x, Plan(400), rate=3e-2)
    index = m.encode(x).flatten()
    purity = torch.zeros(K, K).index_put_((index, z), torch.ones(len(x)), accumulate=True)
    assert purity.amax(1).sum() / len(x) > 0.85


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_codes_begin_where_samples_are(likelihood):
    x = samples(likelihood)
    m = ByLikelihood(ByLikelihoodSettings(P, K, likelihood), seeded(0))
    m.begin(x, seeded(0))
    assert m.usage(x).counts.min() > 10


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_with_one_slot_the_evidence_is_known_and_the_account_below_it(likelihood):
    m = ByLikelihood(ByLikelihoodSettings(P, K, likelihood), seeded(0))
    x = samples(likelihood, 50)
    bound, evidence = m.account(x).bound, m.evidence(x).detach()
    assert (bound <= evidence).all() and (bound >= evidence - log(K)).all()
    best = m.log_prob(x).amax(1).detach() - log(K)
    torch.testing.assert_close(bound, best)
    assert m.look((x,), seeded(0))["codebook"].shape == (K, P)
