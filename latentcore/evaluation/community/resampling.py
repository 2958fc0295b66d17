"""Would another sample of the same kind give the same components?  Bootstrap, and look.

Samples are drawn with replacement as many times as there are samples (whole subjects, where the
samples of one belong together) and the mixture is fitted anew, from new starts.  Its components
are matched with those of the fit, and then

    adjusted Rand index    agreement of the two clusterings of all samples, 0 for chance [1]
    Jaccard index          of each component: samples in both over samples in either [2]
    contrasts              of each head (see `contrasts`)

The recipe stays that of the fit: contrasts are between the same taxa.  A sample belongs to the
component that is most responsible for it, its label unseen.

[1] L. Hubert, P. Arabie, Comparing partitions, Journal of Classification 2, 1985.
[2] C. Hennig, Cluster-wise assessment of cluster stability, Comp. Stat. Data Anal. 52, 2007.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from warnings import catch_warnings, simplefilter

import numpy as np
from sklearn.metrics import adjusted_rand_score

from latentcore.arrays import Array, Indices
from latentcore.evaluation.community.contrasts import contrasts
from latentcore.evaluation.community.fitting import FittedTable
from latentcore.mixture.align import matches
from latentcore.mixture.mixture import Mixture
from latentcore.mixture.threads import one_blas_thread

TRIES = 50  # draws until every class is there
STEADY, LOOSE = 0.8, 0.5  # adjusted Rand indices that words are chosen by


@dataclass(frozen=True)
class Resample:
    """One resampled table: its number, the agreement with the fit, or why there is none.

    `rand` is the adjusted Rand index; `jaccard` (K,) and `contrast` (K, C-1, p) are in the order
    of the fit's components, NaN for one that this table does not have.
    """

    number: int
    rand: float
    jaccard: Array
    contrast: Array
    failure: str = ""


def resamples(
    fitted: FittedTable, values: Array, y: Indices, groups: Indices | None, numbers: Sequence[int]
) -> Iterator[Resample]:
    """Yield the resampled tables of these numbers: abundances (N, D), labels (N,), groups (N,).

    A number gives the same resample whichever others are asked for.
    """
    features = fitted.features(values)
    own = fitted.mixture.responsibilities(features).argmax(axis=1)
    for number in numbers:
        rng = np.random.default_rng([fitted.settings.seed, number])
        try:
            weight = _drawn(y, groups, rng)
            with catch_warnings(), one_blas_thread():
                simplefilter("ignore")  # a fit that stops at its limit is as good as it is
                model = fitted.settings.estimator(seed=int(rng.integers(2**31 - 1)))
                again = model.fit(features, y, sample_weight=weight).mixture_
        except ValueError as error:
            nothing = np.full(len(fitted.mixture), np.nan)
            lost = np.full_like(contrasts(fitted.settings, fitted.mixture), np.nan)
            yield Resample(number, float("nan"), nothing, lost, str(error))
            continue
        yield _compared(number, fitted, features, own, again)


def _drawn(y: Indices, groups: Indices | None, rng: np.random.Generator) -> Array:
    """How often each sample is drawn (N,): samples, or whole groups, with replacement."""
    unit = np.arange(len(y)) if groups is None else np.unique(groups, return_inverse=True)[1]
    n, classes = unit.max() + 1, len(np.unique(y))
    for _ in range(TRIES):
        times = np.bincount(rng.integers(n, size=n), minlength=n)[unit].astype(np.float64)
        if len(np.unique(y[times > 0])) == classes:
            return times
    raise ValueError(f"{TRIES} resampled tables all lacked a class; a class is too small")


def _compared(
    number: int, fitted: FittedTable, features: Array, own: Indices, again: Mixture
) -> Resample:
    pairs = matches(again, fitted.mixture, features)
    theirs = again.responsibilities(features).argmax(axis=1)
    jaccard = np.full(len(fitted.mixture), np.nan)
    contrast = np.full_like(contrasts(fitted.settings, fitted.mixture), np.nan)
    found = contrasts(fitted.settings, again)
    for k, j in pairs.items():
        contrast[k] = found[j]
        either = (own == k) | (theirs == j)
        jaccard[k] = ((own == k) & (theirs == j)).sum() / either.sum() if either.any() else np.nan
    return Resample(number, float(adjusted_rand_score(own, theirs)), jaccard, contrast)


def sentences(found: Sequence[Resample], components: int) -> tuple[str, ...]:
    """How stable the components are, in words."""
    known = [r for r in found if not r.failure]
    failed = len(found) - len(known)
    said = []
    if components == 1:
        said.append("One component holds every sample, so there is no clustering to be stable.")
    elif known:
        rand = np.array([r.rand for r in known])
        mean = float(rand.mean())
        verdict = (
            "much the same samples belong together whichever samples happen to be in the table"
            if mean >= STEADY
            else "part of the grouping depends on which samples happen to be in the table"
            if mean >= LOOSE
            else "the grouping depends on which samples happen to be in the table: do not read a "
            "meaning into the components"
        )
        said.append(
            f"Over {len(known)} resampled tables the adjusted Rand index with the fit is "
            f"{mean:.2f} on average (from {rand.min():.2f} to {rand.max():.2f}; 1 is the same "
            f"grouping, 0 is chance): {verdict}."
        )
        every = np.array([r.jaccard for r in known])
        empty = np.isnan(every).all(axis=0)
        each = np.nanmean(np.where(empty, 0.0, every), axis=0)
        parts = ", ".join(f"component {k + 1} {v:.2f}" for k, v in enumerate(each))
        said.append(f"Of each component, samples in both over samples in either: {parts}.")
    if failed:
        said.append(f"{failed} resampled table{'s' * (failed > 1)} could not be fitted.")
    return tuple(said)
