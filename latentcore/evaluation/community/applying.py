"""A fitted model on a second table: predictions, and how far they can be trusted."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from latentcore.arrays import Array, Indices
from latentcore.data.tables.table import Table
from latentcore.data.unreadable import counted
from latentcore.evaluation.community.fitting import FittedTable
from latentcore.evaluation.community.matching import Aligned, align
from latentcore.evaluation.scores import Scores, score

WARN = 0.05  # mean share of a sample in taxa that the other table does not have
SHOWN = 3


@dataclass(frozen=True)
class Applied:
    """Of each sample of a second table: p(y = c | x) (N, C) and p(z = k | x) (N, K)."""

    sample_ids: tuple[str, ...]
    probability: Array
    responsibility: Array
    aligned: Aligned

    @property
    def predicted(self) -> Indices:
        """The most probable class of each sample: (N,)."""
        most: Indices = self.probability.argmax(axis=1)
        return most


def apply(fitted: FittedTable, table: Table) -> Applied:
    """Predict the samples of a second table.

    Its taxa are aligned with those of the fit; what the fit does not know joins "other" where
    the recipe has such a part, and is left out where it has none.  Raises ValueError where that
    cannot be done, or where counts are needed and shares were given.
    """
    if fitted.settings.family == "dirichlet-multinomial" and table.kind != "counts":
        raise ValueError(
            "the model was fitted to counts, and this table holds proportions; give the counts, "
            "or fit a Dirichlet or Gaussian mixture"
        )
    if fitted.settings.recipe.rank is not None:
        table = fitted.settings.recipe.table(table)
    aligned = align(fitted.taxa, fitted.share, table)
    features = fitted.features(aligned.frame)
    return Applied(
        table.sample_ids,
        fitted.mixture.predict_proba(features),
        fitted.mixture.responsibilities(features),
        aligned,
    )


def scored(applied: Applied, fitted: FittedTable, labels: Sequence[str]) -> tuple[Scores, int]:
    """Scores of the predictions where labels (N,) name known classes, and of how many samples.

    The prior is that of the samples of the fit.  Raises ValueError where a class has no sample.
    """
    number = {name: c for c, name in enumerate(fitted.classes)}
    rows = [i for i, label in enumerate(labels) if label in number]
    y = np.array([number[labels[i]] for i in rows], dtype=np.int64)
    if not len(y):
        raise ValueError("no sample has a label of the fit")
    return score(y, applied.probability[rows], fitted.prior), len(rows)


def sentences(applied: Applied, fitted: FittedTable) -> tuple[str, ...]:
    """What was matched, what was not, and the mass that it holds; the worst is said first."""
    aligned, said = applied.aligned, []
    found, n = aligned.match, len(aligned.match.target)
    said.append(
        f"{found.exactly + found.loosely:,} of the file's {n:,} taxa are known to the model: "
        f"{found.exactly:,} by name and {found.loosely:,} by lineage."
    )
    unseen = sum(mass for _, mass in aligned.unseen)
    if aligned.unseen:
        where = "joins “other”" if fitted.preparation.other_ else "is left out"
        said.append(
            f"{_taxa(aligned.unseen)} new to the model, with {unseen:.1%} of a sample on average, "
            f"{1 - aligned.known.min():.1%} at most, which {where}: {_list(aligned.unseen)}."
        )
    missing = sum(mass for _, mass in aligned.missing)
    if aligned.missing:
        said.append(
            f"{_taxa(aligned.missing)} not in the file, taken as not seen, with {missing:.1%} "
            f"of a sample that the model was fitted on: {_list(aligned.missing)}."
        )
    return tuple(said)


def doubtful(applied: Applied) -> bool:
    """Whether so much mass is in taxa of one table alone that predictions need a warning."""
    sums = (sum(mass for _, mass in side)
            for side in (applied.aligned.unseen, applied.aligned.missing))  # fmt: skip
    return max(sums) > WARN


def _taxa(taxa: Sequence[tuple[str, float]]) -> str:
    return f"{counted(len(taxa), 'taxon', 'taxa')} {'is' if len(taxa) == 1 else 'are'}"


def _list(taxa: Sequence[tuple[str, float]]) -> str:
    first = ", ".join(f"{name[:60]} ({mass:.1%})" for name, mass in taxa[:SHOWN])
    more = f" and {len(taxa) - SHOWN:,} more" if len(taxa) > SHOWN else ""
    return first + more
