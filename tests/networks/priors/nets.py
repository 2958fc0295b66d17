"""Small priors with large weights, so that whatever they may depend on, they do."""

from itertools import product

import torch
from torch import Tensor

from latentcore.networks.draws import seeded
from latentcore.networks.priors.architectures import ARCHITECTURES
from latentcore.networks.priors.prior import Prior
from latentcore.networks.priors.settings import PriorSettings

NAMES = tuple(ARCHITECTURES)


def sharp(name: str, grid: tuple[int, int], seed: int = 0, **settings: int) -> Prior:
    """In double precision; every parameter is drawn, biases of classes included."""
    few = {"codes": 3, "hidden": 8, "layers": 2, **settings}
    prior = Prior(PriorSettings(name, grid, **few), seeded(0)).double()
    generator = seeded(seed)
    for parameter in prior.parameters():
        spread = 0.6 if parameter.dim() < 2 else 1.2 / parameter[0].numel() ** 0.5
        torch.nn.init.normal_(parameter, 0, spread, generator=generator)
    return prior.requires_grad_(False)


def shape(prior: Prior, n: int) -> tuple[int, ...]:
    s = prior.settings
    return (n, *s.grid) if s.channels == 1 else (n, s.channels, *s.grid)


def maps(prior: Prior, n: int, seed: int = 1) -> Tensor:
    return torch.randint(prior.settings.codes, shape(prior, n), generator=seeded(seed))


def labels(prior: Prior, n: int, seed: int = 2) -> Tensor | None:
    c = prior.settings.classes
    return torch.randint(c, (n,), generator=seeded(seed)) if c else None


def every_map(prior: Prior) -> Tensor:
    """All K^(C N) of them."""
    s = prior.settings
    each = product(range(s.codes), repeat=s.channels * s.positions)
    return torch.tensor(list(each)).view(shape(prior, -1))


def train(prior: Prior, batches, rate: float = 1e-2) -> float:
    """Adam over an iterable of batches with a rate that falls to 0; the last loss, nats."""
    batches = list(batches)
    optimiser = torch.optim.Adam(prior.parameters(), rate)
    fall = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, len(batches))
    for batch in batches:
        loss = prior.loss(batch, seeded(0))
        optimiser.zero_grad()
        loss.total.backward()
        optimiser.step()
        fall.step()
    return float(loss.total.detach())
