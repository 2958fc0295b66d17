"""A loop of ten lines, for models whose training is not what is tested."""

import torch

from latentcore.networks.device import autocast
from latentcore.networks.draws import permutation, seeded


def fit(model, x, steps, seed=0, batch=64, rate=1e-3, half=False):  # noqa: PLR0913
    generator = seeded(seed)
    optimiser = torch.optim.Adam(model.parameters(), lr=rate)
    order, losses = torch.empty(0, dtype=torch.int64), []
    for _ in range(steps):
        if len(order) < batch:
            order = torch.cat([order, permutation(len(x), x, generator)])
        chosen, order = order[:batch], order[batch:]
        with autocast(x.device, half):  # anew each step: it keeps the weights it has cast
            loss = model.loss((x[chosen],), generator)
        optimiser.zero_grad()
        loss.total.backward()
        optimiser.step()
        model.settle(loss, generator)
        losses.append(loss.total.detach())
    return torch.stack(losses)
