"""What every quantiser keeps, whatever its method."""

import json
from dataclasses import asdict, replace

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from latentcore.networks.draws import seeded
from latentcore.networks.quantizers import METHODS, PRESETS, QuantizerSettings
from latentcore.networks.quantizers.assignment import nearest
from latentcore.networks.quantizers.methods import quantizer
from tests.networks.quantizers.cases import HARD, K, N, copied, made, rows, same


@pytest.fixture(params=METHODS)
def method(request):
    return request.param


def settled(q, steps=3, generator=None):
    generator = generator or seeded(7)
    for step in range(steps):
        q.settle(q.quantise(rows(seed=step), generator), generator)
    return q


def test_shapes_and_ranges(method):
    q = made(method)
    seen = q.quantise(rows(), seeded(0))
    assert q.codebook.shape == (q.codes, q.width)
    assert seen.z_q.shape == (N, q.width) and seen.index.shape == (N,)
    assert seen.index.dtype == torch.int64 and seen.z_q.dtype == torch.float32
    assert seen.index.min() >= 0 and seen.index.max() < q.codes
    assert seen.loss.shape == () and all(part.shape == () for part in seen.parts.values())
    assert len(seen.index.unique()) > 5


@pytest.mark.parametrize("name", HARD)
def test_hard_methods_hand_on_the_code_that_index_names(name):
    q = made(name)
    seen = q.quantise(rows(), seeded(0))
    assert torch.equal(seen.index, q.index(rows()))
    torch.testing.assert_close(seen.z_q, q.lookup(seen.index))
    torch.testing.assert_close(q.lookup(seen.index), q.codebook[seen.index])


def test_the_index_is_that_of_the_nearest_code(method):
    q = made(method)
    z = q.prepare(rows())
    distance = (z[:, None] - q.codebook).square().sum(2)
    assert torch.equal(q.index(rows()), distance.argmin(1))


def test_quantise_changes_nothing(method):
    q = settled(made(method, restart=0.0))
    before = copied(q)
    rng = torch.get_rng_state()
    q.quantise(rows(), seeded(0))
    q.index(rows())
    assert same(before, q)
    assert torch.equal(rng, torch.get_rng_state())


def test_draws_come_from_the_generator_alone(method):
    def once(seed):
        q = settled(made(method), generator=seeded(seed))
        return torch.cat([q.quantise(rows(), seeded(seed)).z_q.detach(), q.codebook.detach()])

    assert torch.equal(once(3), once(3))


