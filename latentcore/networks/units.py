"""Nats and bits per dimension.

A log-likelihood in nats counts a whole sample; bits per dimension divide by the number of pixels
times channels and by ln 2, so that images of any size can be compared.  They are the length of a
code only if the likelihood is one of discrete values (`Likelihood.discrete`).
"""

from math import log
from typing import TypeVar

from torch import Tensor

Amount = TypeVar("Amount", float, Tensor)


def bits_per_dim(nats: Amount, dims: int) -> Amount:
    """Nats per sample -> bits per dimension."""
    return nats / (dims * log(2))


def nats(bits: Amount, dims: int) -> Amount:
    """Bits per dimension -> nats per sample."""
    return bits * (dims * log(2))
