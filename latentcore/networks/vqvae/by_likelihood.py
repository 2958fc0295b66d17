"""One slot and no encoder: the code of a sample is the one that explains it best.

    k = argmax_j log p(x | e_j),      loss = -log p(x | e_k)

A code is here what the decoder would make of it.  Alternating the two lines is hard EM for a
mixture of K equal components, and the decoder's likelihood is their density: this is where the
VQ-VAE meets the mixtures.  An encoder replaces the search over all K codes, which S slots turn into
one over K^S, by a guess.
"""

from collections.abc import Mapping
from math import log

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Generator, Tensor, nn

from latentcore.networks.draws import permutation
from latentcore.networks.likelihoods import composition
from latentcore.networks.loss import Loss
from latentcore.networks.vqvae.code_model import CodeModel
from latentcore.networks.vqvae.settings import ByLikelihoodSettings


class ByLikelihood(CodeModel):
    """Compositions (B, p), told by one code each: (B, 1, 1).  `output` (K, C') are the codes."""

    def __init__(self, settings: ByLikelihoodSettings, generator: Generator) -> None:
        super().__init__()
        self.settings, self.codes, self.dims = settings, settings.codes, settings.parts
        self.likelihood = composition(settings.likelihood)
        shape = settings.codes, self.likelihood.channels(settings.parts)
        self.output = nn.Parameter(torch.randn(shape, generator=generator))

    @torch.no_grad()
    def begin(self, x: Tensor, generator: Generator) -> None:
        """Put the codes at K random samples, half way to the mean, so that each explains some.

        As in k-means, only the best code of a sample learns from it: one that starts far from all
        samples never does.
        """
        shares = self.likelihood.scaled(x)
        chosen = shares[permutation(len(x), shares, generator)[: self.codes]]
        between = (chosen + shares.mean(0)) / 2
        self.output.zero_()
        self.output[: len(chosen), : shares.shape[1]] = (between + 1 / x.shape[1] ** 2).log()

    def log_prob(self, x: Tensor) -> Tensor:
        """Nats under every code: (B, p) -> (B, K)."""
        each = x.repeat_interleave(self.codes, 0)
        output = self.output.repeat(len(x), 1)
        return self.likelihood.log_prob(output, each).reshape(len(x), self.codes)

    def evidence(self, x: Tensor) -> Tensor:
        """log p(x) itself, with codes equally likely; `account` bounds it: (B, p) -> (B,)."""
        return self.log_prob(x).logsumexp(1) - log(self.codes)

    def encode(self, x: Tensor) -> Tensor:
        """See CodeModel."""
        with torch.no_grad():
            return self.log_prob(x).argmax(1)[:, None, None]

    def decode(self, index: Tensor) -> Tensor:
        """See CodeModel."""
        return self.output[index.flatten()]

    def loss(self, batch: tuple[Tensor, ...], generator: Generator) -> Loss:  # noqa: ARG002
        """See Trainable."""
        log_likelihood = self.log_prob(batch[0]).amax(1).mean()
        return Loss(-log_likelihood, {"log_likelihood": log_likelihood.detach()})

    def settle(self, loss: Loss, generator: Generator) -> None:
        """See Trainable: nothing is learned without a gradient."""

    def look(
        self,
        batch: tuple[Tensor, ...],
        generator: Generator,  # noqa: ARG002
    ) -> Mapping[str, NDArray[np.generic]]:
        """See Trainable: x, reconstruction (B, p), index (B, 1, 1), the shares of codes (K, p)."""
        index = self.encode(batch[0])
        with torch.no_grad():
            seen = {
                "x": self.likelihood.scaled(batch[0]),
                "reconstruction": self.likelihood.mean(self.decode(index)),
                "index": index,
                "codebook": self.likelihood.mean(self.output),
            }
        return {name: value.cpu().numpy() for name, value in seen.items()}
