"""The variational autoencoder.

z ~ N(0, I), x | z ~ p(x | decoder(z)).  The posterior is out of reach, so an encoder learns
q(z|x), and both climb a bound on the evidence [1, 2]:

    log p(x) = ELBO + KL(q(z|x) || p(z|x)),   ELBO = E_q[log p(x|z)] - beta KL(q(z|x) || p(z)).

With linear maps and a Gaussian likelihood of one learned sigma this is probabilistic PCA [3], whose
evidence has a closed form, and the bound reaches it [4].

[1] D. P. Kingma and M. Welling, Auto-encoding variational Bayes, 2014.
[2] D. J. Rezende, S. Mohamed and D. Wierstra, Stochastic backpropagation, 2014.
[3] M. E. Tipping and C. M. Bishop, Probabilistic principal component analysis, 1999.
[4] J. Lucas et al., Don't blame the ELBO, 2019.
"""

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from latentcore.networks.draws import normal
from latentcore.networks.likelihoods import likelihood
from latentcore.networks.loss import Loss
from latentcore.networks.units import bits_per_dim
from latentcore.networks.vae.bounds import Terms, importance_bound
from latentcore.networks.vae.maps import convolutional, dense
from latentcore.networks.vae.posterior import Posterior
from latentcore.networks.vae.settings import VAESettings

OUTPUTS = 2**24  # numbers a decoder may put out at once when many draws are weighed: 64 MiB


class VAE(nn.Module):
    """Built from its settings; the generator fills the weights."""

    def __init__(self, settings: VAESettings, generator: torch.Generator) -> None:
        super().__init__()
        self.settings = settings
        self.likelihood = likelihood(settings.likelihood, settings.levels, settings.sigma)
        channels = settings.shape[0]
        out = self.likelihood.channels(channels)
        self.output_size = out * settings.dims // channels
        build = dense if settings.encoder == "dense" else convolutional
        self.encoder, self.decoder, self.cell = build(settings, out, generator)

    def encode(self, x: Tensor) -> Posterior:
        """q(z|x): (B, *shape) -> means and log-variances (B, Z)."""
        if x.shape[1:] != self.settings.shape:
            raise ValueError(
                f"expected samples of shape {self.settings.shape}, got {tuple(x.shape[1:])}"
            )
        return Posterior.of(self.encoder(self.likelihood.scaled(x, next(self.parameters()).dtype)))

    def decode(self, z: Tensor) -> Tensor:
        """What the likelihood reads: (B, Z) -> (B, C', ...)."""
        output: Tensor = self.decoder(z.reshape(-1, *self.cell))
        return output

    def prior(self, n: int, generator: torch.Generator) -> Tensor:
        """Draws from N(0, I), from which one generates: (n, Z)."""
        return normal((n, self.settings.latent), next(self.parameters()), generator)

    def log_likelihood(self, x: Tensor, z: Tensor) -> Tensor:
        """log p(x|z) in nats for K draws of z: (B, *shape), (K, B, Z) -> (K, B)."""
        k, b, _ = z.shape
        repeated = x.expand(k, *x.shape).reshape(k * b, *x.shape[1:])
        return self.likelihood.log_prob(self.decode(z), repeated).reshape(k, b)

    def terms(self, x: Tensor, generator: torch.Generator) -> Terms:
        """Both terms of the ELBO in nats, from one draw of z per sample: (B,) each."""
        posterior = self.encode(x)
        z = posterior.sample(1, generator)
        return Terms(self.log_likelihood(x, z)[0], posterior.kl())

    def draws_at_once(self, batch: int) -> int:
        """How many draws of z for each of so many samples are decoded without filling memory."""
        return max(1, OUTPUTS // (self.output_size * batch))

    def importance_bound(self, x: Tensor, samples: int, generator: torch.Generator) -> Tensor:
        """The bound of K draws in nats: (B, *shape) -> (B,).

        Draws are decoded in portions, so that without gradients any K fits into memory.
        """
        posterior = self.encode(x)
        portion = self.draws_at_once(len(x))
        weights = []
        for done in range(0, samples, portion):
            z = posterior.sample(min(portion, samples - done), generator)
            weights.append(self.log_likelihood(x, z) + posterior.log_ratio(z))
        return importance_bound(torch.cat(weights))

    def loss(self, batch: tuple[Tensor, ...], generator: torch.Generator) -> Loss:
        """See Trainable: minus the bound that the settings ask for."""
        x = batch[0]
        posterior = self.encode(x)
        z = posterior.sample(self.settings.samples, generator)
        fit, kl = self.log_likelihood(x, z), posterior.kl()  # K B, B
        if len(z) == 1:
            total = (self.settings.beta * kl - fit[0]).mean()
        else:
            total = -importance_bound(fit + posterior.log_ratio(z)).mean()
        terms = Terms(fit.detach().mean(), kl.detach().mean())
        parts = {"log_likelihood": terms.log_likelihood, "kl": terms.kl, "elbo": terms.elbo}
        if self.likelihood.discrete:
            parts["bits_per_dim"] = bits_per_dim(-terms.elbo, self.settings.dims)
        return Loss(total, parts)

    def settle(self, loss: Loss, generator: torch.Generator) -> None:
        """See Trainable: nothing is learnt without a gradient."""

    def look(
        self, batch: tuple[Tensor, ...], generator: torch.Generator
    ) -> Mapping[str, NDArray[np.generic]]:
        """See Trainable: the batch, its reconstruction, as many new samples, and where z lies.

        Samples (B, *shape) are scaled to [0, 1]; mean and log_variance (B, Z) are of q(z|x);
        kl_per_axis (Z,) in nats tells which axes carry anything.
        """
        with torch.no_grad():
            x = batch[0]
            posterior = self.encode(x)
            output = self.decode(posterior.sample(1, generator))
            new = self.decode(self.prior(len(x), generator))
            seen = {
                "x": self.likelihood.scaled(x),
                "reconstruction": self.likelihood.mean(output),
                "generated": self.likelihood.mean(new),
                "generated_sample": self.likelihood.scaled(self.likelihood.sample(new, generator)),
                "mean": posterior.mean,
                "log_variance": posterior.log_variance,
                "kl_per_axis": posterior.kl_per_axis().mean(0),
            }
        return {name: value.cpu().numpy() for name, value in seen.items()}
