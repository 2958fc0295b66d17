"""The model around the stack: settings, seeds, loss and what training needs of it."""

import json
from dataclasses import asdict, replace
from math import log

import pytest
import torch

from latentcore.networks.device import place
from latentcore.networks.draws import seeded
from latentcore.networks.priors.prior import Prior
from latentcore.networks.priors.settings import PriorSettings
from latentcore.training.trainable import Trainable
from tests.networks.priors.nets import NAMES, labels, maps, sharp

TINY = PriorSettings("gated", (2, 3), codes=5, hidden=8, layers=1)


@pytest.mark.parametrize("name", NAMES)
def test_settings_survive_json_and_weights_come_from_the_seed(name):
    settings = replace(TINY, architecture=name, classes=2, channels=2)
    again = PriorSettings(**json.loads(json.dumps(asdict(settings))))
    assert again == settings and hash(again) == hash(settings)
    a, b, c = Prior(settings, seeded(1)), Prior(again, seeded(1)), Prior(settings, seeded(2))
    assert all(torch.equal(x, y) for x, y in zip(a.parameters(), b.parameters(), strict=True))
    assert not torch.equal(a.head.out, c.head.out)
    c.load_state_dict(a.state_dict())
    index, y = maps(a, 3), labels(a, 3)
    assert torch.equal(a.log_prob(index, y), c.log_prob(index, y))


@pytest.mark.parametrize("name", NAMES)
def test_a_new_prior_knows_next_to_nothing(name):
    """Its first loss is near that of a uniform guess, neither saturated nor scaled away."""
    prior = Prior(PriorSettings(name, (4, 4), 64, hidden=32, layers=4), seeded(0))
    index = maps(prior, 64)
    with torch.no_grad():
        loss, logits = prior.loss((index,), seeded(0)), prior.logits(index)
    assert 6 <= float(loss.parts["bits_per_code"]) < 7.5
    assert float(logits.std()) > 0.05


@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_gets_a_gradient(name):
    prior = sharp(name, (3, 4), classes=2, channels=3).requires_grad_()
    prior.loss((maps(prior, 16), labels(prior, 16)), seeded(0)).total.backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in prior.parameters())


def test_loss_is_in_nats_per_map_whatever_the_batch():
    prior = sharp("gated", (2, 3), classes=2, channels=3)
    index, y = maps(prior, 8), labels(prior, 8)
    whole = prior.loss((index, y), seeded(0))
    halves = [prior.loss((index[i::2], y[i::2]), seeded(0)).total for i in (0, 1)]
    assert float(whole.total) == pytest.approx(float(sum(halves)) / 2)
    assert float(whole.total) == pytest.approx(-float(prior.log_prob(index, y).mean()))
    assert float(whole.parts["nats_per_position"]) == pytest.approx(float(whole.total) / 6)
    assert float(whole.parts["bits_per_code"]) == pytest.approx(float(whole.total) / 18 / log(2))


def test_an_unconditional_prior_looks_at_no_labels():
    prior = sharp("gated", (2, 3))
    index = maps(prior, 4)
    a, b = (prior.loss(batch, seeded(0)).total for batch in ((index,), (index, index[:, 0, 0])))
    assert torch.equal(a, b)


@pytest.mark.parametrize("name", NAMES)
def test_training_and_evaluation_modes_are_the_same(name):
    prior = sharp(name, (2, 3))
    index = maps(prior, 4)
    assert torch.equal(prior.train().log_prob(index), prior.eval().log_prob(index))


def test_it_can_be_trained_and_looked_at():
    prior = Prior(replace(TINY, classes=2), seeded(0))
    model: Trainable = prior
    index, y = maps(prior, 20), labels(prior, 20)
    loss = model.loss((index, y), seeded(0))
    model.settle(loss, seeded(0))
    seen = model.look((index, y), seeded(1))
    assert {k: v.shape for k, v in seen.items()} == {
        "index": (16, 2, 3), "sample": (16, 2, 3), "nats": (2, 3)
    }  # fmt: skip
    assert seen["nats"].sum() == pytest.approx(float(loss.total.detach()), rel=1e-5)
    assert (seen["sample"] == prior.sample(16, seeded(1), y[:16]).numpy()).all()
    assert Prior(TINY, seeded(0)).look((index[:3], y[:3]), seeded(0))["sample"].shape == (3, 2, 3)


