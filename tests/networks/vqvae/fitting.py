"""Training in one call, for tests of what is trained."""

import numpy as np
import torch

from latentcore.networks.draws import seeded
from latentcore.training import Progress, Run, train
from latentcore.training.order import Order


def started(model, seed=0, rate=1e-3):
    optimiser = torch.optim.Adam(model.parameters(), lr=rate, fused=True)
    return Run(model, optimiser, seeded(seed), Order(seed))


def fit(model, x, plan, seed=0, rate=1e-3):
    """Train a model that is built already; the loss of every step."""
    events = list(train(started(model, seed, rate), (x,), plan))
    return np.concatenate([event.trace["total"] for event in events if isinstance(event, Progress)])
