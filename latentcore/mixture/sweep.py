"""One pass over the data: everything an EM iteration needs, as a sum over chunks.

The E-step of a chunk and its share of the M-step's sums are computed while the chunk is in the
processor's cache; shares add, so chunks run on threads here and parts on machines elsewhere.
"""

import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, partial, reduce
from operator import add

import numpy as np
from numpy.typing import DTypeLike

from latentcore.arrays import Array, Indices
from latentcore.data.chunked import Chunked, Samples
from latentcore.data.labelled import Labelled
from latentcore.mixture import packed
from latentcore.mixture.mixture import Mixture
from latentcore.mixture.scratch import Scratch
from latentcore.mixture.softmax import HeadSums
from latentcore.mixture.threads import one_blas_thread, processors

FEW = 2**12  # samples that BLAS itself would not share among threads
CHUNK_BYTES = 2**22  # features and responsibilities of a chunk stay in the processor's cache


@dataclass(frozen=True)
class Sums:
    """What a sweep adds up.

    `components` is (K, S) with n_k in column 0; `worst` is the lowest log-likelihood of a sample
    and its row number.
    """

    log_likelihood: float
    components: Array
    heads: HeadSums | None
    worst: tuple[float, int]

    @property
    def count(self) -> Array:
        """Expected number of samples in each component: n_k (K,)."""
        return self.components[:, 0]

    def __add__(self, other: "Sums") -> "Sums":
        """Sums over two sets of samples."""
        both = self.heads is not None and other.heads is not None
        return Sums(
            self.log_likelihood + other.log_likelihood,
            self.components + other.components,
            self.heads + other.heads if both else None,  # type: ignore[operator]
            min(self.worst, other.worst),
        )


@dataclass(frozen=True)
class Block:
    """Consecutive samples: columns (P, n) for the components, a design (D+1, n) for the heads."""

    first_row: int
    columns: Array
    design: Array | None
    y: Indices | None
    weight: Array | None


@dataclass(frozen=True)
class Stream:
    """Blocks that are prepared anew in every sweep, a part of the data at a time."""

    mixture: Mixture
    data: Chunked
    dtype: DTypeLike

    def sums(self, mixture: Mixture, bound: bool) -> Sums:
        """One pass: the sums over each part, where the data have it done, are added up here."""
        part = partial(_part, self.mixture, np.dtype(self.dtype), mixture, bound)
        return reduce(add, self.data.each(part))


def prepared(
    mixture: Mixture, data: Samples, dtype: DTypeLike = np.float64
) -> list[Block] | Stream:
    """Data ready for sweeps by any mixture of the same family and size.

    `dtype` float32 halves the memory and the time of densities and responsibilities; sums are
    added up in double all the same.
    """
    if isinstance(data, Labelled):
        return blocks(mixture, data, dtype)
    return Stream(mixture, data, dtype)


def blocks(
    mixture: Mixture, data: Labelled, dtype: DTypeLike = np.float64, first_row: int = 0
) -> list[Block]:
    """Data in memory, cut into blocks and prepared."""
    length = _length(mixture, len(data))

    def block(i: int) -> Block:
        return _block(mixture, data.slice(i, i + length), dtype, first_row + i)

    starts = range(0, len(data), length)
    return [block(0)] if len(starts) == 1 else list(_pool().map(block, starts))


def sweep(mixture: Mixture, chunks: list[Block] | Stream, bound: bool = False) -> Sums:
    """E-step and sums for the M-step over all chunks.

    `bound` asks for the heads' curvature bound in place of their curvature.
    """
    if isinstance(chunks, Stream):
        return chunks.sums(mixture, bound)
    if len(chunks) == 1 and chunks[0].columns.shape[1] <= FEW:
        return _share(mixture, chunks[0], bound)
    with one_blas_thread():
        if len(chunks) == 1:
            return _share(mixture, chunks[0], bound)
        return reduce(add, _shares(mixture, chunks, bound))


def _part(  # noqa: PLR0913 (bound by `Stream.sums`, called with a part)
    like: Mixture, dtype: DTypeLike, mixture: Mixture, bound: bool, first_row: int, part: Labelled
) -> Sums:
    return sweep(mixture, blocks(like, part, dtype, first_row), bound)


