"""How maps were drawn, position by position, as a canvas plays it.

What a worker said of every position (`latentcore.runs.pictures.prior`) goes to the browser once:
the codes, how open each choice was, the likeliest codes, and the map decoded along the way.
Letters: n maps of h x w positions, K codes, F pictures along the way.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latentcore.figures import palette
from latentcore.figures.blob import blob

Numbers = NDArray[Any]


@dataclass(frozen=True)
class Sampling:
    """n maps that were drawn in raster order but for the positions `known` (h, w), given before.

    codes (n, h, w); entropy (n, h, w) in bits and chance (n, h, w), of each draw; top, share
    (n, h, w, 3): the likeliest codes and their probabilities.  count: K.  grey: the codes are
    grey levels, so a map is a picture.  seen (F, n, C, H, W) bytes: the maps decoded after `after`
    (F,) draws, or None.  names: one a map (its class), or ().

    Raises ValueError naming the array that does not fit.
    """

    codes: Numbers
    known: Numbers
    entropy: Numbers
    chance: Numbers
    top: Numbers
    share: Numbers
    count: int
    grey: bool = False
    seen: Numbers | None = None
    after: Numbers | None = None
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check what would be drawn in the wrong place."""
        maps = self.codes.shape
        wanted = {"known": maps[1:], "entropy": maps, "chance": maps, "share": self.top.shape}
        for name, shape in wanted.items():
            found = getattr(self, name).shape
            if found != shape:
                raise ValueError(f"sampling: {name} must have shape {shape}, got {found}")
        if self.top.shape[:3] != maps or self.codes.max(initial=0) >= self.count:
            raise ValueError(
                f"sampling: top is of shape {self.top.shape} and codes reach "
                f"{self.codes.max(initial=0)}; expected {maps} in front, and less than {self.count}"
            )
        if self.names and len(self.names) != len(self.codes):
            raise ValueError(f"sampling: {len(self.names)} names for {len(self.codes)} maps")
        if self.seen is not None:
            _check_pictures(self.seen, self.after, len(self.codes), self.draws)

    @property
    def draws(self) -> int:
        """How many positions of a map are drawn."""
        return int((~self.known).sum())

    @classmethod
    def of(
        cls, arrays: Mapping[str, Numbers], part: str, classes: tuple[str, ...] = ()
    ) -> "Sampling | None":
        """The part ("drawn", "upper", "left") of a picture of a prior; None if it has none."""
        if f"{part}.codes" not in arrays:
            return None
        y = arrays.get(f"{part}.y")
        return cls(
            codes=arrays[f"{part}.codes"],
            known=arrays[f"{part}.known"],
            entropy=arrays[f"{part}.entropy"],
            chance=arrays[f"{part}.chance"],
            top=arrays[f"{part}.top"],
            share=arrays[f"{part}.share"],
            count=int(arrays["codes"]),
            grey=bool(arrays["grey"]),
            seen=arrays.get(f"{part}.seen"),
            after=arrays.get(f"{part}.after"),
            names=tuple(classes[k] for k in y) if y is not None and classes else (),
        )


def pack(sampling: Sampling) -> bytes:
    """One blob for the browser: 12 maps of 16 codes with their pictures are some 30 KB."""
    n, h, w = sampling.codes.shape
    arrays = {
        "codes": sampling.codes.astype("<u2"),
        "known": sampling.known.astype("u1"),
        "entropy": sampling.entropy.astype("<f4"),
        "chance": sampling.chance.astype("<f4"),
        "top": sampling.top.astype("<u2"),
        "share": sampling.share.astype("<f4"),
    }
    header: dict[str, Any] = {
        "n": n,
        "grid": [h, w],
        "codes_known": sampling.count,
        "tops": sampling.top.shape[3],
        "grey": sampling.grey,
        "hues": [] if sampling.grey else [palette.code(k) for k in range(sampling.count)],
        "names": list(sampling.names),
        "picture": None,
    }
    if sampling.seen is not None and sampling.after is not None:
        arrays |= {"seen": sampling.seen.astype("u1"), "after": sampling.after.astype("<i4")}
        header["picture"] = list(sampling.seen.shape[2:])
    return blob(header, arrays)


def _check_pictures(seen: Numbers, after: Numbers | None, n: int, draws: int) -> None:
    """Pictures (F, n, C, H, W) from nothing to everything drawn."""
    if after is None or seen.ndim != 5 or seen.shape[:2] != (len(after), n):
        raise ValueError(f"sampling: seen must have shape (F, {n}, C, H, W), got {seen.shape}")
    if seen.shape[2] not in (1, 3):
        raise ValueError(f"sampling: pictures have 1 or 3 channels, got {seen.shape[2]}")
    if after[0] != 0 or after[-1] != draws or (np.diff(after) < 0).any():
        raise ValueError(f"sampling: pictures run from 0 to {draws} draws, got {after.tolist()}")
