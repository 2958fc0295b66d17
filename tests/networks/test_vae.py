"""The model against closed forms, exact sums, finite differences and an oracle for its KL."""

import json
from dataclasses import asdict, replace
from itertools import product

import numpy as np
import pytest
import torch
from scipy import stats
from torch import distributions

from latentcore.networks.draws import seeded
from latentcore.networks.likelihoods import LIKELIHOODS
from latentcore.networks.vae import VAE, Posterior, VAESettings, posterior
from tests.networks.quadrature import expectation

TINY = VAESettings((2, 3, 4), latent=3, levels=4, hidden=4, layers=1)
ALL = [
    replace(TINY, likelihood=name, encoder=encoder)
    for name in LIKELIHOODS
    for encoder in ("convolutional", "dense")
]
NAMES = [f"{s.likelihood}, {s.encoder}" for s in ALL]


def built(settings, seed=0):
    return VAE(settings, seeded(seed)).double()


def samples(settings, n=5, seed=1):
    return torch.randint(0, settings.levels, (n, *settings.shape), generator=seeded(seed))


@pytest.mark.parametrize("settings", ALL, ids=NAMES)
def test_gradients_equal_finite_differences(settings):
    model, x = built(settings), samples(settings)
    weights = list(model.parameters())
    generator = seeded(2)
    for weight in weights:  # away from the zeros that residual blocks start with
        weight.data += 0.1 * torch.randn(weight.shape, generator=generator, dtype=weight.dtype)
    gradient = torch.autograd.grad(model.loss((x,), seeded(3)).total, weights)
    for _ in range(4):
        way = [torch.randn(w.shape, generator=generator, dtype=w.dtype) for w in weights]
        ends = []
        for step in (1e-6, -2e-6):
            for weight, along in zip(weights, way, strict=True):
                weight.data += step * along
            ends.append(model.loss((x,), seeded(3)).total.item())
        for weight, along in zip(weights, way, strict=True):
            weight.data += 1e-6 * along
        slope = sum((g * along).sum() for g, along in zip(gradient, way, strict=True)).item()
        assert (ends[0] - ends[1]) / 2e-6 == pytest.approx(slope, rel=1e-5, abs=1e-6)


@pytest.mark.parametrize("settings", ALL, ids=NAMES)
def test_loss_changes_nothing_and_depends_on_its_generator_alone(settings):
    model, x = built(settings), samples(settings)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    torch.manual_seed(0)
    everywhere = torch.random.get_rng_state()
    first = model.loss((x,), seeded(0))
    model.settle(first, seeded(0))
    model.look((x,), seeded(0))
    assert torch.equal(torch.random.get_rng_state(), everywhere)
    for name, value in model.state_dict().items():
        assert torch.equal(value, before[name])
    torch.manual_seed(1)
    assert torch.equal(model.loss((x,), seeded(0)).total, first.total)
    assert not torch.equal(model.loss((x,), seeded(1)).total, first.total)
    assert not any(part.requires_grad for part in first.parts.values())


@pytest.mark.parametrize("samples_in_training", [1, 3])
@pytest.mark.parametrize("settings", ALL, ids=NAMES)
def test_loss_is_a_mean_over_samples_whatever_the_batch(settings, samples_in_training, monkeypatch):
    monkeypatch.setattr(posterior, "normal", lambda shape, like, _: torch.zeros(shape).to(like))
    model, x = built(replace(settings, samples=samples_in_training)), samples(settings, 7)
    whole = model.loss((x,), seeded(0))
    each = [model.loss((one[None],), seeded(0)) for one in x]
    assert whole.total.item() == pytest.approx(np.mean([o.total.item() for o in each]), rel=1e-12)
    for name, part in whole.parts.items():
        mean = np.mean([one.parts[name].item() for one in each])
        assert part.item() == pytest.approx(mean, rel=1e-12)


@pytest.mark.parametrize("settings", ALL, ids=NAMES)
def test_no_number_leaves_the_device_during_a_loss(settings):
    """On the meta device there are no numbers, so `.item()` or a shape made of them would raise."""
    model = VAE(settings, seeded(0)).to("meta")
    x = torch.empty((5, *settings.shape), dtype=torch.uint8, device="meta")
    loss = model.loss((x,), seeded(0))
    loss.total.backward()
    assert loss.total.device.type == "meta"


def test_loss_is_made_of_its_parts():
    x = samples(TINY)
    model = built(replace(TINY, beta=3.0, likelihood="categorical"))
    loss = model.loss((x, torch.zeros(5)), seeded(0))
    fit, kl = loss.parts["log_likelihood"], loss.parts["kl"]
    assert loss.total.item() == pytest.approx((3 * kl - fit).item())
    assert loss.parts["elbo"].item() == pytest.approx((fit - kl).item())
    bits = -(fit - kl).item() / (24 * np.log(2))
    assert loss.parts["bits_per_dim"].item() == pytest.approx(bits)
    terms = model.terms(x, seeded(0)).mean()
    assert terms.elbo.item() == pytest.approx((fit - kl).item())
    assert -terms.bits(24).elbo.item() == pytest.approx(bits)


