"""What a network says of a batch: the number to minimise, and the terms it is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor


@dataclass(frozen=True)
class Loss:
    """`total` (scalar) is minimised; `parts` (scalars, detached) are drawn as curves.

    Losses are per sample, in nats, so that they do not change with the batch size.  `state` is
    whatever the network wants to see again in `settle`, after the optimiser's step.
    """

    total: Tensor
    parts: Mapping[str, Tensor] = field(default_factory=dict)
    state: Any = None
