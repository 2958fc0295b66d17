"""Ratios that survive a shared machine: both sides run in turn, and medians are compared."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from time import perf_counter


@dataclass(frozen=True)
class Timing:
    """Median seconds of ours and of the peer; `ratio` is how many times faster ours is."""

    ours_s: float
    peer_s: float
    ratio: float


def seconds(work: Callable[[], object]) -> float:
    """Wall-clock seconds of one call."""
    begun = perf_counter()
    work()
    return perf_counter() - begun


def compare(
    ours: Callable[[], object], peer: Callable[[], object], repeats: int = 5, warmup: int = 1
) -> Timing:
    """Time both in turn; the ratio is the median of the pairs' ratios, so drift cancels."""
    for _ in range(warmup):
        ours(), peer()
    pairs = [(seconds(ours), seconds(peer)) for _ in range(repeats)]
    return Timing(
        median(a for a, _ in pairs), median(b for _, b in pairs), median(b / a for a, b in pairs)
    )


def report(
    timings: Mapping[str, Timing], megabytes: Mapping[str, tuple[float, float]] | None = None
) -> None:
    """A table for people, then one line of JSON for programs; memory as (ours, peer)."""
    width = max(map(len, timings), default=4)
    print(f"{'case':<{width}}  {'ours':>11}  {'peer':>11}  {'ratio':>8}")
    for name, t in timings.items():
        print(f"{name:<{width}}  {t.ours_s:>9.4f} s  {t.peer_s:>9.4f} s  {t.ratio:>7.2f}x")
    said: dict[str, dict[str, float]] = {
        name: {"ratio": t.ratio, "ours_s": t.ours_s, "peer_s": t.peer_s}
        for name, t in timings.items()
    }
    for name, (ours, peer) in (megabytes or {}).items():
        said[name] |= {"ratio": peer / ours, "ours_mb": ours, "peer_mb": peer}
    print(json.dumps(said))
