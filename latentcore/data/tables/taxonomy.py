"""Columns that name the lineage of each taxon, beside a table or in a file of their own.

Feature ID  Taxon  Confidence        QIIME 2
OTU  Size  Taxonomy                  mothur
"" Kingdom Phylum ... Species        phyloseq's tax_table
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from latentcore.data.tables.choices import Log
from latentcore.data.tables.grid import Grid
from latentcore.data.tables.lineage import RANKS
from latentcore.data.tables.naming import plain
from latentcore.data.unreadable import listed

WHOLE = {"taxonomy", "consensuslineage", "lineage", "taxon"}
ASIDE = {"confidence", "ncbitaxid", "cladetaxid", "additionalspecies", "taxid"}
BLANK = {"", "NA", "nan", "NaN", "None"}


def cut_out(grid: Grid, log: Log) -> tuple[Grid, dict[str, str]]:
    """A grid with taxa in rows, without its columns about taxa; taxon -> lineage."""
    about, lineages = lineages_of(grid.header, grid.column)
    if not about:
        return grid, {}
    log.say(said([grid.header[j] for j in about]))
    return grid.without(about), lineages


def with_names(grid: Grid, log: Log) -> Grid:
    """The grid with lineages as first column, where it begins with columns of ranks and no names.

    Kingdom  Phylum  Genus  sample1  sample2
    """
    named = [plain(name) in RANKS for name in grid.header]
    about = named.index(False) if False in named else len(named)
    if about < 2 or about == len(named):
        return grid
    _, lineages = lineages_of(["", *grid.header[:about]], lambda j: _numbered(grid, j))
    names = [lineages.get(number, "") for number in _numbered(grid, 0)]
    names = [  # what has no name at the last rank is not above those that have
        name if last not in BLANK else f"{name};unclassified".removeprefix(";")
        for name, last in zip(names, grid.column(about - 1), strict=True)
    ]
    seen = Counter(names)
    double = {name for name, n in seen.items() if n > 1}
    names = [
        f"{name} (row {row + 1})" if name in double else name
        for name, row in zip(names, grid.rows[1:].tolist(), strict=True)
    ]
    log.say(f"The taxa were named by their lineages, {listed(names, 2)}.")
    return replace(
        grid,
        cells=np.hstack([np.array(["taxon", *names], dtype=object)[:, None], grid.cells]),
        columns=np.concatenate([[-1], grid.columns]),
    )


def _numbered(grid: Grid, j: int) -> tuple[str, ...]:
    """The rows' numbers, and behind them the columns as they are."""
    return tuple(map(str, range(len(grid.cells) - 1))) if j == 0 else grid.column(j - 1)


def said(names: list[str]) -> str:
    """The sentence on columns about taxa."""
    return f"Columns about the taxa were read as such: {listed(names)}."


def alone(grid: Grid) -> bool:
    """Whether a file is about taxa only: every column but the first says what they are."""
    named = [plain(name) for name in grid.header[1:]]
    about = [name for name in named if name in WHOLE | set(RANKS)]
    return bool(about) and set(named) <= WHOLE | ASIDE | set(RANKS) | {"size"}


def lineages_of(
    header: Sequence[str], cells: Callable[[int], Sequence[str]]
) -> tuple[list[int], dict[str, str]]:
    """Positions of the columns about taxa, and each taxon's lineage as one text.

    `cells` gives the cells of a column; those of the first are the taxa.
    """
    named = [plain(name) for name in header]
    about = [j for j, name in enumerate(named) if j and name in WHOLE | ASIDE | set(RANKS)]
    lineages: dict[str, str] = {}
    for j in about:
        if named[j] in ASIDE:
            continue
        for taxon, text in zip(cells(0), cells(j), strict=True):
            if named[j] in WHOLE:
                lineages.setdefault(taxon, text)
            elif text not in BLANK:
                part = text if "__" in text else f"{_letter(named[j])}__{text}"
                lineages[taxon] = f"{lineages[taxon]};{part}" if taxon in lineages else part
    return about, lineages


def _letter(rank: str) -> str:
    return "t" if rank == "strain" else rank[0]
