"""One thread for work so small that two threads spend their time waiting for each other.

A (16, 64) x (64, 32) product takes 2.5 us on one thread, 5 us on two, and 40 us on two while
another process keeps a core busy.  What is restored is this thread's own number, so that sampling
in several threads at once leaves all of them as they were.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

SMALL = 2**20  # multiplications in one product, or numbers in one softmax


@contextmanager
def threads_for(size: int) -> Iterator[None]:
    """One thread inside, if the work is small."""
    before = torch.get_num_threads()
    torch.set_num_threads(1 if size <= SMALL else before)
    try:
        yield
    finally:
        torch.set_num_threads(before)
