"""An allowance stops what asks for too much before it is made, and nothing else."""

import pytest
import torch
from torch import nn

from latentcore.training.allowance import LEAST, Allowance, Exceeded


@pytest.mark.parametrize(
    "made",
    [
        lambda: torch.zeros(10**6, 10**6),
        lambda: torch.rand(10**5, 10**5, generator=torch.Generator()),
        lambda: torch.arange(10**9),
        lambda: torch.eye(10**5),
        lambda: nn.Linear(10**6, 10**6),
        lambda: nn.utils.skip_init(nn.Conv2d, 10**4, 10**4, 3),
        lambda: [nn.Parameter(torch.empty(1)) for _ in range(10**6)],
        lambda: nn.Sequential(*(nn.ReLU() for _ in range(3)), nn.Embedding(10**9, 64)),
    ],
)
def test_what_is_too_large_is_not_made(made):
    with pytest.raises(Exceeded, match="passes the limit"), Allowance(10_000_000):
        made()


def test_what_is_allowed_is_the_same():
    def made():
        torch.manual_seed(0)
        layers = nn.Sequential(nn.Conv2d(2, 3, 3), nn.BatchNorm2d(3), nn.Linear(4, 5))
        return [*layers.state_dict().values(), torch.full((2, 3), 7.0)]

    plain, allowance = made(), Allowance(20 * LEAST)
    with allowance:
        counted = made()
    assert all(torch.equal(a, b) for a, b in zip(plain, counted, strict=True))
    assert 0 <= allowance.left < 20 * LEAST
    torch.zeros(10**4, 10**3)  # and outside it is over
