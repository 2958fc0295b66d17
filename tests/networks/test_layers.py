"""Any image, any latent grid; weights from their own generator; samples do not see each other."""

import pytest
import torch
from torch import nn

from latentcore.networks.draws import seeded
from latentcore.networks.layers import (
    ConvDecoder,
    ConvEncoder,
    DenseDecoder,
    DenseEncoder,
    Residual,
)
from latentcore.networks.layers.convolutional import halvings

IMAGES = [(8, 8), (5, 7), (28, 28), (64, 64), (8, 16), (1, 9), (3, 3)]
GRIDS = [(1, 1), (4, 4), (1, 4), (3, 5), (2, 7), (7, 7)]
FITTING = [(i, g) for i in IMAGES for g in [*GRIDS, i] if g[0] <= i[0] and g[1] <= i[1]]


def pair(image, grid, seed=0, channels=3, hidden=8):
    generator = seeded(seed)
    encoder = ConvEncoder(channels, hidden, 5, image=image, grid=grid, generator=generator)
    return encoder, ConvDecoder(5, hidden, channels, image=image, grid=grid, generator=generator)


@pytest.mark.parametrize(("image", "grid"), FITTING)
def test_shapes_fit_and_every_pixel_and_cell_matters(image, grid):
    encoder, decoder = pair(image, grid)
    x = torch.randn(2, 3, *image, requires_grad=True)
    z = encoder(x)
    assert z.shape == (2, 5, *grid)
    z.square().sum().backward()
    assert (x.grad.abs().amax((0, 1)) > 0).all()
    z = torch.randn(2, 5, *grid, requires_grad=True)
    y = decoder(z)
    assert y.shape == (2, 3, *image)
    y.square().sum().backward()
    assert (z.grad.abs().amax((0, 1)) > 0).all()
    assert (y.abs().amax((0, 1)) > 0).all()


@pytest.mark.parametrize("grid", [(9, 8), (8, 9), (0, 4)])
def test_a_grid_that_does_not_fit_is_an_error(grid):
    with pytest.raises(ValueError, match=f"{grid[0]} x {grid[1]} does not fit .* 8 x 8"):
        halvings((8, 8), grid)


@pytest.mark.parametrize(
    ("image", "grid", "sizes"),
    [
        ((8, 8), (4, 4), [(4, 4)]),
        ((8, 8), (1, 1), [(4, 4)]),
        ((8, 8), (8, 8), []),
        ((28, 28), (7, 7), [(14, 14), (7, 7)]),
        ((10, 10), (3, 3), [(5, 5)]),
        ((8, 8), (1, 8), [(4, 8)]),
        ((64, 9), (16, 1), [(32, 4), (16, 4)]),
    ],
)
def test_an_axis_is_halved_while_the_half_covers_the_grid(image, grid, sizes):
    assert [step.after for step in halvings(image, grid)] == sizes


def test_a_residual_block_starts_as_the_identity_and_adds_its_input_once():
    block, x = Residual(4, seeded(0)), torch.randn(2, 4, 5, 5)
    assert torch.equal(block(x), x)
    torch.nn.init.normal_(block.point.weight)
    inside = block.point(nn.functional.silu(block.wide(nn.functional.silu(x))))
    torch.testing.assert_close(block(x), x + inside)


@pytest.mark.parametrize("image", [(8, 8), (64, 64)])
def test_activations_neither_die_nor_explode(image):
    encoder, decoder = pair(image, (4, 4), hidden=32)
    z = encoder(torch.randn(16, 3, *image))
    assert 0.2 < z.std() < 2
    assert 0.1 < decoder(torch.randn_like(z)).std() < 2


def build(seed):
    generator = seeded(seed)
    return nn.ModuleList(
        [
            ConvEncoder(1, 8, 4, image=(8, 8), grid=(4, 4), generator=generator),
            ConvDecoder(4, 8, 1, image=(8, 8), grid=(4, 4), generator=generator),
            DenseEncoder((1, 8, 8), (16,), 4, generator),
            DenseDecoder(4, (16,), (1, 8, 8), generator),
        ]
    )


def test_a_seed_gives_the_same_weights_and_leaves_the_global_generator_alone():
    torch.manual_seed(3)
    before = torch.random.get_rng_state()
    first = build(0)
    assert torch.equal(torch.random.get_rng_state(), before)
    torch.manual_seed(4)
    second, other = build(0).state_dict(), build(1).state_dict()
    for name, value in first.state_dict().items():
        assert torch.equal(value, second[name])
    assert any(not torch.equal(value, other[name]) for name, value in first.state_dict().items())


def test_no_weight_is_left_as_memory_happened_to_hold_it(monkeypatch):
    original = nn.utils.skip_init

    def spoilt(kind, *sizes, **options):
        made = original(kind, *sizes, **options)
        for value in made.parameters():
            nn.init.constant_(value, float("nan"))
        return made

    monkeypatch.setattr(nn.utils, "skip_init", spoilt)
    assert all(value.isfinite().all() for value in build(0).state_dict().values())


def test_a_sample_is_encoded_the_same_in_any_batch():
    encoder, decoder = pair((8, 8), (4, 4))
    encoder, decoder = encoder.double(), decoder.double()
    x = torch.randn(6, 3, 8, 8, dtype=torch.float64)
    whole = decoder(encoder(x))
    parts = torch.cat([decoder(encoder(x[:1])), decoder(encoder(x[1:]))])
    torch.testing.assert_close(whole, parts, rtol=1e-12, atol=1e-12)


def test_no_hidden_layer_is_a_linear_map():
    encoder = DenseEncoder((3,), (), 2, seeded(0))
    x = torch.randn(5, 3)
    torch.testing.assert_close(encoder(2 * x), 2 * encoder(x))
    assert DenseDecoder(2, (), (3, 4, 4), seeded(0))(torch.randn(5, 2)).shape == (5, 3, 4, 4)
