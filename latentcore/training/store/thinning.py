"""Which pictures of a run go when there are too many.  The first and the newest always stay.

When there are more than `PICTURES`, or they have more than `BYTES`, every other one goes.  From
then on a picture that is nearer to the one before it than the first two are to each other goes as
soon as it is not the newest any more.  So pictures that come evenly stay even (here at most 8):

    0 1 2 3 4 5 6 7 8  ->  0 2 4 6 8  ->  0 2 4 6 8 9  ->  0 2 4 6 8 10  ->  ...
"""

from collections.abc import Sequence

PICTURES = 64
BYTES = 64_000_000  # of all pictures of a run, as they are stored


def surplus(steps: Sequence[int], sizes: Sequence[int]) -> set[int]:
    """The steps whose pictures go.  steps (n,) ascending, sizes (n,) in bytes."""
    size, kept = dict(zip(steps, sizes, strict=True)), list(steps)
    if len(kept) > 3 and kept[-2] - kept[-3] < kept[1] - kept[0]:
        del kept[-2]
    while len(kept) > 2 and (len(kept) > PICTURES or sum(size[step] for step in kept) > BYTES):
        kept = kept[:-1:2] + kept[-1:]
    return set(steps).difference(kept)
