"""Sampling from the cache is sampling, only faster; completing keeps what is known."""

import pytest
import torch

from latentcore.networks.draws import seeded
from latentcore.networks.priors.prior import Prior
from latentcore.networks.priors.sampling import draw
from latentcore.networks.priors.settings import PriorSettings
from latentcore.networks.priors.threads import SMALL, threads_for
from tests.networks.priors.nets import NAMES, labels, maps, sharp

CASES = {
    "square": ((4, 4), {}),
    "wide, deep, large kernels": ((5, 7), {"first": 7, "kernel": 5, "layers": 4}),
    "tall": ((7, 3), {"first": 5}),
    "slots": ((1, 8), {}),
    "column": ((6, 1), {"kernel": 5}),
    "classes": ((4, 3), {"classes": 3}),
    "colours and classes": ((3, 4), {"channels": 3, "classes": 2}),
}
EVERYTHING = [(name, case) for name in NAMES for case in CASES]


def step_by_step(prior, index, y):
    """The logits met while "completing" maps of which all is known: those of index."""
    known = torch.ones(prior.settings.grid, dtype=torch.bool)
    steps = list(prior.sampling(len(index), seeded(0), y, index, known))
    return torch.stack([step.logits for step in steps], -1).unflatten(-1, prior.settings.grid)


@pytest.mark.parametrize(("name", "case"), EVERYTHING)
def test_cached_logits_equal_those_of_a_full_pass(name, case):
    grid, settings = CASES[case]
    prior = sharp(name, grid, **settings)
    index, y = maps(prior, 3), labels(prior, 3)
    full, cached = prior.logits(index, y), step_by_step(prior, index, y)
    torch.testing.assert_close(cached, full, rtol=0, atol=1e-10)
    prior = prior.float()
    full, cached = prior.logits(index, y), step_by_step(prior, index, y)
    torch.testing.assert_close(cached, full, rtol=0, atol=1e-5)


@pytest.mark.parametrize(("name", "case"), EVERYTHING)
def test_cached_samples_are_those_of_full_passes(name, case):
    grid, settings = CASES[case]
    prior = sharp(name, grid, **settings).float()
    y = labels(prior, 5)
    cached = prior.sample(5, seeded(1), y)
    assert torch.equal(cached, prior.sample(5, seeded(1), y, cached=False))
    assert cached.dtype == torch.int64 and cached.shape == maps(prior, 5).shape
    assert not torch.equal(cached, prior.sample(5, seeded(2), y))


@pytest.mark.parametrize("name", NAMES)
def test_a_used_cache_leaves_nothing_behind(name):
    prior = sharp(name, (3, 3))
    first = prior.sample(4, seeded(1))
    prior.sample(7, seeded(2))
    assert torch.equal(first, prior.sample(4, seeded(1)))


@pytest.mark.parametrize("n", [1, 2, 3, 17])
def test_any_number_of_maps(n):
    assert sharp("gated", (2, 3)).sample(n, seeded(0)).shape == (n, 2, 3)


@pytest.mark.parametrize("name", NAMES)
def test_positions_are_said_in_raster_order(name):
    prior = sharp(name, (2, 3))
    steps = list(prior.sampling(4, seeded(1)))
    assert [(s.row, s.column) for s in steps] == [(r, c) for r in range(2) for c in range(3)]
    assert all(s.codes.shape == (4,) and s.logits.shape == (4, 3) for s in steps)
    assert torch.equal(torch.stack([s.codes for s in steps], 1).view(4, 2, 3),
                       prior.sample(4, seeded(1)))  # fmt: skip


def test_colours_are_said_together():
    prior = sharp("gated", (2, 2), channels=3)
    step = next(iter(prior.sampling(4, seeded(1))))
    assert step.codes.shape == (4, 3) and step.logits.shape == (4, 3, 3)
    assert torch.equal(step.codes, prior.sample(4, seeded(1))[:, :, 0, 0])


def test_what_was_said_does_not_change_later():
    said = [
        (step, step.codes.clone(), step.logits.clone())
        for step in sharp("gated", (2, 3)).sampling(3, seeded(1))
    ]
    assert all(torch.equal(s.codes, c) and torch.equal(s.logits, x) for s, c, x in said)


def test_the_consumer_may_train_between_positions():
    """Inference mode must not leak out of a suspended generator, nor into what is drawn."""
    prior = Prior(PriorSettings("gated", (2, 3), 3, hidden=8, layers=1), seeded(0))
    steps = prior.sampling(2, seeded(0))
    next(steps)
    assert not torch.is_inference_mode_enabled() and torch.is_grad_enabled()
    prior.loss((prior.sample(4, seeded(0)),), seeded(0)).total.backward()
    assert prior.embedding[0].grad is not None


@pytest.mark.parametrize("name", NAMES)
def test_known_positions_are_kept_and_condition_those_after_them(name):
    prior = sharp(name, (3, 3), classes=2)
    n, y = 4000, torch.ones(4000, dtype=torch.int64)
    known = torch.tensor([[1, 0, 1], [1, 0, 0], [0, 0, 1]]).bool()
    given = maps(prior, 1).expand(n, 3, 3).clone()
    given[:, ~known] = 99  # must not even be looked at
    drawn = prior.sample(n, seeded(1), y, given, known)
    assert torch.equal(drawn[:, known], given[:, known])
    p = prior.logits(drawn[:1], y[:1]).softmax(1)[0, :, 0, 1]  # first unknown: all before is known
    seen = drawn[:, 0, 1].bincount(minlength=3) / n
    torch.testing.assert_close(seen.double(), p, rtol=0, atol=4 * 0.5 / n**0.5)
    assert len(drawn[:, 2, 1].unique()) == 3


