"""All that training knows of a model.

A model is a `torch.nn.Module`, built as `Model(settings, generator)` from one frozen record of
plain settings and a generator that fills its weights.  So a checkpoint needs nothing but its
numbers and that record, and a seed gives one model whatever else the process does.
"""

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from torch import Generator, Tensor


class LossLike(Protocol):
    """See `latentcore.networks.loss.Loss`; siblings do not import each other."""

    @property
    def total(self) -> Tensor:
        """What is minimised: a scalar, per sample."""
        ...

    @property
    def parts(self) -> Mapping[str, Tensor]:
        """Named terms, detached scalars."""
        ...


class Trainable(Protocol):
    """A module that owns its loss."""

    @property
    def settings(self) -> Any:  # noqa: ANN401 (each model has its own frozen dataclass)
        """The frozen dataclass of JSON-able values that the model is built from."""
        ...

    def loss(self, batch: tuple[Tensor, ...], generator: Generator) -> LossLike:
        """Loss of a batch (x,) or (x, y).  Changes nothing; every draw comes from `generator`."""
        ...

    def settle(self, loss: Any, generator: Generator) -> None:  # noqa: ANN401
        """What is updated without a gradient, after the optimiser's step (a codebook by EMA).

        Whatever changes here is in the state dictionary, or a resumed run would lack it.
        """
        ...

    def look(
        self, batch: tuple[Tensor, ...], generator: Generator
    ) -> Mapping[str, NDArray[np.generic]]:
        """A picture of the model on a batch, as NumPy arrays on the CPU."""
        ...
