"""Two ways to the gradient of an expectation, side by side on one batch.

The ELBO's first term is an expectation over z ~ q(z|x), which itself depends on the encoder.  With
z = mu + sigma eps its gradient with respect to (mu, log sigma^2) is the mean over eps of

    pathwise [1]        (g, g sigma eps / 2),   g = d log p(x|z) / dz
    score function [2]  log p(x|z) (eps / sigma, (eps^2 - 1) / 2) = log p(x|z) grad log q(z|x)

Both are unbiased.  The second needs no derivative of log p(x|z), so z may be discrete, and pays
with a variance that grows with log p(x|z) squared.  Any number that does not depend on the draw
itself may be taken off log p(x|z) without bias; here that baseline is the mean over the other
draws [3].  The KL term has a closed form and is the same in all three.

[1] D. P. Kingma and M. Welling, Auto-encoding variational Bayes, 2014.
[2] R. J. Williams, Simple statistical gradient-following algorithms (REINFORCE), 1992.
[3] A. Mnih and D. J. Rezende, Variational inference for Monte Carlo objectives, 2016.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from latentcore.arrays import Array
from latentcore.networks.draws import normal
from latentcore.networks.vae.model import VAE
from latentcore.networks.vae.posterior import Posterior

AT_ONCE = 2**21  # gradients of so many weights are held at a time: 8 MiB


@dataclass(frozen=True)
class Estimate:
    """Mean and variance, over single draws, of the gradient for each of P encoder weights: (P,)."""

    mean: Array
    variance: Array
    draws: int

    @property
    def total_variance(self) -> float:
        """Trace of the covariance: the expected squared distance of one draw from the gradient."""
        return float(self.variance.sum())


def compare(
    model: VAE, x: Tensor, draws: int, generator: torch.Generator
) -> Mapping[str, Estimate]:
    """The ELBO's gradient with respect to the encoder, (B, *shape), by all three estimators.

    The same draws of z serve all of them.  Nats per sample, averaged over the batch.
    """
    if draws < 2:
        raise ValueError(f"a variance needs at least two draws, got {draws}")
    posterior = model.encode(x)
    noise = normal((draws, *posterior.mean.shape), posterior.mean.detach(), generator)  # S B Z
    sigma = (0.5 * posterior.log_variance.detach()).exp()
    fit, slope = _likelihood(model, x, posterior.mean.detach() + sigma * noise)
    others = (fit.sum(0) - fit) / (draws - 1)
    score = torch.cat([noise / sigma, 0.5 * (noise.square() - 1)], -1)  # S B 2Z
    directions = {
        "pathwise": torch.cat([slope, 0.5 * slope * sigma * noise], -1),
        "score function": fit[..., None] * score,
        "score function, baseline": (fit - others)[..., None] * score,
    }
    return {name: _through(model, posterior, found) for name, found in directions.items()}


def _likelihood(model: VAE, x: Tensor, z: Tensor) -> tuple[Tensor, Tensor]:
    """log p(x|z) and its derivative: (S, B, Z) -> (S, B), (S, B, Z)."""
    fits, slopes = [], []
    portion = model.draws_at_once(len(x))
    for first in range(0, len(z), portion):
        at = z[first : first + portion].requires_grad_()
        fit = model.log_likelihood(x, at)
        slopes.append(torch.autograd.grad(fit.sum(), at)[0])
        fits.append(fit.detach())
    return torch.cat(fits), torch.cat(slopes)


def _through(model: VAE, posterior: Posterior, directions: Tensor) -> Estimate:
    """From gradients at the posterior (S, B, 2Z) back through the encoder to its weights."""
    weights = list(model.encoder.parameters())
    kl = torch.cat([posterior.mean, 0.5 * torch.expm1(posterior.log_variance)], -1).detach()
    outputs = torch.cat([posterior.mean, posterior.log_variance], -1)  # B 2Z
    size = sum(weight.numel() for weight in weights)
    total = torch.zeros(size, dtype=torch.float64, device=outputs.device)
    squares = torch.zeros_like(total)
    portion = max(1, AT_ONCE // size)
    for first in range(0, len(directions), portion):
        part = (directions[first : first + portion] - kl) / len(outputs)
        found = torch.autograd.grad(
            outputs, weights, part, retain_graph=True, is_grads_batched=True
        )
        gradient = torch.cat([one.flatten(1) for one in found], 1).double()  # s P
        total += gradient.sum(0)
        squares += gradient.square().sum(0)
    draws = len(directions)
    mean = total / draws
    variance = (squares - draws * mean.square()).clamp(min=0) / (draws - 1)
    return Estimate(mean.cpu().numpy(), variance.cpu().numpy(), draws)
