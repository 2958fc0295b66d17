"""What masks say of a field, against the gradient of the network that has them."""

import numpy as np
import pytest

from latentcore.networks.draws import seeded
from latentcore.networks.priors import geometry
from latentcore.networks.priors.prior import Prior
from latentcore.networks.priors.receptive_field import receptive_field
from latentcore.networks.priors.settings import PriorSettings

GRID = (7, 9)
PLACES = [(0, 0), (0, 8), (3, 0), (4, 4), (5, 8), (6, 7)]
SIZES = [(3, 3), (5, 3), (3, 5), (7, 3)]


@pytest.mark.parametrize("layers", [1, 2, 3, 5])
@pytest.mark.parametrize(("first", "kernel"), SIZES)
@pytest.mark.parametrize("name", geometry.STACKS)
def test_masks_and_gradients_agree(name, first, kernel, layers):
    settings = PriorSettings(name, GRID, 5, hidden=16, layers=layers, first=first, kernel=kernel)
    prior = Prior(settings, seeded(0))
    depths = geometry.depths(name, GRID, first, kernel)
    for row, column in PLACES:
        seen = receptive_field(prior, (row, column)).numpy()
        known = depths[row * GRID[1] + column].reshape(GRID) <= layers
        np.testing.assert_array_equal(known, seen, err_msg=f"{name} at {row, column}")


def test_the_blind_spot_of_the_book():
    """3 x 3 kernels at (6, 5) of a 9 x 11 map: 10 of 71 earlier positions are never seen."""
    at, past = 6 * 11 + 5, geometry.past((9, 11))
    plain, gated = (geometry.depths(name, (9, 11))[at] for name in geometry.STACKS)
    assert past[at].sum() == 71
    assert (past[at] & (plain == geometry.NEVER)).sum() == 10
    assert not (past[at] & (gated == geometry.NEVER)).any()


@pytest.mark.parametrize("name", geometry.STACKS)
@pytest.mark.parametrize("grid", [(1, 12), (4, 4), (12, 1), (1, 1)])
def test_nobody_sees_the_future(name, grid):
    seen = geometry.depths(name, grid) < geometry.NEVER
    assert not (seen & ~geometry.past(grid)).any()
    if grid[0] == 1:  # nothing above: nothing can be hidden there
        assert np.array_equal(seen, geometry.past(grid))


@pytest.mark.parametrize(
    ("name", "first", "drawn"),
    [
        ("pixelcnn", True, ["###", "#..", "..."]),
        ("pixelcnn", False, ["###", "##.", "..."]),
        ("gated", True, ["###", "...", "..."]),
        ("gated", False, ["###", "###", "..."]),
    ],
)
def test_masks_are_drawn_as_in_the_book(name, first, drawn):
    mask = next(iter(geometry.windows(name, 3, first).values()))
    assert ["".join(".#"[int(cell)] for cell in row) for row in mask] == drawn


def test_the_horizontal_kernel_is_a_line():
    first, later = (geometry.windows("gated", 5, f)["horizontal"] for f in (True, False))
    assert first.sum() == 2 and later.sum() == 3 and later[2, :3].all() and first[2, :2].all()


def test_another_architecture_is_refused():
    with pytest.raises(ValueError, match="not row lstm"):
        geometry.depths("row lstm", (4, 4))
