"""What a person should look at before a table is trusted: its tree, and samples that stand out.

    tree          of each sample's whole, the share that has a name at each rank
    suspicious    copies of other samples, a single taxon, a total far from the others'

A total is far off by the robust score of Iglewicz and Hoaglin, |x - median| > 3.5 MAD / 0.6745 [1],
where x is the logarithm of a sum of counts (or a sum of proportions as it is), and only if it is
also off by something that matters: a factor of three, or five per cent.

[1] Iglewicz and Hoaglin 1993, How to detect and handle outliers.
"""

from collections import defaultdict
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

from latentcore.arrays import Array
from latentcore.data.tables.table import Table
from latentcore.data.unreadable import amount, counted, short

FAR = 3.5
FACTOR, PART = 3.0, 0.05
AGREE = 0.01  # shares of a whole that differ by less say the same


@dataclass(frozen=True)
class Level:
    """A rank: how many names it has, and the share of each sample that bears one (N,)."""

    rank: str
    names: int
    share: Array


@dataclass(frozen=True)
class Suspicion:
    """A sample and why it should be looked at."""

    sample: int
    why: str


@dataclass(frozen=True)
class Review:
    """levels: from the highest rank down; suspicious: in the order of the samples."""

    levels: tuple[Level, ...]
    suspicious: tuple[Suspicion, ...]


def review(table: Table) -> Review:
    """Look at all samples of a table."""
    found = [*_copies(table), *_alone(table), *_far_off(table)]
    return Review(tree(table), tuple(sorted(found, key=lambda s: s.sample)))


def tree(table: Table) -> tuple[Level, ...]:
    """Every rank that names something, from the highest down.

    Where the file mixed ranks the shares are those of its own sums, which should all be equal.
    """
    if table.sums:
        whole = np.max(list(table.sums.values()), axis=0)
        whole = np.where(whole > 0, whole, 1.0)
        return tuple(
            Level(rank, len(set(table.ranks.get(rank, ())) - {""}), sums / whole)
            for rank, sums in table.sums.items()
        )
    levels = []
    for rank, names in table.ranks.items():
        named = table.values @ np.array([bool(name) for name in names], dtype=np.float64)
        levels.append(Level(rank, len(set(names) - {""}), named / table.totals))
    return tuple(levels)


def tree_in_words(table: Table, levels: tuple[Level, ...]) -> str:
    """Whether the sums at every rank agree, and where names end; empty without ranks."""
    if len(levels) < 2:
        return ""
    low = [level for level in levels if level.share.min() < 1 - AGREE]
    ranks = f"{levels[0].rank} to {levels[-1].rank}"
    if table.sums and not low:
        return f"The file gives every rank; their sums agree in every sample, from {ranks}."
    if not low:
        return f"Every taxon has a name at every rank, from {ranks}."
    parts = "; ".join(
        f"{level.rank} {level.share.mean():.0%} (least {level.share.min():.0%})" for level in low
    )
    if table.sums:
        return f"The file gives every rank, but their sums differ. Less than the whole: {parts}."
    return f"Part of the samples has no name at some ranks. Named on average: {parts}."


def _copies(table: Table) -> list[Suspicion]:
    """Samples of the same proportions as one before them."""
    same = defaultdict[bytes, list[int]](list)
    for i, row in enumerate(table.values):
        same[blake2b(np.round(row / row.sum(), 12).tobytes(), digest_size=16).digest()].append(i)
    return [
        Suspicion(i, f"has the composition of {short(table.sample_ids[group[0]])}")
        for group in same.values()
        for i in group[1:]
    ]


def _alone(table: Table) -> list[Suspicion]:
    """Samples in which a single taxon was seen."""
    seen = (table.values > 0).sum(axis=1)
    if len(table.taxa) < 3:
        return []
    return [
        Suspicion(int(i), f"holds one taxon alone, {short(table.taxa[table.values[i].argmax()])}")
        for i in np.flatnonzero(seen == 1)
    ]


def _far_off(table: Table) -> list[Suspicion]:
    """Samples whose total is far from the others'."""
    totals, middle = table.totals, float(np.median(table.totals))
    scores = np.log(totals) if table.kind == "counts" else totals
    off = np.abs(scores - np.median(scores))
    enough = np.log(FACTOR) if table.kind == "counts" else PART * middle
    far = np.flatnonzero((off > FAR * np.median(off) / 0.6745) & (off >= enough))
    what = "reads" if table.kind == "counts" else "in all"
    return [
        Suspicion(int(i), f"sums to {amount(totals[i])} {what}; the median is {amount(middle)}")
        for i in far
    ]


def in_words(table: Table) -> tuple[str, ...]:
    """Size, zeros, totals, and where abundance lies, as sentences."""
    totals, seen = table.totals, (table.values > 0).sum(axis=1)
    once = int(((table.values > 0).sum(axis=0) == 1).sum())
    share = (table.values / totals[:, None]).mean(axis=0)
    most = int(share.argmax())
    rows = table.found["rows"].value if "rows" in table.found else ""
    held = np.sort(share)[-10:].sum()
    ten = f"; the ten most abundant hold {held:.0%}" if len(share) > 10 else ""
    turned = f" In the file, {rows} are in rows." if rows else ""
    what = {
        "counts": "Counts: whole numbers whose totals vary",
        "proportions": "Proportions: the totals say nothing about depth",
    }
    return (
        f"{counted(len(totals), 'sample')}, {counted(len(table.taxa), 'taxon', 'taxa')}.{turned}",
        f"{what[table.kind]}; they run from {amount(totals.min())} to {amount(totals.max())}, "
        f"the median is {amount(float(np.median(totals)))}.",
        f"{table.zeros:.0%} of the cells are zero: a sample holds {int(np.median(seen)):,} taxa "
        f"(median), the poorest {seen.min():,}, the richest {seen.max():,}. "
        f"{counted(once, 'taxon', 'taxa')} "
        f"{'was' if once == 1 else 'were'} seen in one sample alone.",
        f"The most abundant taxon, {short(_last(table.taxa[most]))}, holds {share[most]:.0%} of a "
        f"sample on average{ten}.",
    )


def _last(taxon: str) -> str:
    """The last rank of a lineage: enough to recognise it."""
    parts = [part for part in taxon.replace(";", "|").split("|") if part.strip()]
    return parts[-1] if parts else taxon
