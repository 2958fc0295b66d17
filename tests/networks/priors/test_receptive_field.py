"""What each architecture sees, by gradient: the blind spot, the law of kernels, the whole past."""

import pytest
import torch

from latentcore.networks.draws import seeded
from latentcore.networks.priors.prior import Prior
from latentcore.networks.priors.receptive_field import influence, receptive_field
from latentcore.networks.priors.settings import PriorSettings
from tests.networks.priors.nets import NAMES

GRID, AT = (9, 11), (6, 5)
PAST = torch.arange(99).view(GRID) < 6 * 11 + 5


def field(name, grid, position, **settings):
    return receptive_field(
        Prior(PriorSettings(name, grid, 5, hidden=16, **settings), seeded(0)), position
    )


@pytest.mark.parametrize("name", NAMES)
def test_only_the_past_is_seen(name):
    assert not (field(name, GRID, AT, layers=6) & ~PAST).any()


def test_the_blind_spot_of_one_stack():
    """3 x 3 kernels, A and six B: 10 of the 71 past positions are never seen."""
    unseen = PAST & ~field("pixelcnn", GRID, AT, layers=6)
    assert int(PAST.sum()) == 71 and int(unseen.sum()) == 10
    rows, columns = torch.meshgrid(torch.arange(9), torch.arange(11), indexing="ij")
    assert torch.equal(unseen, (rows < 6) & (columns - 5 > 6 - rows))


@pytest.mark.parametrize("layers", [6, 20])
def test_no_depth_removes_it(layers):
    unseen = PAST & ~field("pixelcnn", GRID, AT, layers=layers)
    assert int(unseen.sum()) == 10


@pytest.mark.parametrize("name", ["gated", "diagonal bilstm", "masked"])
def test_others_see_the_whole_past(name):
    assert torch.equal(field(name, GRID, AT, layers=6), PAST)


@pytest.mark.parametrize("position", [(0, 0), (0, 10), (3, 0), (8, 10)])
@pytest.mark.parametrize("name", ["diagonal bilstm", "masked"])
def test_one_layer_is_enough_where_memory_is_unbounded(name, position):
    past = torch.arange(99).view(GRID) < position[0] * 11 + position[1]
    assert torch.equal(field(name, GRID, position, layers=1), past)


def test_row_lstm_sees_a_triangle_that_reaches_the_top():
    """One layer: three columns a row more on the way up, after a first kernel of three."""
    rows, columns = torch.meshgrid(torch.arange(9), torch.arange(11), indexing="ij")
    up = 6 - rows
    seen = (up >= 1) & (columns - 5 <= up) & (5 - columns <= up + 2)
    seen |= (up == 0) & (columns < 5) & (columns >= 3)
    assert torch.equal(field("row lstm", GRID, AT, layers=1), seen)


@pytest.mark.parametrize("name", ["pixelcnn", "gated"])
@pytest.mark.parametrize(
    ("first", "kernel", "layers"), [(3, 3, 2), (7, 3, 3), (5, 5, 2), (3, 7, 1)]
)
def test_width_is_first_plus_layers_times_kernel_minus_one(name, first, kernel, layers):
    """Columns of the field, rows above it half of that; seen from the middle of a wide map."""
    seen = field(name, (16, 31), (15, 15), first=first, kernel=kernel, layers=layers)
    width = first + layers * (kernel - 1)
    columns, rows = seen.any(0).nonzero().flatten(), seen.any(1).nonzero().flatten()
    assert len(columns) == width == int(columns[-1] - columns[0]) + 1
    assert int(rows[0]) == 15 - width // 2
    assert int(seen[15].sum()) == width // 2  # on the left of its own row


@pytest.mark.parametrize("seed", range(3))
def test_units_that_are_off_in_one_map_are_on_in_another(seed):
    prior = Prior(PriorSettings("pixelcnn", GRID, 5, hidden=2, layers=6), seeded(seed))
    assert int(receptive_field(prior, AT).sum()) == 61


def test_classes_and_colours_do_not_matter():
    plain = field("gated", (5, 6), (3, 2), layers=1)
    assert torch.equal(plain, field("gated", (5, 6), (3, 2), layers=1, classes=3, channels=3))


def test_influence_fades_with_distance_and_leaves_no_trace():
    prior = Prior(PriorSettings("gated", (9, 9), 5, hidden=16, layers=4), seeded(0))
    before = torch.random.get_rng_state()
    seen = influence(prior, (8, 4))
    assert torch.equal(before, torch.random.get_rng_state())
    assert torch.equal(seen, influence(prior, (8, 4)))
    assert seen[7, 4] > 3 * seen[3, 4] > 0
    assert all(parameter.grad is None for parameter in prior.parameters())
    with torch.no_grad():
        assert torch.equal(seen, influence(prior, (8, 4)))


def test_a_position_outside_is_named():
    prior = Prior(PriorSettings("gated", (2, 3), 5), seeded(0))
    with pytest.raises(ValueError, match=r"\(2, 0\) lies outside of the grid \(2, 3\)"):
        receptive_field(prior, (2, 0))
