"""Trained priors reach the entropy of a known source, use the class, and climb the ladder."""

from itertools import product
from math import log, log2

import numpy as np
import pytest
import torch
from scipy.stats import entropy

from latentcore.networks.draws import seeded
from latentcore.networks.priors.ladder import Ladder, ladder
from latentcore.networks.priors.prior import Prior
from latentcore.networks.priors.settings import PriorSettings
from tests.networks.priors.digits import TRAIN, digit_codes
from tests.networks.priors.nets import NAMES, train

N = 12
CHAIN = torch.tensor([[0.8, 0.15, 0.05], [0.1, 0.2, 0.7], [0.3, 0.6, 0.1]])
STILL = torch.linalg.matrix_power(CHAIN.double(), 200)[0].float()  # its stationary distribution


def chain(n, generator):
    """Stationary sequences of a Markov chain: (n, 1, N)."""
    codes = [torch.multinomial(STILL, n, True, generator=generator)]
    while len(codes) < N:
        codes.append(torch.multinomial(CHAIN[codes[-1]], 1, generator=generator)[:, 0])
    return torch.stack(codes, 1)[:, None]


@pytest.mark.parametrize("name", NAMES)
def test_the_entropy_rate_of_a_markov_source_is_reached(name):
    """Within 0.02 bits per code on unseen sequences, and never below what is possible."""
    prior = Prior(PriorSettings(name, (1, N), 3, hidden=16, layers=1), seeded(0))
    generator = seeded(1)
    train(prior, [(chain(256, generator),) for _ in range(150)])
    unseen = chain(8000, generator)
    with torch.no_grad():
        bits = -float(prior.log_prob(unseen).mean()) / (N * log(2))
    rate = float(STILL @ torch.tensor(entropy(CHAIN, base=2, axis=1)).float())
    possible = (entropy(STILL, base=2) + (N - 1) * rate) / N
    assert bits == pytest.approx(possible, abs=0.02)
    flat = unseen[:, 0]
    p = CHAIN[flat[:, :-1], flat[:, 1:]].log2().sum(1) + STILL[flat[:, 0]].log2()
    assert bits > -float(p.mean()) / N  # Gibbs' inequality, on the same sequences


def field(n, generator, table):
    """Maps (n, 4, 4) whose codes depend on those to the left and above: table (K, K, K)."""
    maps = torch.zeros(n, 5, 5, dtype=torch.int64)  # a frame of 0 above and on the left
    for r, c in product(range(1, 5), repeat=2):
        p = table[maps[:, r, c - 1], maps[:, r - 1, c]]
        maps[:, r, c] = torch.multinomial(p, 1, generator=generator)[:, 0]
    return maps


@pytest.mark.parametrize("name", NAMES)
def test_neighbours_above_and_beside_are_learned(name):
    rng = np.random.default_rng(0)
    table = torch.tensor(rng.dirichlet(np.full(3, 0.3), size=(3, 3))).float()
    generator = seeded(2)
    prior = Prior(PriorSettings(name, (4, 4), 3, hidden=16, layers=2), seeded(0))
    batch = 192 if name == "masked" else 64
    train(prior, [(field(batch, generator, table)[:, 1:, 1:],) for _ in range(200)])
    maps = field(4000, generator, table)
    inner = maps[:, 1:, 1:]
    source = table[maps[:, 1:, :-1], maps[:, :-1, 1:]].gather(3, inner[..., None]).log2().mean()
    with torch.no_grad():
        bits = -float(prior.log_prob(inner).mean()) / (16 * log(2))
    frequency = inner.flatten().bincount() / inner.numel()
    allowed = 0.06 if name == "masked" else 0.02  # it sees each position only once a map
    assert 0 < bits + float(source) < allowed < entropy(frequency, base=2) + float(source) - 0.3


@pytest.mark.parametrize("name", NAMES)
def test_the_class_is_used(name):
    """Maps of class c are full of code c but for one position in ten."""
    generator = seeded(3)

    def batch(n):
        y = torch.randint(3, (n,), generator=generator)
        noise = torch.randint(3, (n, 3, 3), generator=generator)
        other = torch.rand(n, 3, 3, generator=generator) < 0.1
        return torch.where(other, noise, y[:, None, None]), y

    prior = Prior(PriorSettings(name, (3, 3), 3, hidden=16, layers=1, classes=3), seeded(0))
    train(prior, [batch(64) for _ in range(120)], 2e-2)
    for c in range(3):
        drawn = prior.sample(200, seeded(4), torch.full((200,), c))
        assert float((drawn == c).float().mean()) == pytest.approx(1 - 0.1 * 2 / 3, abs=0.04)
    index, y = batch(500)
    with torch.no_grad():
        scores = torch.stack([prior.log_prob(index, torch.full_like(y, c)) for c in range(3)])
    assert float((scores.argmax(0) == y).float().mean()) > 0.99


def test_the_ladder_of_the_digits_goes_down():
    """log2 K >= frequencies >= PixelCNN on held-out digits, and the digit's name saves more."""
    maps, y = digit_codes(32)
    rungs = {}
    for classes in (0, 10):
        prior = Prior(
            PriorSettings("gated", (4, 4), 32, hidden=24, layers=2, classes=classes), seeded(0)
        )
        order = torch.randint(TRAIN, (150, 64), generator=seeded(5))
        train(prior, [(maps[i], y[i]) for i in order])
        test = (maps[TRAIN:], y[TRAIN:]) if classes else (maps[TRAIN:],)
        rungs[classes] = ladder(prior, maps[:TRAIN], test)
        print(f"\n{classes or 'no'} classes\n{rungs[classes]}")
    free, named = rungs[0], rungs[10]
    assert free.uniform == 5 >= free.marginal >= free.position >= free.prior >= named.prior
    assert free.marginal - free.prior > 1 and free.prior - named.prior > 0.1


def test_rungs_are_what_they_are_called():
    """Each against a calculation by hand; channels are positions of their own."""
    generator = seeded(6)
    prior = Prior(PriorSettings("gated", (1, 2), 3, hidden=8, layers=1, channels=2), seeded(0))
    train, test = (torch.randint(3, (n, 2, 1, 2), generator=generator) for n in (40, 30))
    train[:, 0] = test[:, 1, :, 1] = 0
    found = ladder(prior, train, (test,), batch=7)
    assert found.uniform == log2(3)
    counts = np.bincount(train.flatten(), minlength=3)
    p = (counts + 1) / (counts + 1).sum()
    assert found.marginal == pytest.approx(-np.log2(p)[test.flatten()].mean(), rel=1e-5)
    bits = []
    for channel, column in product(range(2), repeat=2):
        counts = np.bincount(train[:, channel, 0, column], minlength=3) + 1
        bits.append(-np.log2(counts / counts.sum())[test[:, channel, 0, column]])
    assert found.position == pytest.approx(np.mean(bits), rel=1e-5)
    loss = prior.loss((test,), generator)
    assert found.prior == pytest.approx(float(loss.parts["bits_per_code"]), rel=1e-5)
    assert isinstance(found, Ladder) and str(found).count("bits per code") == 4
