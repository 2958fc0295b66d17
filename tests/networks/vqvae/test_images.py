"""The VQ-VAE of images: any shape, any grid, and an account that adds up."""

import json
from dataclasses import asdict, replace
from itertools import product
from math import log

import pytest
import torch

from latentcore.networks.draws import seeded
from latentcore.networks.quantizers import METHODS, QuantizerSettings
from latentcore.networks.vqvae import VQVAE, VQVAESettings
from latentcore.training import Plan, Run, load, save, train
from tests.networks.quantizers.test_protocol import Forbidden
from tests.networks.vqvae.fitting import fit

SMALL = QuantizerSettings(codes=16, width=4)
SHAPES = [
    ((1, 8, 8), (4, 4)),
    ((3, 64, 64), (8, 8)),
    ((1, 8, 8), (2, 4)),  # not square
    ((3, 12, 20), (3, 5)),
    ((1, 1, 9), (1, 3)),  # 1 x N
    ((1, 8, 8), (1, 6)),
    ((1, 8, 8), (1, 1)),
]


def model(shape=(1, 8, 8), grid=(4, 4), seed=0, **changes):
    quantizer = changes.pop("quantizer", SMALL)
    settings = VQVAESettings(shape, grid, hidden=8, blocks=1, quantizer=quantizer, **changes)
    made = VQVAE(settings, seeded(seed))
    if hasattr(made.quantizer, "free"):  # codes in a cube of side 2/K would all be one
        with torch.no_grad():
            made.quantizer.free.copy_(torch.randn(16, 4, generator=seeded(seed + 1)))
    return made


def images(shape=(1, 8, 8), n=6, seed=2):
    return torch.rand(n, *shape, generator=seeded(seed))


@pytest.mark.parametrize(("shape", "grid"), SHAPES)
def test_any_image_and_any_grid(shape, grid):
    m, x = model(shape, grid), images(shape)
    passed = m(x, seeded(0))
    assert passed.output.shape == x.shape and passed.encoded.shape == (6, 4, *grid)
    assert passed.index.shape == (6, *grid) == m.encode(x).shape
    assert m.decode(m.encode(x)).shape == m.reconstruct(x).shape == x.shape
    m.loss((x,), seeded(0)).total.backward()
    assert all(p.grad.isfinite().all() for p in m.parameters())
    assert m.account(x).log_prior[0].item() == pytest.approx(-grid[0] * grid[1] * log(16))


def test_positions_keep_their_place_on_a_map_that_is_not_square():
    m, x = model((1, 8, 16), (2, 4)), images((1, 8, 16))
    index = m.encode(x)
    z = m.encoded(x)
    for b, i, j in product(range(6), range(2), range(4)):
        near = (m.quantizer.codebook - z[b, :, i, j]).norm(dim=1).argmin()
        assert index[b, i, j] == near
    one = index.clone()
    one[0, 0, 3] = (one[0, 0, 3] + 1) % 16
    changed = (m.decode(one) - m.decode(index)).abs().sum((0, 1))
    assert changed.argmax() % 16 >= 8  # the right half changes most when a right code does


def test_training_passes_on_what_encode_and_decode_say():
    m, x = model(), images()
    passed = m(x, seeded(0))
    assert torch.equal(passed.index, m.encode(x))
    torch.testing.assert_close(passed.output, m.decode(m.encode(x)), rtol=1e-4, atol=1e-5)


def test_the_loss_is_the_reconstruction_and_the_quantisers_terms():
    m, x = model(quantizer=replace(SMALL, beta=0.7)), images()
    loss = m.loss((x,), seeded(0))
    z = m.encoded(x)
    apart = z - m.quantizer.lookup(m.encode(x)).permute(0, 3, 1, 2)
    torch.testing.assert_close(loss.parts["commitment"], apart.square().sum(1).mean())
    account = m.account(x)
    torch.testing.assert_close(loss.parts["log_likelihood"], account.log_likelihood.mean())
    total = 0.7 * loss.parts["commitment"] - loss.parts["log_likelihood"]
    torch.testing.assert_close(loss.total, total)