@pytest.mark.parametrize("name", NAMES)
def test_completing_equals_sampling_where_the_past_is_the_same(name):
    """Given what was drawn anyway, the same uniforms draw the same rest, with a mask a map too."""
    prior = sharp(name, (3, 4), channels=2)
    drawn = prior.sample(5, seeded(3))
    for known in (torch.rand(3, 4, generator=seeded(4)) < 0.5,
                  torch.rand(5, 3, 4, generator=seeded(5)) < 0.5):  # fmt: skip
        for cached in (True, False):
            again = prior.sample(5, seeded(3), None, drawn, known, cached)
            assert torch.equal(drawn, again)


@pytest.mark.parametrize("name", NAMES)
def test_a_known_position_does_not_reach_back(name):
    prior = sharp(name, (3, 3))
    known = torch.zeros(3, 3, dtype=torch.bool)
    known[1, 1] = True
    given = maps(prior, 6)
    free, clamped = prior.sample(6, seeded(1)), prior.sample(6, seeded(1), None, given, known)
    assert torch.equal(free.flatten(1)[:, :4], clamped.flatten(1)[:, :4])
    assert torch.equal(clamped[:, 1, 1], given[:, 1, 1])


def test_draw_inverts_the_cumulated_probabilities():
    logits = torch.log(torch.tensor([[0.0, 0.25, 0.5, 0.25, 0.0]])).expand(7, 5)
    u = torch.tensor([0, 0.2499, 0.25, 0.7499, 0.75, 0.9999, 1 - 2**-24])[:, None]
    assert draw(logits, u).tolist() == [1, 1, 2, 2, 3, 3, 3]
    assert draw(torch.zeros(2, 1), torch.tensor([[0.0], [0.99]])).tolist() == [0, 0]


def test_a_code_of_probability_zero_is_never_drawn():
    logits = torch.randn(200_000, 8, generator=seeded(0))
    logits[:, [0, 3, 7]] = -torch.inf
    code = draw(logits, torch.rand(200_000, 1, generator=seeded(1)))
    assert set(code.unique().tolist()) == {1, 2, 4, 5, 6}


def test_rounding_draws_no_code_that_is_not_there():
    """Cumulated probabilities end a little below 1; the largest uniform must not fall above."""
    logits = torch.randn(1000, 512, generator=seeded(0))
    assert float(logits.softmax(1).cumsum(1)[:, -1].min()) < 1 - 2**-24
    assert int(draw(logits, torch.full((1000, 1), 1 - 2**-24)).max()) < 512


def test_the_global_generator_is_left_alone():
    before = torch.random.get_rng_state()
    prior = Prior(PriorSettings("gated", (2, 3), 3), seeded(0))
    prior.sample(2, seeded(0))
    assert torch.equal(before, torch.random.get_rng_state())


def test_threads_are_given_back():
    torch.set_num_threads(2)
    with threads_for(SMALL + 1):
        assert torch.get_num_threads() == 2
    with pytest.raises(RuntimeError), threads_for(SMALL):
        assert torch.get_num_threads() == 1
        raise RuntimeError
    assert torch.get_num_threads() == 2
    steps = sharp("gated", (2, 3)).sampling(2, seeded(0))
    next(steps)
    assert torch.get_num_threads() == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"n": 0, "y": torch.zeros(0).long()}, "1 or more, got 0"),
        ({"y": None}, "conditional on 2 classes: give y"),
        ({"y": torch.tensor([0, 1])}, r"one class for each of 3 samples, got \(2,\)"),
        ({"y": torch.tensor([0, 1, 2])}, "y holds numbers from 0 to 2; this prior knows 0..1"),
        ({"given": torch.zeros(3, 2, 3).long()}, "completing needs both"),
        ({"known": torch.ones(2, 3).bool()}, "completing needs both"),
        ({"given": torch.zeros(3, 2, 3).long(), "known": torch.ones(2, 3)}, "must be a mask"),
        ({"given": torch.zeros(3, 2, 3).long(), "known": torch.ones(3, 2).bool()}, "of shape"),
        ({"given": torch.zeros(3, 3, 2).long(), "known": torch.ones(2, 3).bool()}, "do not fit"),
        ({"given": torch.zeros(4, 2, 3).long(), "known": torch.ones(2, 3).bool()}, "4 are given"),
        ({"given": torch.full((3, 2, 3), 3), "known": torch.ones(2, 3).bool()}, "from 3 to 3"),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_is_drawn(arguments, words):
    prior = sharp("gated", (2, 3), classes=2)
    asked = {"n": 3, "generator": seeded(0), "y": torch.tensor([0, 1, 1]), **arguments}
    with pytest.raises((ValueError, TypeError), match=words):
        prior.sampling(**asked)


def test_an_unconditional_prior_takes_no_classes():
    with pytest.raises(ValueError, match="has no classes: leave y out"):
        sharp("gated", (2, 3)).sample(1, seeded(0), torch.tensor([0]))