def _shares(mixture: Mixture, chunks: list[Block], bound: bool) -> Iterator[Sums]:
    """One share per worker; their order is fixed, so that sums are the same on every run."""
    workers = min(len(chunks), processors())

    def work(mine: list[Block]) -> Sums:
        return reduce(add, (_share(mixture, chunk, bound) for chunk in mine))

    return _pool().map(work, [chunks[w::workers] for w in range(workers)])


def _share(mixture: Mixture, chunk: Block, bound: bool) -> Sums:
    scratch = _scratch()
    phi = mixture.components.features(chunk.columns, scratch.named("phi"))
    joint = mixture.components.log_prob_at(phi, scratch.named("joint"))  # K n
    joint += mixture.log_weight[:, None].astype(joint.dtype)
    heads, design, y = mixture.heads, chunk.design, chunk.y
    own = p = None
    if heads is not None and design is not None and y is not None:
        own, p = heads.evaluate(design, y, scratch.named("p"))
    tau, log_likelihood = _posterior(joint, own)
    if log_likelihood is None:  # some label is all but impossible: take its logarithm after all
        assert heads is not None and design is not None and y is not None
        joint = mixture.components.log_prob_at(phi, scratch.named("joint"))
        joint += mixture.log_weight[:, None].astype(joint.dtype)
        joint += heads.log_own(design, y)
        tau, log_likelihood = _posterior(joint)
    assert log_likelihood is not None
    seen = log_likelihood
    if chunk.weight is not None:
        tau *= chunk.weight
        seen = np.where(chunk.weight > 0, log_likelihood, np.inf)
        log_likelihood = log_likelihood * chunk.weight
    lowest = int(seen.argmin())
    worst = (float(seen[lowest]), chunk.first_row + lowest)
    sums = None
    if heads is not None and design is not None and y is not None:
        assert p is not None
        sums = heads.statistics_at(design, y, p, tau, bound, scratch)
    components = mixture.components.statistics_at(phi, tau)
    return Sums(float(log_likelihood.sum(dtype=np.float64)), components, sums, worst)


def _posterior(joint: Array, own: Array | None = None) -> tuple[Array, Array | None]:
    """Responsibilities (K, n), written over the log joint densities, and log-likelihoods (n,).

    `own` (K, n) holds probabilities that have not gone into `joint`; multiplying by them spares a
    logarithm per component and sample.  Where that underflows, None in place of likelihoods.
    """
    top = joint.max(0)
    joint -= top
    tau = np.exp(joint, out=joint)
    if own is not None:
        tau *= own
    total = tau.sum(0)
    if own is not None and not total.min() > np.finfo(total.dtype).tiny ** 0.7:
        return tau, None
    tau /= total
    np.log(total, out=total)
    total += top
    return tau, total


def _length(mixture: Mixture, samples: int) -> int:
    """Samples a block: as many as fit a core's cache, the same number of blocks for each core."""
    rows = mixture.components.width + len(mixture)
    if mixture.heads is not None:
        classes, _, d = mixture.heads.classes, *mixture.heads.coefficient.shape[1:]
        rows += packed.size(d) + (classes - 1) * (classes + 2) // 2 * len(mixture)
    longest = int(np.clip(CHUNK_BYTES / (8 * rows), 64, 16384))
    unit = packed.SLICE if longest >= packed.SLICE else 1
    number = -(-samples // (longest // unit * unit))
    if number > 1:
        number += -number % processors()
    return -(-samples // (number * unit)) * unit


def _block(mixture: Mixture, rows: Labelled, dtype: DTypeLike, first_row: int) -> Block:
    design = None
    if mixture.heads is not None and rows.y is not None:
        design = mixture.heads.design(rows.x, rows.y).astype(dtype, copy=False)
    columns = mixture.components.prepare(rows.x, first_row).astype(dtype, copy=False)
    weight = None if rows.weight is None else rows.weight.astype(dtype, copy=False)
    return Block(first_row, columns, design, rows.y, weight)


_own = threading.local()


def _scratch() -> Scratch:
    """The memory of this thread."""
    if not hasattr(_own, "scratch"):
        _own.scratch = Scratch()
    scratch: Scratch = _own.scratch
    return scratch


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(processors(), thread_name_prefix="sweep")


os.register_at_fork(after_in_child=_pool.cache_clear)  # a fork copies the pool without its threads