@pytest.mark.parametrize("name", HARD)  # the others draw; see test_agreement
def test_the_loss_and_its_gradient_do_not_depend_on_the_batch_size(name):
    """A public VQ loss is 128 times as large for 128 times the batch."""
    q = made(name)

    def grad(times):
        z = rows().repeat(times, 1).requires_grad_()
        seen = q.quantise(z, seeded(0))
        q.zero_grad()
        (seen.loss + seen.z_q.square().sum(1).mean()).backward()
        weights = [p.grad.clone() for p in q.parameters()]
        return seen.loss.detach(), z.grad[:N] * times, *weights

    for one, many in zip(grad(1), grad(5), strict=True):
        torch.testing.assert_close(one, many, rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize("name", HARD)  # the others draw; see test_agreement
def test_the_upkeep_does_not_depend_on_the_batch_size(name):
    one, many = made(name), made(name)
    for step in range(5):
        z = rows(seed=step)
        one.settle(one.quantise(z, seeded(0)), seeded(0))
        many.settle(many.quantise(z.repeat(4, 1), seeded(0)), seeded(0))
    torch.testing.assert_close(one.codebook, many.codebook)
    torch.testing.assert_close(one.share, many.share)


def test_gradients_reach_the_encoder(method):
    z = rows().requires_grad_()
    seen = made(method).quantise(z, seeded(0))
    (seen.z_q * rows(seed=2)).sum().backward()
    assert z.grad.isfinite().all() and (z.grad.abs().amax(1) > 0).float().mean() > 0.95


def test_arithmetic_is_float32_under_autocast_and_for_bfloat16_rows(method):
    """bfloat16 stops counting at 256, and its bincount crashes."""
    q = made(method)
    z = rows(2000).bfloat16()
    generator = seeded(0)
    with torch.autocast("cpu", torch.bfloat16):
        seen = q.quantise(z, generator)
        q.settle(seen, generator)
    assert seen.z_q.dtype == seen.loss.dtype == seen.rows.dtype == q.share.dtype == torch.float32
    assert torch.equal(seen.index, made(method).quantise(z.float(), seeded(0)).index)
    assert q.share.sum().item() == pytest.approx(1, abs=1e-5)


def test_counts_are_exact_beyond_what_bfloat16_counts():
    q = made("ema", decay=0.0)
    with torch.autocast("cpu", torch.bfloat16):
        q.settle(q.quantise(q.codebook[:1].repeat(1001, 1).bfloat16(), seeded(0)), seeded(0))
    assert q.share.max().item() == 1.0 and (q.share > 0).sum() == 1


class Forbidden(TorchDispatchMode):
    """Names the operations that read back from the device or whose result has no fixed size."""

    def __init__(self):
        super().__init__()
        self.met = set()

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        del types
        name = func.name().removeprefix("aten::").split(".")[0]
        if name in {"_local_scalar_dense", "nonzero", "masked_select", "bincount", "_unique2"}:
            self.met.add(name)
        return func(*args, **(kwargs or {}))


def test_a_step_waits_for_nothing_and_has_static_shapes(method):
    q = settled(made(method, restart=0.5 if method not in ("FSQ", "SimVQ") else 0.0))
    z = rows().requires_grad_()
    with Forbidden() as forbidden:
        seen = q.quantise(z, seeded(0))
        (seen.loss + seen.z_q.sum()).backward()
        q.settle(seen, seeded(0))
    assert not forbidden.met


def test_the_watch_sees_an_item():
    with Forbidden() as forbidden:
        torch.ones(1).item()
        torch.ones(1).nonzero()
    assert forbidden.met == {"_local_scalar_dense", "nonzero"}


def test_the_state_dictionary_holds_everything(method):
    kmeans = method not in ("FSQ", "SimVQ")
    q = settled(made(method, warmup=2, kmeans=kmeans, restart=0.3 if kmeans else 0.0))
    other = quantizer(q.settings, seeded(99))
    assert all(isinstance(value, torch.Tensor) for value in q.state_dict().values())
    other.load_state_dict(q.state_dict())
    for model in (q, other):
        settled(model, 2, seeded(5))
    assert same(q.state_dict(), other)
    assert other.settled == 5


def test_no_step_of_upkeep_leaves_nonfinite_numbers(method):
    q = made(method)
    for z in (torch.zeros(50, 3), torch.full((50, 3), 1e4), rows(1)):
        seen = q.quantise(z.requires_grad_(), seeded(0))
        (seen.loss + seen.z_q.sum()).backward()
        q.settle(seen, seeded(0))
        assert z.grad.isfinite().all() and q.codebook.isfinite().all()


@pytest.mark.parametrize("name", PRESETS)
def test_presets_are_plain_values(name):
    plain = json.loads(json.dumps(asdict(PRESETS[name])))
    assert QuantizerSettings(**plain | {"levels": tuple(plain["levels"])}) == PRESETS[name]
    quantizer(PRESETS[name], seeded(0))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"codes": 0}, "codes"),
        ({"warmup": -1}, "warmup"),
        ({"decay": 1.0}, "decay"),
        ({"restart": 1.0}, "restart"),
        ({"beta": -1.0}, "beta"),
        ({"temperature": 0.0}, "temperature"),
        ({"levels": (8, 2)}, "levels"),
        ({"levels": ()}, "levels"),
        ({"method": "vq"}, "gradient, ema"),
        ({"method": "FSQ", "kmeans": True}, "FSQ has a fixed grid"),
        ({"method": "SimVQ", "restart": 0.1}, "SimVQ moves all codes together"),
    ],
)
def test_settings_that_make_no_sense_are_refused(change, said):
    with pytest.raises(ValueError, match=said):
        quantizer(replace(QuantizerSettings(), **change), seeded(0))


def test_the_derivative_of_the_nearest_code_is_zero_almost_everywhere():
    """The notes ask for the subgradient of the quantiser: it is zero, and teaches nothing.

    A step of h changes the code only of rows within h of a border, a share that falls with h, so
    every other finite difference is exactly zero; what crosses a border jumps.
    """
    codebook = torch.randn(K, 2, generator=seeded(0), dtype=torch.float64)
    z = torch.randn(20_000, 2, generator=seeded(1), dtype=torch.float64)
    direction = torch.nn.functional.normalize(torch.randn(z.shape, generator=seeded(2)).double())

    def moved(h):
        before, after = nearest(z, codebook), nearest(z + h * direction, codebook)
        difference = (codebook[after] - codebook[before]).norm(dim=1) / h
        return (difference > 0).double().mean().item(), difference[difference > 0].mean().item()

    (wide, _), (narrow, slope), (narrowest, steeper) = moved(1e-1), moved(1e-2), moved(1e-3)
    assert 0.05 < wide < 0.5
    assert narrow == pytest.approx(wide / 10, rel=0.3)
    assert narrowest == pytest.approx(wide / 100, rel=0.5)
    assert steeper > 5 * slope  # not a derivative: it grows without limit


def test_straight_through_hands_the_gradient_on_as_it_is():
    z = rows().requires_grad_()
    seen = made("ema", beta=0.0).quantise(z, seeded(0))
    gradient = torch.randn(z.shape, generator=seeded(3))
    (seen.z_q * gradient).sum().backward()
    assert torch.equal(z.grad, gradient)
