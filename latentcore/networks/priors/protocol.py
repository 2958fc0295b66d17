"""What stands inside a prior: a causal stack, and its memory while sampling.

Raster order: rows from the top, each from the left.  A stack turns a map of embeddings into a
map of features, of which the one at position i depends on embeddings at positions < i only.
That, and nothing else, makes the product of the softmaxes a distribution.
"""

from collections.abc import Callable
from typing import Protocol

from torch import Generator, Tensor

from latentcore.networks.priors.settings import PriorSettings


class Cache(Protocol):
    """The features of one batch, position after position, each computed once."""

    def step(self, row: int, column: int, before: Tensor | None) -> Tensor:
        """Features (B, hidden) at a position; positions are asked for in raster order.

        `before` (B, hidden) is the embedding at the position just before; None at the first.
        """
        ...


class Stack(Protocol):
    """A `torch.nn.Module` from embeddings to features."""

    def __call__(self, embedded: Tensor, y: Tensor) -> Tensor:
        """All features at once: (B, hidden, h, w), classes (B,) -> (B, hidden, h, w)."""
        ...

    def cache(self, y: Tensor) -> Cache:
        """An empty memory for a batch of classes (B,)."""
        ...


Build = Callable[[PriorSettings, Generator], Stack]
