"""Which pictures of a run go when there are too many.

The first and the newest stay.  Among the others the one goes whose neighbours are closest
together, the older one of two alike; so pictures that come evenly leave gaps that differ by at
most a factor of two, however long the run:

    0 1 2 3 4 5 6 7 8  ->  0 2 3 4 5 6 7 8  ->  ...  ->  0 2 4 6 8 9 10 11       (at most 8)
"""

from collections.abc import Sequence

PICTURES = 64
BYTES = 64_000_000  # of all pictures of a run, as they are stored


def surplus(steps: Sequence[int], sizes: Sequence[int]) -> list[int]:
    """The steps whose pictures go.  steps (n,) ascending, sizes (n,) in bytes."""
    kept, gone = list(zip(steps, sizes, strict=True)), list[int]()
    while len(kept) > PICTURES or (len(kept) > 2 and sum(size for _, size in kept) > BYTES):
        gaps = [after[0] - before[0] for before, after in zip(kept, kept[2:], strict=False)]
        gone.append(kept.pop(1 + gaps.index(min(gaps)))[0])
    return gone
