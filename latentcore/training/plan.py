"""How long to train, at which rate, and how often to report: one record of plain values.

The learning rate is the optimiser's own times a factor f(t) of the step t = 0, 1, ...: it rises
in a straight line over the first `warm_up` steps, and then stays or falls as half a cosine [1]:

    f(t) = (t + 1) / W                                     t < W
    f(t) = 1   or   (1 + cos(pi (t - W) / (T - W))) / 2    t >= W,  T steps in all

[1] Loshchilov & Hutter 2017, SGDR: stochastic gradient descent with warm restarts.
"""

from dataclasses import dataclass
from math import cos, inf, pi
from typing import Literal


@dataclass(frozen=True)
class Plan:
    """`steps` counts from the beginning of the run, so a resumed run ends where it would have.

    clip: largest norm of the gradient of all parameters together; None leaves it as it is.
    precision: "bfloat16" computes the loss under autocast; parameters stay float32.
    report_every, report_seconds: a Progress is due after so many steps, or so much time.
    look_every: a Snapshot is due at step 0, at every multiple of this and at the last step.
    Raises ValueError naming the value that makes no sense.
    """

    steps: int
    batch_size: int = 64
    warm_up: int = 0
    decay: Literal["constant", "cosine"] = "constant"
    clip: float | None = None
    precision: Literal["float32", "bfloat16"] = "float32"
    report_every: int = 50
    report_seconds: float = 0.5
    look_every: int = 100

    def __post_init__(self) -> None:
        """Check every value once."""
        for name in ("batch_size", "report_every", "look_every"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is a whole number from 1, got {getattr(self, name)}")
        for name in ("steps", "warm_up"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} is a whole number from 0, got {getattr(self, name)}")
        if not self.report_seconds >= 0:
            raise ValueError(f"report_seconds is 0 or more, got {self.report_seconds}")
        if self.clip is not None and not 0 < self.clip < inf:
            raise ValueError(f"clip is a positive norm, or None, got {self.clip}")
        if self.decay not in ("constant", "cosine"):
            raise ValueError(f'decay is "constant" or "cosine", got {self.decay!r}')
        if self.precision not in ("float32", "bfloat16"):
            raise ValueError(f'precision is "float32" or "bfloat16", got {self.precision!r}')

    def looks(self, step: int) -> bool:
        """Whether a Snapshot is due after so many steps."""
        return step % self.look_every == 0 or step == self.steps

    def rate(self, step: int) -> float:
        """Factor of the learning rate for the step that follows `step` others."""
        if step < self.warm_up:
            return (step + 1) / self.warm_up
        if self.decay == "constant" or self.steps <= self.warm_up:
            return 1.0
        done = min((step - self.warm_up) / (self.steps - self.warm_up), 1.0)
        return (1 + cos(pi * done)) / 2