def test_bits_are_claimed_for_probabilities_only():
    claimed = {
        s.likelihood for s in ALL if "bits_per_dim" in built(s).loss((samples(s),), seeded(0)).parts
    }
    assert claimed == {"categorical", "discretised logistic"}


@pytest.mark.parametrize("size", [1e-3, 1.0, 30.0])
def test_kl_equals_torch_distributions(size):
    output = size * torch.randn(50, 6, 1, 1, generator=seeded(0), dtype=torch.float64)
    found = Posterior.of(output)
    q = distributions.Normal(found.mean, (0.5 * found.log_variance).exp())
    p = distributions.Normal(torch.zeros(50, 3).double(), torch.ones(50, 3).double())
    exact = distributions.kl_divergence(q, p)
    torch.testing.assert_close(found.kl_per_axis(), exact, rtol=1e-6, atol=1e-9)
    torch.testing.assert_close(found.kl(), exact.sum(1), rtol=1e-6, atol=1e-9)
    single = Posterior.of(output.float()).kl()
    torch.testing.assert_close(single.double(), exact.sum(1), rtol=1e-5, atol=1e-6)
    z = found.sample(7, seeded(1))
    ratio = (p.log_prob(z) - q.log_prob(z)).sum(-1)
    torch.testing.assert_close(found.log_ratio(z), ratio, rtol=1e-6, atol=1e-6)
    torch.testing.assert_close(found.log_prob(z), q.log_prob(z).sum(-1), rtol=1e-6, atol=1e-6)


def test_posterior_draws_have_its_mean_and_variance():
    found = Posterior.of(torch.tensor([[1.0, -2.0, np.log(4.0), -3.0]]).double())
    z = found.sample(40_000, seeded(0))[:, 0]
    sigma = (0.5 * found.log_variance[0]).exp()
    assert ((z.mean(0) - found.mean[0]) / sigma * 200).abs().max() < 4
    torch.testing.assert_close(z.var(0), sigma**2, rtol=0.04, atol=0)


@pytest.mark.parametrize("raw", [-1e30, -300.0, 300.0, 1e30])
def test_no_output_overflows_the_posterior(raw):
    output = torch.tensor([[0.0, raw]], requires_grad=True)
    found = Posterior.of(output)
    (found.kl().sum() + found.sample(1, seeded(0)).sum()).backward()
    assert output.grad.isfinite().all()
    assert found.kl().isfinite().all()


@pytest.mark.parametrize("raw", [-20.0, 20.0])
def test_a_large_log_variance_can_still_be_learnt_away(raw):
    output = torch.tensor([[0.0, raw]], requires_grad=True)
    found = Posterior.of(output)
    (slope,) = torch.autograd.grad(found.log_variance.sum(), output)
    assert slope[0, 1] > 0.1
    assert abs(found.log_variance.item()) < 12


@pytest.mark.parametrize("encoder", ["convolutional", "dense"])
@pytest.mark.parametrize(("name", "levels"), [("bernoulli", 2), ("categorical", 3)])
def test_a_decoder_gives_all_images_together_probability_one(name, levels, encoder):
    model = built(VAESettings((1, 2, 2), 2, name, levels, encoder=encoder, hidden=8))
    every = torch.tensor(list(product(range(levels), repeat=4))).reshape(-1, 1, 2, 2)
    z = 2 * model.prior(3, seeded(0))
    log_prob = model.log_likelihood(every, z[:, None].expand(3, len(every), 2))
    torch.testing.assert_close(log_prob.exp().sum(1), torch.ones(3).double(), rtol=1e-12, atol=0)


