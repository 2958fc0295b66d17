"""Everything that changes while a model is trained, in one place."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

import torch
from torch import Generator
from torch.nn import Module
from torch.optim import Adam, Optimizer

from latentcore.training.order import Order
from latentcore.training.trainable import Trainable

M = TypeVar("M", bound=Trainable)
S = TypeVar("S")


@dataclass(eq=False)
class Run(Generic[M]):
    """A model in training: the one mutable object; `train` moves it on, `save` keeps it.

    `generator` is what the model draws from and lies on the model's device; `order` says which
    batch comes next.  `step` counts optimiser steps, `seconds` the time spent on them, and
    `first` is the loss before the first (None until it has been fetched).
    """

    model: M
    optimiser: Optimizer
    generator: Generator
    order: Order
    step: int = 0
    seconds: float = 0.0
    first: float | None = None

    @classmethod
    def start(
        cls,
        kind: Callable[[S, Generator], M],
        settings: S,
        *,
        seed: int = 0,
        learning_rate: float = 1e-3,
        device: str | torch.device = "cpu",
    ) -> "Run[M]":
        """A fresh model with Adam.  Weights, batches and draws all follow from the seed."""
        model = kind(settings, Generator().manual_seed(seed))
        module = cast(Module, model).to(device)
        optimiser = Adam(module.parameters(), lr=learning_rate, fused=True)  # 4x the default's pace
        return cls(model, optimiser, Generator(device).manual_seed(seed), Order(seed))

    @property
    def module(self) -> Module:
        """The model, seen as what PyTorch knows of it."""
        return cast(Module, self.model)

    @property
    def device(self) -> torch.device:
        """Where the parameters are."""
        return next(self.module.parameters()).device
