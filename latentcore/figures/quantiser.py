"""The quantiser one can touch, as a canvas gets it: points, codes at the start, and the rules.

The browser computes the half-steps (see `latentcore.mixture.quantising`) and needs no more than
this; `picks` are the rows at which dead codes begin again, drawn here so that a seed decides them.
"""

from dataclasses import asdict, dataclass

import numpy as np

from latentcore.arrays import Array, Indices
from latentcore.figures import palette
from latentcore.figures.blob import blob
from latentcore.mixture.quantising import Rules, squared


@dataclass(frozen=True)
class Touch:
    """Points x (N, 2), codes at the start (K, 2), rows for restarts, rules, iterations.

    `beside`: whether soft EM is shown beside hard EM from the start.  Raises ValueError naming
    what does not fit.
    """

    x: Array
    start: Array
    picks: Indices
    rules: Rules
    steps: int = 30
    beside: bool = False

    def __post_init__(self) -> None:
        if self.x.ndim != 2 or self.x.shape[1] != 2 or not len(self.x):
            raise ValueError(f"x holds points of the plane, (N, 2); got {self.x.shape}")
        if self.start.ndim != 2 or self.start.shape[1] != 2 or not len(self.start):
            raise ValueError(f"start holds codes of the plane, (K, 2); got {self.start.shape}")
        if not (np.isfinite(self.x).all() and np.isfinite(self.start).all()):
            raise ValueError("x and start hold finite numbers; some are not")
        if not len(self.picks) or not 0 <= self.picks.min() <= self.picks.max() < len(self.x):
            raise ValueError(f"picks name rows of x, 0..{len(self.x) - 1}; some do not")


def pack(touch: Touch, height: int = 520) -> bytes:
    """All of it as one blob; 400 points and 16 codes take 8 KB."""
    header = {
        "N": len(touch.x),
        "K": len(touch.start),
        "steps": touch.steps,
        "beside": touch.beside,
        "rules_of_steps": asdict(touch.rules),
        "hues": [palette.code(k) for k in range(len(touch.start))],
        "names": ["x1", "x2"],
        "reach": float(np.ptp(touch.x, axis=0).max()) or 1.0,
        "height": height,
    }
    arrays = {
        "x": touch.x.astype("<f8"),
        "start": touch.start.astype("<f8"),
        "picks": touch.picks.astype("<i4"),
    }
    return blob(header, {name: array.ravel() for name, array in arrays.items()})


def error(x: Array, codes: Array) -> float:
    """Mean squared distance of samples to their nearest codes: (N, 2), (K, 2)."""
    return float(squared(x, codes).min(1).mean())