@pytest.mark.parametrize("name", LIKELIHOODS)
def test_bounds_are_ordered_and_reach_the_exact_evidence(name):
    """z has two dimensions, so that log p(x) is an integral that quadrature can do."""
    settings = VAESettings((3,), 2, name, 4, sigma=0.5, encoder="dense", hidden=5, layers=1)
    model, x = built(settings, 1), samples(settings, 3)
    with torch.no_grad():
        zero, one = torch.zeros(3, 2).double(), torch.ones(3, 2).double()
        evidence = expectation(lambda z: model.log_likelihood(x, z).exp(), zero, one).log()
        q = model.encode(x)
        sigma = (0.5 * q.log_variance).exp()
        elbo = expectation(lambda z: model.log_likelihood(x, z), q.mean, sigma) - q.kl()
        means = {}
        for k in (1, 4, 30, 100_000):
            times = max(1, 20_000 // k)
            draws = model.importance_bound(x.repeat(times, 1), k, seeded(k)).reshape(times, 3)
            means[k] = draws.mean(0)
            if k == 1:
                z_score = (means[1] - elbo) / (draws.std(0) / times**0.5)
                assert z_score.abs().max() < 4
        terms = model.terms(x.repeat(20_000, 1), seeded(9)).elbo.reshape(-1, 3)
        assert ((terms.mean(0) - elbo) / (terms.std(0) / 20_000**0.5)).abs().max() < 4
    assert (elbo < evidence - 0.01).all()
    assert (means[1] < means[4]).all() and (means[4] < means[30]).all()
    torch.testing.assert_close(means[100_000], evidence, rtol=0, atol=0.02)


def test_training_by_importance_climbs_the_importance_weighted_bound():
    model, x = built(replace(TINY, samples=4)), samples(TINY)
    bound = model.importance_bound(x, 4, seeded(0)).mean()
    assert -model.loss((x,), seeded(0)).total.item() == pytest.approx(bound.item())


def test_portions_do_not_change_the_bound(monkeypatch):
    model, x = built(TINY), samples(TINY)
    whole = model.importance_bound(x, 6000, seeded(0))
    monkeypatch.setattr(VAE, "draws_at_once", lambda *_: 7)
    torch.testing.assert_close(model.importance_bound(x, 6000, seeded(0)), whole, rtol=0, atol=0.05)


def test_prior_is_standard_normal_and_knows_nothing_of_the_encoder():
    model = built(replace(TINY, latent=2))
    for weight in model.encoder.parameters():
        weight.data.fill_(float("nan"))
    z = model.prior(5000, seeded(0))
    assert stats.kstest(z.flatten().numpy(), "norm").pvalue > 1e-3
    assert abs(np.corrcoef(z.numpy().T)[0, 1]) < 0.06
    assert model.decode(z).isfinite().all()


def test_settings_survive_json_and_weights_a_checkpoint():
    model = VAE(replace(TINY, likelihood="gaussian, learned sigma"), seeded(0))
    settings = VAESettings(**json.loads(json.dumps(asdict(model.settings))))
    assert settings == model.settings
    again = VAE(settings, seeded(1))
    again.load_state_dict(model.state_dict())
    x = samples(TINY)
    assert torch.equal(again.loss((x,), seeded(0)).total, model.loss((x,), seeded(0)).total)


def test_bfloat16_layers_leave_the_loss_close_and_in_float32():
    model = VAE(replace(TINY, likelihood="categorical", hidden=32), seeded(0))
    x = samples(TINY, 64)
    exact = model.loss((x,), seeded(0)).total
    with torch.autocast("cpu", torch.bfloat16):
        loss = model.loss((x,), seeded(0))
    assert loss.total.dtype == torch.float32
    assert loss.total.item() == pytest.approx(exact.item(), rel=0.02)


def test_look_gives_arrays_that_tell_reconstruction_from_generation():
    model, x = VAE(TINY, seeded(0)), samples(TINY, 3)
    seen = model.look((x,), seeded(0))
    assert all(isinstance(value, np.ndarray) for value in seen.values())
    for name in ("x", "reconstruction", "generated", "generated_sample"):
        assert seen[name].shape == (3, *TINY.shape)
        assert seen[name].min() >= 0 and seen[name].max() <= 1
    np.testing.assert_allclose(seen["x"], x / 3)
    np.testing.assert_allclose(seen["mean"], model.encode(x).mean.detach(), rtol=1e-6)
    np.testing.assert_allclose(seen["kl_per_axis"].sum(), model.encode(x).kl().mean().item(), 1e-5)
    for weight in model.encoder.parameters():
        weight.data.zero_()
    after = model.look((x,), seeded(0))
    assert not np.array_equal(after["reconstruction"], seen["reconstruction"])
    np.testing.assert_array_equal(after["generated"], seen["generated"])
    np.testing.assert_array_equal(after["generated_sample"], seen["generated_sample"])


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"encoder": "recurrent"}, "one of .*'dense'"),
        ({"shape": (8, 8)}, r"\(C, H, W\) or \(D,\), got \(8, 8\)"),
        ({"shape": (1, 0, 8)}, r"got \(1, 0, 8\)"),
        ({"shape": (5,)}, "no images"),
        ({"latent": 0}, "latent is at least 1, got 0"),
        ({"layers": -1}, "layers is at least 0"),
        ({"beta": -1.0}, "beta .*got -1"),
        ({"beta": float("nan")}, "beta .*got nan"),
        ({"beta": 2.0, "samples": 5}, "samples = 5 and beta = 2"),
        ({"likelihood": "cauchy"}, "a likelihood is one of"),
    ],
)
def test_settings_that_cannot_be_built_are_errors(wrong, words):
    with pytest.raises(ValueError, match=words):
        VAE(replace(TINY, **wrong), seeded(0))


def test_samples_of_another_shape_are_an_error():
    with pytest.raises(ValueError, match=r"\(2, 3, 4\), got \(2, 4, 3\)"):
        built(TINY).loss((torch.zeros(5, 2, 4, 3),), seeded(0))
