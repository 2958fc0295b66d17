"""A VQ-VAE and its prior together: what the codes of unseen digits cost, and samples decoded."""

import pytest
import torch

from latentcore.data.images import digits
from latentcore.networks.priors import Prior, PriorSettings
from latentcore.networks.priors.ladder import ladder
from latentcore.networks.vqvae import VQVAE, VQVAESettings
from latentcore.training import Plan, Run, train

HELD = 297


@pytest.fixture(scope="module")
def chain():
    """A VQ-VAE, the codes of training and held-out digits, and a prior over them."""
    images = torch.from_numpy(digits.load().scaled())
    x = images[torch.randperm(len(images), generator=torch.Generator().manual_seed(0))]
    model = Run.start(VQVAE, VQVAESettings(grid=(4, 4)), learning_rate=3e-3)
    list(train(model, (x[HELD:],), Plan(steps=400)))
    seen, unseen = (model.model.encode(part) for part in (x[HELD:], x[:HELD]))
    settings = PriorSettings("gated", grid=(4, 4), codes=128, hidden=32, layers=2)
    prior = Run.start(Prior, settings, learning_rate=3e-3)
    list(train(prior, (seen,), Plan(steps=300)))
    return model.model, prior.model, x[:HELD], seen, unseen


def test_every_rung_knows_more_than_the_one_before(chain):
    model, prior, _, seen, unseen = chain
    rungs = ladder(prior, seen, (unseen,))
    print(f"\n{rungs}")
    assert rungs.uniform == 7 and rungs.uniform >= rungs.marginal > rungs.prior + 0.3
    assert rungs.position > rungs.prior


def test_samples_of_the_prior_decode_to_digits(chain):
    """Nearer to some real digit than what a uniform prior gives."""
    model, prior, unseen, seen, _ = chain
    generator = torch.Generator().manual_seed(1)
    uniform = torch.randint(128, (64, 4, 4), generator=generator)
    with torch.no_grad():
        learned, blind = (
            model.likelihood.mean(model.decode(codes))
            for codes in (prior.sample(64, generator), uniform)
        )
    assert learned.shape == (64, 1, 8, 8) and torch.isfinite(learned).all()

    def nearest(pictures):
        return torch.cdist(pictures.flatten(1), unseen.flatten(1)).min(1).values.mean()

    assert nearest(learned) < 0.8 * nearest(blind)
