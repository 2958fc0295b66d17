"""Sampling from cached features against one full pass per position, for the same network.

    python -m tests.benchmarks.networks.sampling

16 maps, K = 256, hidden 32, a first layer and six more.  All full passes of a map cost the same,
so the peer's time is that of its first positions, times what is left.  The peer runs on one thread
or on all, whichever is faster: on a busy machine its threads wait for each other.
"""

from itertools import islice

import torch

from latentcore.networks.draws import seeded
from latentcore.networks.priors.prior import Prior
from latentcore.networks.priors.settings import PriorSettings
from tests.benchmarks.timing import Timing, compare, report

BATCH = 16
SIZES = (7, 16, 28)
PASSES = 7  # full passes that are timed


def timing(architecture: str, size: int) -> Timing:
    """One whole sample, both ways."""
    prior = Prior(PriorSettings(architecture, (size, size), 256, hidden=32, layers=6), seeded(0))

    def naive() -> list[object]:
        steps = prior.sampling(BATCH, seeded(1), cached=False)
        return list(islice(steps, PASSES))

    def cached() -> torch.Tensor:
        return prior.sample(BATCH, seeded(1))

    threads, times = torch.get_num_threads(), size**2 / PASSES
    found = compare(cached, naive)
    try:
        torch.set_num_threads(1)
        found = min(found, compare(cached, naive), key=lambda timing: timing.ratio)
    finally:
        torch.set_num_threads(threads)
    return Timing(found.ours_s, found.peer_s * times, found.ratio * times)


def timings() -> dict[str, Timing]:
    """Both networks of convolutions at every size."""
    return {
        f"{name} sampling {size}x{size}": timing(name, size)
        for name in ("gated", "pixelcnn")
        for size in SIZES
    }


if __name__ == "__main__":
    report(timings())
