"""The taxa of a second table found among those of the first, whatever their lineages look like.

    k__Bacteria|...|s__Roseburia_hominis  =  s__Roseburia_hominis  =  Roseburia hominis

A taxon of the second table belongs to one of the first that has its very name; else to the one
whose last rank has the same name, if no two have; else, where the first table ends at a higher
rank, to its closest ancestor there that has nothing below it.  Several may belong to one: they
are added up.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from latentcore.arrays import Array
from latentcore.data.tables import lineage
from latentcore.data.tables.table import Table

Name = tuple[str, str]
"""Rank ("" where none is known) and plain name."""


@dataclass(frozen=True)
class Match:
    """Where each taxon of a second table belongs among D of the first: -1 for nowhere.

    exactly: how many have the very name; loosely: how many were found by their lineage.
    """

    target: tuple[int, ...]
    exactly: int
    loosely: int


@dataclass(frozen=True)
class Aligned:
    """A second table as the first one's model reads it, and what does not fit.

    frame: abundances (N, D + U), columns named as in the first table and then those it does not
    know; unseen: names of the latter and the mean share of a sample that each holds, largest
    first; missing: taxa that the second table lacks, with the mean share that they hold in the
    first, largest first; known (N,): share of each sample in taxa that the first table has.
    """

    frame: pd.DataFrame
    match: Match
    unseen: tuple[tuple[str, float], ...]
    missing: tuple[tuple[str, float], ...]
    known: Array


def match(taxa: Sequence[str], second: Sequence[str]) -> Match:
    """Find the taxa of a second table among those of the first."""
    exact = {name: j for j, name in enumerate(taxa)}
    spelt = [_named(name) for name in taxa]
    last = [names[-1] if names else ("", "") for names in spelt]
    by_name: dict[str, list[int]] = {}
    for j, (_, name) in enumerate(last):
        if name:
            by_name.setdefault(name, []).append(j)
    # an ancestor that the first table splits up is not the place for one more descendant
    parents = Counter(name for names in spelt for name in names[:-1])
    ends = {names[-1]: j for j, names in enumerate(spelt) if names and not parents[names[-1]]}
    target, loosely = [], 0
    for name in second:
        found = exact.get(name, -1)
        if found < 0:
            found = _loose(_named(name), last, by_name, ends)
            loosely += found >= 0
        target.append(found)
    return Match(tuple(target), sum(t >= 0 for t in target) - loosely, loosely)


def _loose(
    names: Sequence[Name],
    last: Sequence[Name],
    by_name: dict[str, list[int]],
    ends: dict[Name, int],
) -> int:
    """Where a lineage belongs, or -1."""
    if not names:
        return -1
    rank, name = names[-1]
    same = [j for j in by_name.get(name, ()) if not rank or last[j][0] in ("", rank)]
    if len(same) == 1:
        return same[0]
    if same:
        return -1  # two could be meant
    above = (ends[each] for each in reversed(names[:-1]) if each[0] and each in ends)
    return next(above, -1)


def _named(taxon: str) -> list[Name]:
    """The named ranks of a taxon from the top down; a plain name has none."""
    found = [(rank, _plain(name)) for rank, name in lineage.parse(taxon).items() if _plain(name)]
    return found or [("", _plain(taxon))]


def _plain(name: str) -> str:
    """A name without what programs change about it: case, brackets, blanks and underscores.

    >>> _plain("[Ruminococcus]_gnavus")
    'ruminococcus gnavus'
    """
    return " ".join(re.sub(r"[\W_]+", " ", name.casefold()).split())


def align(taxa: Sequence[str], share: Array, table: Table) -> Aligned:
    """A second table in the columns of the first, whose taxa hold the mean shares (D,).

    Raises ValueError where the two have no taxon in common, or naming how many samples hold
    nothing but unknown taxa.
    """
    found = match(taxa, table.taxa)
    target = np.array(found.target)
    seen = target >= 0
    if not seen.any():
        raise ValueError(
            f"none of the {len(table.taxa):,} taxa of this table is among the {len(taxa):,} that "
            "the model was fitted on; the names have to be of the same kind"
        )
    values = np.zeros((len(table.values), len(taxa)))
    np.add.at(values.T, target[seen], table.values[:, seen].T)
    unknown = table.values[:, ~seen]
    known = values.sum(axis=1) / table.totals
    if not (known > 0).all():
        lost = int((known <= 0).sum())
        raise ValueError(
            f"{lost:,} sample{'s hold' if lost > 1 else ' holds'} none of the taxa that the model "
            "knows; leave them out"
        )
    names = [name for name, s in zip(table.taxa, seen, strict=True) if not s]
    frame = pd.DataFrame(np.hstack([values, unknown]), columns=[*taxa, *names])
    mass = (unknown / table.totals[:, None]).mean(axis=0)
    lacking = np.setdiff1d(np.arange(len(taxa)), target)
    return Aligned(
        frame,
        found,
        tuple((names[j], float(mass[j])) for j in np.argsort(-mass, kind="stable")),
        tuple((taxa[j], float(share[j])) for j in lacking[np.argsort(-share[lacking])]),
        known,
    )
