"""What every model offers that tells samples through integer codes, however it finds them."""

from abc import ABC, abstractmethod
from functools import reduce
from math import log
from operator import add

import torch
from torch import Tensor, nn

from latentcore.networks.likelihoods import Likelihood
from latentcore.networks.quantizers import Usage
from latentcore.networks.vqvae.accounting import Account, CodePrior

PORTION = 1024  # samples encoded at once in a pass over many


class CodeModel(nn.Module, ABC):
    """Samples (B, *shape) of `dims` numbers, told by maps (B, h, w) of codes 0..codes - 1."""

    likelihood: Likelihood
    codes: int
    dims: int

    @abstractmethod
    def encode(self, x: Tensor) -> Tensor:
        """The codes of samples: (B, *shape) -> (B, h, w)."""

    @abstractmethod
    def decode(self, index: Tensor) -> Tensor:
        """What the likelihood reads: (B, h, w) -> (B, C', ...)."""

    def reconstruct(self, x: Tensor) -> Tensor:
        """Samples seen through their codes, scaled as floats are: (B, *shape) -> (B, *shape)."""
        return self.likelihood.mean(self.decode(self.encode(x)))

    @torch.no_grad()
    def account(self, x: Tensor, prior: CodePrior | None = None) -> Account:
        """Exact cost of samples; without a prior all maps of codes are as likely."""
        index = self.encode(x)
        if prior is None:
            log_prior = torch.full((len(x),), -index[0].numel() * log(self.codes), device=x.device)
        else:
            log_prior = prior.log_prob(index)
        return Account(
            self.likelihood.log_prob(self.decode(index), x),
            log_prior,
            self.dims,
            self.likelihood.name,
            self.likelihood.discrete,
        )

    @torch.no_grad()
    def usage(self, x: Tensor) -> Usage:
        """How the codes are used over all these samples."""
        return reduce(add, (Usage.of(self.encode(b), self.codes) for b in torch.split(x, PORTION)))
