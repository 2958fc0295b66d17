"""A codebook while it is learned, as a canvas gets it: one frame for every picture of the run.

The arrays of a picture are those of `latentcore.runs.pictures.vqvae`.  While a run trains the
browser gets its newest frame again and again and keeps those before; of a finished run it gets all
of them once, and scrubs.  Principal axes of neighbouring frames are turned onto each other there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latentcore.arrays import Array
from latentcore.figures import palette
from latentcore.figures.blob import blob

Arrays = Mapping[str, NDArray[Any]]

RECENT = 0.08  # of all steps: so long a restarted code is marked
LARGEST = 600_000  # bytes of the reconstructions of all frames together
SHOWN = 12  # samples


@dataclass(frozen=True)
class Usage:
    """How positions are shared among codes: counts (K,)."""

    counts: NDArray[Any]

    @property
    def share(self) -> Array:
        """(K,), summing to one."""
        share: Array = self.counts / max(self.counts.sum(), 1)
        return share

    @property
    def used(self) -> int:
        """How many codes have a position at least."""
        return int((self.counts > 0).sum())

    @property
    def perplexity(self) -> float:
        """exp(entropy): how many evenly used codes would be as varied."""
        share = self.share[self.counts > 0]
        return float(np.exp(-(share * np.log(share)).sum()))


@dataclass(frozen=True)
class Showing:
    """Which run, of how many steps, whether more frames are to come, and its name in words."""

    run: str
    steps: int
    live: bool = False
    title: str = ""


def pack(frames: Sequence[tuple[int, Arrays]], showing: Showing) -> bytes:
    """Frames (step, arrays of a picture), oldest first, as one blob.

    Raises ValueError without a frame.
    """
    if not frames:
        raise ValueError("there is no picture of this run yet")
    last = frames[-1][1]
    pictures = [arrays for _, arrays in frames]
    codes = len(last["counts"])
    images = "reconstruction" in last
    header: dict[str, Any] = {
        "run": showing.run,
        "live": showing.live,
        "title": showing.title,
        "steps": showing.steps,
        "K": codes,
        "M": len(last["owner"]),
        "T": len(frames),
        "frames": [_numbers(step, arrays) for step, arrays in frames],
        "hues": [palette.code(k) for k in range(codes)],
        "shape": list(last["x"].shape[1:]) if images else [],
        "tile": list(last["decoded"].shape[1:]) if images else [],
        "grid": list(last["index"].shape[1:]),
        "S": 0,
    }
    arrays = {
        "share": np.stack([Usage(p["counts"]).share for p in pictures]).astype("<f4"),
        "place": np.stack([p["place"] for p in pictures]).astype("<f4"),
        "encoded": np.stack([p["encoded"] for p in pictures]).astype("<f4"),
        "owner": np.stack([p["owner"] for p in pictures]).astype("<u2"),
        "moved": np.stack([_moved(p) for p in pictures]).astype("<i4"),
        "revived": np.stack([_revived(p, showing.steps) for p in pictures]).astype("<f4"),
    }
    if images:
        size = int(np.prod(last["x"].shape[1:]))
        shown = min(SHOWN, len(last["x"]), max(4, LARGEST // (size * len(frames))))
        header["S"] = shown
        arrays |= {
            "x": last["x"][:shown],
            "reconstruction": np.stack([p["reconstruction"][:shown] for p in pictures]),
            "index": np.stack([p["index"][:shown] for p in pictures]).astype("<u2"),
            "decoded": last["decoded"],
            "used": last["used"].astype("<f4"),
        }
    return blob(header, {name: array.ravel() for name, array in arrays.items()})


def _numbers(step: int, arrays: Arrays) -> dict[str, Any]:
    usage = Usage(arrays["counts"])
    return {
        "step": step,
        "used": usage.used,
        "perplexity": usage.perplexity,
        "error": float(arrays["error"]),
        "passing": bool(arrays["passing"]),
        "explained": [float(part) for part in arrays["explained"]],
    }


def _moved(arrays: Arrays) -> NDArray[Any]:
    return np.asarray(arrays.get("moved", np.zeros(len(arrays["counts"]), dtype=np.int64)))


def _revived(arrays: Arrays, steps: int) -> Array:
    """1 for a code restarted just now, falling to 0 over a share of all steps: (K,)."""
    moved = _moved(arrays)
    ago = int(arrays["step"]) - moved if "step" in arrays else moved
    strength: Array = np.where(moved > 0, 1 - ago / max(RECENT * steps, 1), 0).clip(0, 1)
    return strength
