"""Columns that name the lineage of each taxon, beside a table or in a file of their own.

Feature ID  Taxon  Confidence        QIIME 2
OTU  Size  Taxonomy                  mothur
"" Kingdom Phylum ... Species        phyloseq's tax_table
"""

from collections.abc import Callable, Sequence

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
