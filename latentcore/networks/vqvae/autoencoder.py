"""An encoder, a quantiser and a decoder: the VQ-VAE, whatever its samples are [1].

    x -> z_e (B, D, h, w) -> k (B, h, w) -> z_q (B, D, h, w) -> p(x | z_q)

    loss = -log p(x|z_q) + the quantiser's terms, averaged over positions

in nats per sample.  With a uniform prior the KL of the ELBO is the constant N log K, left out here
and put back by `account`.

[1] van den Oord, Vinyals, Kavukcuoglu 2017, Neural discrete representation learning.
"""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Generator, Tensor, nn

from latentcore.networks.likelihoods import Likelihood
from latentcore.networks.loss import Loss
from latentcore.networks.quantizers import Quantised, Quantizer
from latentcore.networks.vqvae.code_model import CodeModel

SHOWN = 2048  # encoder outputs in a look


@dataclass(frozen=True)
class Passed:
    """A batch on its way through: output (B, C', ...), encoded (B, D, h, w), index (B, h, w)."""

    output: Tensor
    encoded: Tensor
    index: Tensor
    quantised: Quantised


class CodeAutoencoder(CodeModel):
    """`encoder` gives (B, D, h, w), `decoder` takes it; `grid` is (h, w)."""

    encoder: nn.Module
    decoder: nn.Module
    quantizer: Quantizer
    likelihood: Likelihood
    grid: tuple[int, int]

    @abstractmethod
    def features(self, x: Tensor) -> Tensor:
        """What the encoder sees of samples."""

    def encoded(self, x: Tensor) -> Tensor:
        """z_e: (B, *shape) -> (B, D, h, w)."""
        z: Tensor = self.encoder(self.features(x))
        return z.reshape(len(x), -1, *self.grid)

    def encode(self, x: Tensor) -> Tensor:
        """See CodeModel."""
        with torch.no_grad():
            return self.quantizer.index(rows(self.encoded(x))).reshape(len(x), *self.grid)

    def decode(self, index: Tensor) -> Tensor:
        """See CodeModel."""
        output: Tensor = self.decoder(self.quantizer.lookup(index).permute(0, 3, 1, 2))
        return output

    def forward(self, x: Tensor, generator: Generator) -> Passed:
        """As in training: codes may be drawn, and in the warm-up there are none."""
        encoded = self.encoded(x)
        quantised = self.quantizer.quantise(rows(encoded), generator)
        z_q = quantised.z_q.reshape(len(x), *self.grid, -1).permute(0, 3, 1, 2)
        index = quantised.index.reshape(len(x), *self.grid)
        return Passed(self.decoder(z_q), encoded, index, quantised)

    def loss(self, batch: tuple[Tensor, ...], generator: Generator) -> Loss:
        """See Trainable.  `state` is what the quantiser saw."""
        passed: Passed = self(batch[0], generator)
        log_likelihood = self.likelihood.log_prob(passed.output, batch[0]).mean()
        quantised = passed.quantised
        return Loss(
            quantised.loss - log_likelihood,
            {"log_likelihood": log_likelihood.detach(), **quantised.parts},
            quantised,
        )

    def settle(self, loss: Loss, generator: Generator) -> None:
        """See Trainable: the codebook's own upkeep."""
        self.quantizer.settle(loss.state, generator)

    def look(
        self, batch: tuple[Tensor, ...], generator: Generator
    ) -> Mapping[str, NDArray[np.generic]]:
        """See Trainable: the batch and its reconstruction, its codes, and the codebook.

        x, reconstruction (B, *shape), scaled; index (B, h, w); encoded (up to 2048, D); codebook
        (K, D); share (K,), the running share of each code; moved (K,), the step at which a code was
        last restarted, 0 if never (where codes can be moved); step () and passing (), whether the
        decoder still reads z_e itself.
        """
        with torch.no_grad():
            passed: Passed = self(batch[0], generator)
            seen = {
                "x": self.likelihood.scaled(batch[0]),
                "reconstruction": self.likelihood.mean(passed.output),
                "index": passed.index,
                "encoded": passed.quantised.rows[:SHOWN],
            } | self.quantizer.picture()
        return {name: value.detach().cpu().numpy() for name, value in seen.items()}


def rows(z: Tensor) -> Tensor:
    """Positions as rows, free of charge in channels-last memory: (B, D, h, w) -> (B h w, D)."""
    return z.permute(0, 2, 3, 1).reshape(-1, z.shape[1])