def test_slots_have_a_head_each():
    prior = sharp("masked", (1, 4)).requires_grad_()
    prior.nats(maps(prior, 8))[:, 0, 2].sum().backward()
    for parameter in (prior.head.out, prior.head.mix):
        assert parameter.grad.abs().sum((1, 2, 3)).gt(0).tolist() == [False, False, True, False]


@pytest.mark.parametrize("name", NAMES)
def test_half_precision_and_another_layout_change_little(name):
    """Under bfloat16 autocast the sums stay float32; channels-last weights sample the same maps."""
    prior = Prior(PriorSettings(name, (3, 4), 16, hidden=16, channels=2), seeded(0))
    index = maps(prior, 8)
    exact, drawn = prior.log_prob(index), prior.sample(3, seeded(1))
    with torch.autocast("cpu", torch.bfloat16):
        half = prior.log_prob(index)
    assert half.dtype == torch.float32
    torch.testing.assert_close(half, exact, rtol=0.01, atol=0)
    moved = place(prior, torch.device("cpu"))
    torch.testing.assert_close(moved.log_prob(index), exact)
    assert torch.equal(moved.sample(3, seeded(1)), drawn)


@pytest.mark.parametrize("name", NAMES)
def test_maps_of_one_batch_do_not_meet(name):
    prior = sharp(name, (3, 3), classes=2)
    index, y = maps(prior, 6), labels(prior, 6)
    alone = torch.cat([prior.log_prob(index[i : i + 1], y[i : i + 1]) for i in range(6)])
    torch.testing.assert_close(prior.log_prob(index, y), alone)


@pytest.mark.parametrize("name", NAMES)
def test_the_class_changes_every_position(name):
    prior = sharp(name, (2, 3), classes=2)
    index = maps(prior, 2)
    change = (
        prior.nats(index, torch.tensor([0, 0])) - prior.nats(index, torch.tensor([1, 1]))
    ).abs()
    assert (change > 1e-6).all()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"architecture": "transformer"}, "no architecture 'transformer': choose one of pixelcnn"),
        ({"grid": (0, 3)}, r"both 1 or more, got \(0, 3\)"),
        ({"grid": (3,)}, r"\(height, width\)"),
        ({"codes": 0}, "codes must be 1 or more, got 0"),
        ({"kernel": 4}, "kernel is the width of a kernel with a centre: 3, 5, 7..., got 4"),
        ({"first": 1}, "first is the width"),
        ({"classes": -1}, "their number, got -1"),
        (
            {"architecture": "masked", "grid": (28, 28), "hidden": 32},
            "more than 4096.*Lower hidden",
        ),
    ],
)
def test_settings_that_make_no_sense_are_refused(changed, words):
    with pytest.raises(ValueError, match=words):
        Prior(replace(TINY, **changed), seeded(0))


@pytest.mark.parametrize(
    ("index", "error", "words"),
    [
        (torch.zeros(2, 3, 2).long(), ValueError, r"of shape \(2, 3, 2\).*\('B', 2, 3\)"),
        (torch.zeros(2, 1, 2, 3).long(), ValueError, "do not fit"),
        (torch.zeros(2, 2, 3), TypeError, "torch.int64.*got torch.float32"),
        (torch.full((2, 2, 3), 5), ValueError, "from 5 to 5; this prior knows 0..4"),
        (torch.full((2, 2, 3), -1), ValueError, "from -1 to -1"),
    ],
)
def test_maps_that_do_not_fit_are_named(index, error, words):
    for work in (Prior(TINY, seeded(0)).logits, Prior(TINY, seeded(0)).log_prob):
        with pytest.raises(error, match=words):
            work(index)
