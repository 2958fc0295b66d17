"""Draw a data set from a mixture, as the notes do: z first, then x, then y.

The notes take N / K samples per component ("stratified", here with counts as close to N pi_k as
whole numbers allow); the model itself draws z from Categorical(pi).  Both are offered.
"""

from dataclasses import dataclass

import numpy as np

from latentcore.arrays import Array, Indices
from latentcore.data.labelled import Labelled
from latentcore.mixture.mixture import Mixture


@dataclass(frozen=True)
class Drawn:
    """Samples, the component z (N,) each came from, and the mixture they came from."""

    data: Labelled
    z: Indices
    truth: Mixture


def generate(truth: Mixture, n: int, rng: np.random.Generator, stratified: bool = False) -> Drawn:
    """n samples from the truth, in random order, with labels if it has heads."""
    if n < 1:
        raise ValueError(f"a data set needs at least one sample, got N = {n}")
    if stratified:
        z = rng.permutation(np.repeat(np.arange(len(truth)), shares(truth.weight, n)))
    else:
        z = rng.choice(len(truth), size=n, p=truth.weight / truth.weight.sum())
    return Drawn(truth.sample(z, rng), z, truth)


def shares(weight: Array, n: int) -> Indices:
    """Whole numbers (K,) that sum to n and are closest to n * weight (largest remainders)."""
    ideal = n * weight / weight.sum()
    whole: Indices = np.floor(ideal).astype(np.int64)
    left = n - int(whole.sum())
    whole[np.argsort(whole - ideal, kind="stable")[:left]] += 1
    return whole