@pytest.mark.parametrize("method", [m for m in METHODS if m not in ("gumbel", "soft EM")])
def test_the_loss_does_not_depend_on_the_batch_size(method):
    m, x = model(quantizer=replace(SMALL, method=method)), images()
    one = m.loss((x[:1],), seeded(0)).total
    many = m.loss((x[:1].repeat(128, 1, 1, 1),), seeded(0)).total
    torch.testing.assert_close(one, many, rtol=1e-4, atol=1e-4)


def test_loss_and_look_change_nothing():
    m, x = model(quantizer=replace(SMALL, restart=0.5, kmeans=True)), images()
    for _ in range(2):
        m.settle(m.loss((x,), seeded(0)), seeded(0))
    before = {n: t.clone() for n, t in m.state_dict().items()}
    m.loss((x,), seeded(0))
    look = m.look((x,), seeded(0))
    m.account(x), m.usage(x), m.reconstruct(x)
    assert all(torch.equal(before[n], t) for n, t in m.state_dict().items())
    assert look["x"].shape == look["reconstruction"].shape == (6, 1, 8, 8)
    assert look["index"].shape == (6, 4, 4) and look["encoded"].shape == (96, 4)
    assert look["codebook"].shape == (16, 4) and look["share"].shape == look["moved"].shape == (16,)
    assert look["step"] == 2 and not look["passing"]


def test_a_step_waits_for_nothing():
    m, x = model(quantizer=replace(SMALL, restart=0.5)), images()
    with Forbidden() as forbidden:
        loss = m.loss((x,), seeded(0))
        loss.total.backward()
        m.settle(loss, seeded(0))
    assert not forbidden.met


def test_one_seed_gives_one_model_and_leaves_the_global_generator_alone():
    before = torch.get_rng_state()
    recipe = replace(SMALL, method="gumbel", restart=0.3, warmup=3, kmeans=True)
    one, other = (fit(model(quantizer=recipe), images(n=40), Plan(8, 16)) for _ in range(2))
    assert (one == other).all()
    assert torch.equal(before, torch.get_rng_state())


@pytest.mark.parametrize("method", METHODS)
def test_a_run_stopped_in_the_warm_up_or_after_it_goes_on_as_if_it_had_not_been(method):
    upkeep = {"kmeans": True, "restart": 0.3} if method not in ("FSQ", "SimVQ") else {}
    recipe = replace(SMALL, method=method, warmup=4, **upkeep)
    settings = VQVAESettings(hidden=8, blocks=1, quantizer=recipe)
    x = images(n=40)

    def state(*stops):
        run = Run.start(VQVAE, settings, seed=1)
        for stop in stops:
            list(train(run, (x,), Plan(stop, 16)))
            run = load(save(run), {"VQVAE": (VQVAESettings, VQVAE)})
        return run.model.state_dict()

    whole, parts = state(10), state(2, 7, 10)
    assert whole.keys() == parts.keys()
    assert all(torch.equal(whole[name], parts[name]) for name in whole)


def test_settings_are_plain_values():
    plain = json.loads(json.dumps(asdict(VQVAESettings())))
    quantizer = plain.pop("quantizer")
    quantizer["levels"] = tuple(quantizer["levels"])
    plain |= {"shape": tuple(plain["shape"]), "grid": tuple(plain["grid"])}
    assert VQVAESettings(**plain, quantizer=QuantizerSettings(**quantizer)) == VQVAESettings()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"shape": (8, 8)}, r"shape \(channels, height, width\), got \(8, 8\)"),
        ({"shape": (0, 8, 8)}, "shape"),
        ({"hidden": 0}, "hidden is a whole number from 1, got 0"),
        ({"blocks": -1}, "blocks"),
        ({"grid": (9, 9)}, "9 x 9 does not fit"),
        ({"likelihood": "normal"}, "likelihood is one of"),
        ({"likelihood": "categorical"}, "how many levels"),
    ],
)
def test_settings_that_make_no_sense_are_refused(change, said):
    with pytest.raises((ValueError, TypeError), match=said):
        VQVAE(replace(VQVAESettings(), **change), seeded(0))


