"""What training tells: numbers often, pictures now and then.  NumPy only, so both can travel."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from latentcore.arrays import Array


@dataclass(frozen=True)
class Progress:
    """The n steps since the last Progress, up to and including number `step`.

    trace: every loss at every one of these steps, (n,) each, "total" first; nan where the model
        did not name the term.  Every total is finite, and every gradient.
    gradient: norm of the gradient at each step before clipping, (n,).
    seconds: time spent training since the beginning of the run, without the consumer's.
    samples_per_second: over these steps.
    """

    step: int
    trace: Mapping[str, Array]
    gradient: Array
    seconds: float
    samples_per_second: float

    @property
    def losses(self) -> dict[str, float]:
        """Mean of every term over the steps at which it was named."""
        return {
            name: float(values[~np.isnan(values)].mean()) for name, values in self.trace.items()
        }

    def __str__(self) -> str:
        """One line for a notebook."""
        terms = "  ".join(f"{name} {value:.4g}" for name, value in self.losses.items())
        pace = f"{self.seconds:.1f} s  {self.samples_per_second:,.0f} samples/s"
        return f"step {self.step}  {terms}  {pace}"


@dataclass(frozen=True)
class Snapshot:
    """The model's own picture of a batch after `step` steps; the arrays belong to it alone."""

    step: int
    arrays: Mapping[str, NDArray[np.generic]]

    def __str__(self) -> str:
        """One line for a notebook."""
        shapes = "  ".join(f"{name} {array.shape}" for name, array in self.arrays.items())
        return f"step {self.step}  snapshot: {shapes}"
