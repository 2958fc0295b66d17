"""In which order samples are drawn: one shuffle after another, cut into batches of one size.

Epoch e is the permutation of 0..N-1 that the pair (seed, e) gives, so a place in the endless
sequence is three whole numbers, and nothing else has to be saved to go on from it.

    epoch 0  3 0 4 1 2        N = 5, batches of 2:   3 0 | 4 1 | 2 1 | 4 3 | 0 2 | ...
    epoch 1  1 4 3 0 2

The last batch of an epoch is filled up from the next epoch: every sample is seen once an epoch,
none is left out, and all batches have one size (which GPUs like).  Data smaller than a batch is
a batch.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from latentcore.arrays import Indices


@dataclass(frozen=True)
class Order:
    """A place in the sequence: `taken` samples of the epoch have been drawn already."""

    seed: int
    epoch: int = 0
    taken: int = 0

    def __post_init__(self) -> None:
        """Check once what NumPy would refuse later, or misread."""
        if min(self.seed, self.epoch, self.taken) < 0:
            raise ValueError(f"seed, epoch and taken are 0 or more, got {self}")

    def shuffled(self, n: int) -> Indices:
        """What is left of this epoch of n samples: (n - taken,)."""
        rng = np.random.default_rng((self.seed, self.epoch))
        left: Indices = rng.permutation(n)[self.taken :]
        return left


def batches(order: Order, n: int, size: int) -> Iterator[tuple[Indices, Order]]:
    """Yield, without end, the sample numbers (min(size, n),) of a batch and the place after it."""
    size, left = min(size, n), order.shuffled(n)
    while True:
        batch, left = left[:size], left[size:]
        if (lacking := size - len(batch)) > 0:
            order = Order(order.seed, order.epoch + 1)
            left = order.shuffled(n)
            batch, left = np.concatenate([batch, left[:lacking]]), left[lacking:]
        order = Order(order.seed, order.epoch, n - len(left))
        yield batch, order
