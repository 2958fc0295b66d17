"""Priors are distributions: they sum to 1, see the past only, and samples follow them."""

import numpy as np
import pytest
import torch
from scipy.stats import chisquare

from latentcore.networks.draws import seeded
from tests.networks.priors.nets import NAMES, every_map, labels, maps, shape, sharp

CASES = {
    "codes": ((2, 3), {}),
    "tall": ((3, 2), {"first": 5}),
    "slots": ((1, 5), {}),
    "column": ((5, 1), {}),
    "classes": ((2, 3), {"classes": 2}),
    "colours": ((1, 2), {"channels": 3}),
    "one position": ((1, 1), {"classes": 2}),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("name", NAMES)
def test_probabilities_of_all_maps_sum_to_one(name, case):
    grid, settings = CASES[case]
    prior = sharp(name, grid, **settings)
    every = every_map(prior)
    for c in range(max(prior.settings.classes, 1)):
        y = torch.full((len(every),), c) if prior.settings.classes else None
        p = prior.log_prob(every, y).exp()
        assert float(p.sum()) == pytest.approx(1, abs=1e-12)
        assert float(p.max() / p.min()) > 1.5  # not simply uniform


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("grid", [(3, 4), (4, 3), (1, 8), (6, 1)])
def test_jacobian_is_strictly_lower_triangular(name, grid):
    """d logits_i / d embedding_j = 0 unless j < i, and the position just before always counts."""
    prior = sharp(name, grid, classes=2)
    n = grid[0] * grid[1]
    y = torch.tensor([1])
    embedded = prior.embed([maps(prior, 1)]).permute(0, 3, 1, 2)

    def features(x):
        return prior.stack(x, y).flatten(2).sum((0, 1))

    jacobian = torch.autograd.functional.jacobian(features, embedded)  # N 1 H h w
    size = jacobian.flatten(3).abs().sum((1, 2))
    assert torch.equal(size.triu(), torch.zeros(n, n))
    beside = [i for i in range(1, n) if i % grid[1] or grid[1] == 1]
    assert all(size[i, i - 1] > 0 for i in beside)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("grid", "channels"), [((3, 4), 1), ((1, 6), 1), ((2, 3), 3)])
def test_a_code_changes_only_what_comes_after_it(name, grid, channels):
    """On the logits themselves, through embedding and head, channels in their order."""
    prior = sharp(name, grid, channels=channels)
    codes = grid[0] * grid[1] * channels
    index = maps(prior, 1).expand(codes + 1, *shape(prior, 1)[1:])
    flat = index.reshape(codes + 1, channels, -1).transpose(1, 2).flatten(1)  # in drawing order
    flat = (flat + torch.eye(codes + 1, codes, dtype=torch.int64)) % 3  # one changed in each row
    index = flat.view(codes + 1, -1, channels).transpose(1, 2).reshape(index.shape)
    logits = prior.logits(index).reshape(codes + 1, 3, channels, -1).transpose(2, 3).flatten(2)
    change = (logits[:-1] - logits[-1]).abs().sum(1)  # j i: what code j does to the logits at i
    assert float(change.tril().max()) < 1e-13  # rows of one batch are rounded differently
    for j in range(codes - 1):
        if (j + 1) // channels % grid[1] or (j + 1) % channels:  # no new row begins
            assert change[j, j + 1] > 1e-6


@pytest.mark.parametrize("name", NAMES)
def test_samples_follow_the_probabilities(name):
    prior = sharp(name, (2, 2), classes=2)
    n, every = 20_000, every_map(prior)
    y = torch.ones(n, dtype=torch.int64)
    drawn = prior.sample(n, seeded(3), y).flatten(1)
    place = (drawn * torch.tensor([27, 9, 3, 1])).sum(1)
    seen = np.bincount(place.numpy(), minlength=81)
    expected = n * prior.log_prob(every, y[:81]).exp().detach().numpy()
    rare = expected < 5
    if rare.any():
        seen = np.append(seen[~rare], seen[rare].sum())
        expected = np.append(expected[~rare], expected[rare].sum())
    assert len(seen) > 30
    assert chisquare(seen, expected).pvalue > 1e-3


@pytest.mark.parametrize("name", NAMES)
def test_colours_follow_the_probabilities(name):
    """Later channels of a position must be drawn from the logits given the earlier ones."""
    prior = sharp(name, (1, 1), channels=3, seed=4)
    n, every = 20_000, every_map(prior)
    drawn = prior.sample(n, seeded(5)).flatten(1)
    seen = np.bincount((drawn * torch.tensor([9, 3, 1])).sum(1).numpy(), minlength=27)
    expected = n * prior.log_prob(every).exp().detach().numpy()
    assert chisquare(seen, expected).pvalue > 1e-3


@pytest.mark.parametrize("name", NAMES)
def test_log_prob_is_the_sum_of_log_softmax(name):
    prior = sharp(name, (2, 3), classes=2, channels=2)
    index, y = maps(prior, 4), labels(prior, 4)
    logits = prior.logits(index, y)
    assert logits.shape == (4, 3, *shape(prior, 4)[1:])
    each = logits.log_softmax(1).gather(1, index[:, None])[:, 0]
    torch.testing.assert_close(prior.log_prob(index, y), each.sum((1, 2, 3)))
    torch.testing.assert_close(prior.nats(index, y), -each.sum(1))
