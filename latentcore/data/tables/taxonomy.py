"""Columns that name the lineage of each taxon, beside a table or in a file of their own.

Feature ID  Taxon  Confidence        QIIME 2
OTU  Size  Taxonomy                  mothur
"" Kingdom Phylum ... Species        phyloseq's tax_table
"""

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
    about, lineages = lineages_of(grid)
    if not about:
        return grid, {}
    names = [grid.header[j] for j in about]
    log.say(f"Columns about the taxa were read as such: {listed(names)}.")
    return grid.without(about), lineages


def alone(grid: Grid) -> bool:
    """Whether a file is about taxa only: every column but the first says what they are."""
    named = [plain(name) for name in grid.header[1:]]
    about = [name for name in named if name in WHOLE | set(RANKS)]
    return bool(about) and set(named) <= WHOLE | ASIDE | set(RANKS) | {"size"}


def lineages_of(grid: Grid) -> tuple[list[int], dict[str, str]]:
    """Positions of the columns about taxa, and each taxon's lineage as one text."""
    named = [plain(name) for name in grid.header]
    about = [j for j, name in enumerate(named) if j and name in WHOLE | ASIDE | set(RANKS)]
    lineages: dict[str, str] = {}
    for j in about:
        column = grid.column(j)
        if named[j] in ASIDE:
            continue
        for taxon, text in zip(grid.column(0), column, strict=True):
            if named[j] in WHOLE:
                lineages.setdefault(taxon, text)
            elif text not in BLANK:
                part = text if "__" in text else f"{_letter(named[j])}__{text}"
                lineages[taxon] = f"{lineages[taxon]};{part}" if taxon in lineages else part
    return about, lineages


def _letter(rank: str) -> str:
    return "t" if rank == "strain" else rank[0]