def test_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"expected images of shape \(1, 8, 8\), got \(3, 8, 8\)"):
        model().loss((images((3, 8, 8)),), seeded(0))


TINY = QuantizerSettings(codes=3, width=2)


class Table:
    """A prior over pairs of codes, by its table."""

    def __init__(self):
        self.table = torch.randn(9, generator=seeded(4)).log_softmax(0)

    def log_prob(self, index):
        flat = index.flatten(1)
        return self.table[flat[:, 0] * 3 + flat[:, 1]]


def tiny():
    """Images of 1 x 2 pixels of three levels, told by two codes: all can be listed."""
    settings = VQVAESettings(
        (1, 1, 2), (1, 2), hidden=4, likelihood="categorical", levels=3, quantizer=TINY
    )
    m = VQVAE(settings, seeded(0))
    m.quantizer.mean.copy_(torch.randn(3, 2, generator=seeded(3)))
    x = torch.tensor(list(product(range(3), repeat=2)))[:, None, None]  # 9 1 1 2
    maps = torch.tensor(list(product(range(3), repeat=2)))[:, None]  # 9 1 2
    return m, x, maps


@pytest.mark.parametrize("prior", [None, Table()], ids=["uniform", "learned"])
def test_the_account_bounds_the_evidence_by_one_of_its_terms(prior):
    m, x, maps = tiny()
    with torch.no_grad():
        log_prior = prior.log_prob(maps) if prior else torch.full((9,), -2 * log(3))
        each = torch.stack(
            [m.likelihood.log_prob(m.decode(k.expand(9, 1, 2)), x) for k in maps], 1
        )  # x k
        evidence = (each + log_prior).logsumexp(1)
        assert evidence.exp().sum().item() == pytest.approx(1, abs=1e-5)
        account = m.account(x, prior)
        chosen = m.encode(x).flatten(1) @ torch.tensor([3, 1])
        term = (each + log_prior).gather(1, chosen[:, None])[:, 0]
    torch.testing.assert_close(account.bound, term)
    assert (account.bound < evidence).all()
    torch.testing.assert_close(account.bits_per_dim, -term / (2 * log(2)))
    assert account.bits_per_dim.mean() > log(3) / log(2) - 1e-6  # no code beats uniform samples


def test_a_better_prior_gains_its_nats():
    m, x, _ = tiny()
    uniform, learned = m.account(x), m.account(x, Table())
    torch.testing.assert_close(learned.gain(uniform), learned.log_prior + 2 * log(3))


def test_bits_are_claimed_for_probabilities_only():
    for name, levels in (("gaussian", None), ("gaussian, learned sigma", None), ("bernoulli", 17)):
        account = model(likelihood=name, levels=levels).account(images())
        assert account.bound.isfinite().all()
        with pytest.raises(TypeError, match=f"likelihood '{name}' is a density"):
            account.bits_per_dim  # noqa: B018
    whole = torch.randint(17, (4, 1, 8, 8), generator=seeded(0))
    for name in ("categorical", "discretised logistic"):
        account = model(likelihood=name, levels=17).account(whole)
        expected = (16 * log(16) - account.log_likelihood) / (64 * log(2))
        torch.testing.assert_close(account.bits_per_dim, expected)


def test_accounts_under_different_likelihoods_are_not_compared():
    a, b = (model(likelihood=name).account(images()) for name in ("gaussian", "bernoulli"))
    with pytest.raises(ValueError, match="'gaussian' in 64 dimensions cannot be compared"):
        a.gain(b)


def test_usage_counts_every_position_of_a_pass():
    m, x = model(), images(n=2100)
    usage = m.usage(x)
    assert usage.counts.sum() == 2100 * 16
    assert torch.equal(usage.counts, m.encode(x).flatten().bincount(minlength=16))
