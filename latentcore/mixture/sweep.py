"""One pass over the data: everything an EM iteration needs, as a sum over chunks.

The E-step of a chunk and its share of the M-step's sums are computed while the chunk is in the
processor's cache; shares add, so chunks may run on threads here and on machines elsewhere.
"""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, reduce

import numpy as np

from latentcore.arrays import Array, Indices
from latentcore.data.labelled import Labelled
from latentcore.mixture import packed
from latentcore.mixture.heads import HeadSums
from latentcore.mixture.mixture import Mixture
from latentcore.mixture.threads import one_blas_thread, processors

CHUNK_BYTES = 2**20  # features and responsibilities of a chunk stay in a core's second cache


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
    """Consecutive samples: prepared columns (P, n) for the components, rows for the heads."""

    first_row: int
    columns: Array
    x: Array
    y: Indices | None
    weight: Array | None


def blocks(mixture: Mixture, data: Labelled) -> list[Block]:
    """Data prepared for sweeps by any mixture of the same family and size."""
    probe = mixture.components.features(mixture.components.prepare(data.x[:1]))
    rows = len(probe) + 4 * len(mixture)
    if mixture.heads is not None and data.y is not None:
        others = mixture.heads.classes - 1
        rows += packed.size(data.x.shape[1] + 1) + others * (others + 2) * len(mixture)
    length = int(np.clip(CHUNK_BYTES / (8 * rows), 64, 16384))
    return [_block(mixture, data, i, i + length) for i in range(0, len(data), length)]


def sweep(mixture: Mixture, chunks: list[Block], bound: bool = False) -> Sums:
    """E-step and sums for the M-step over all chunks.

    `bound` asks for the heads' curvature bound in place of their curvature.
    """
    if len(chunks) == 1:
        return _share(mixture, chunks[0], bound)
    with one_blas_thread():
        return reduce(lambda a, b: a + b, _shares(mixture, chunks, bound))


def _shares(mixture: Mixture, chunks: list[Block], bound: bool) -> Iterator[Sums]:
    """One share per worker; their order is fixed, so that sums are the same on every run."""
    workers = min(len(chunks), processors())

    def work(mine: list[Block]) -> Sums:
        return reduce(lambda a, b: a + b, (_share(mixture, chunk, bound) for chunk in mine))

    return _pool().map(work, [chunks[w::workers] for w in range(workers)])


def _share(mixture: Mixture, chunk: Block, bound: bool) -> Sums:
    phi = mixture.components.features(chunk.columns)
    joint = mixture.components.log_prob_at(phi)  # K n
    joint += mixture.log_weight[:, None]
    labelled = mixture.heads is not None and chunk.y is not None
    if labelled:
        design = mixture.heads.design(chunk.x)  # type: ignore[union-attr]
        log_prob, p = mixture.heads.evaluate(design, chunk.y)  # type: ignore[union-attr, arg-type]
        joint += log_prob
    top = joint.max(0)
    joint -= top
    tau = np.exp(joint, out=joint)
    total = tau.sum(0)
    tau /= total
    log_likelihood = top + np.log(total)
    seen = log_likelihood
    if chunk.weight is not None:
        tau *= chunk.weight
        seen = np.where(chunk.weight > 0, log_likelihood, np.inf)
        log_likelihood = log_likelihood * chunk.weight
    lowest = int(seen.argmin())
    worst = (float(seen[lowest]), chunk.first_row + lowest)
    heads = None
    if labelled:
        heads = mixture.heads.statistics_at(design, chunk.y, p, tau, bound)  # type: ignore
    components = mixture.components.statistics_at(phi, tau)
    return Sums(float(log_likelihood.sum()), components, heads, worst)


def _block(mixture: Mixture, data: Labelled, start: int, stop: int) -> Block:
    x = data.x[start:stop]
    return Block(
        start,
        mixture.components.prepare(x),
        x,
        None if data.y is None else data.y[start:stop],
        None if data.weight is None else data.weight[start:stop],
    )


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(processors(), thread_name_prefix="sweep")


os.register_at_fork(after_in_child=_pool.cache_clear)  # a fork copies the pool without its threads
