"""Lineages: the names of the ranks above a taxon, as the formats write them.

k__Bacteria|p__Firmicutes|...      MetaPhlAn, Greengenes (;), Kraken (d_Bacteria|p_...)
D_0__Bacteria;D_1__Firmicutes      SILVA
Bacteria(100);Firmicutes(99);...   mothur: ranks by position, confidence in brackets
"""

import re
from collections.abc import Sequence

RANKS = ("domain", "kingdom", "phylum", "class", "order", "family", "genus", "species", "strain")
LETTERS = {"d": "domain", "sk": "domain", "k": "kingdom", "p": "phylum", "c": "class",
           "o": "order", "f": "family", "g": "genus", "s": "species", "t": "strain"}  # fmt: skip
SILVA = ("domain", *RANKS[2:8])
POSITIONS = ("kingdom", *RANKS[2:8])
PREFIX = re.compile(r"^(?:(?:D_(\d+)|(sk|[dkpcofgst]))__|([dkpcofgst])_(?=[A-Z]))", re.I)
TOPS = {"bacteria", "archaea", "eukaryota", "eukarya", "viruses", "fungi"}
CONFIDENCE = re.compile(r"\((?:\d+(?:\.\d+)?)\)$")

Lineage = dict[str, str]
"""Rank -> name, in the order in which they are written; "" where a rank is left unnamed."""


def parse(text: str) -> Lineage:
    """The ranks that the name of a taxon spells out; empty for a plain name."""
    parts = [CONFIDENCE.sub("", part.strip()) for part in re.split(r"[|;]", text)]
    if len(parts) > 1 and not parts[-1]:
        parts.pop()  # mothur ends with a semicolon
    if len(parts) > 1 and parts[0].lower() == "root":
        del parts[0]  # QIIME 1 with RDP
    found: Lineage = {}
    for part in parts:
        prefix = PREFIX.match(part)
        if prefix is None:
            break
        digit, long, short = prefix.groups()
        if digit is not None and int(digit[-2:]) >= len(SILVA):
            break
        rank = SILVA[int(digit)] if digit is not None else LETTERS[(long or short).lower()]
        found[rank] = part[prefix.end() :]
    if not found and len(parts) > 1 and parts[0].lower() in TOPS:
        found = dict(zip(POSITIONS, parts, strict=False))
    return found


def columns(lineages: Sequence[Lineage]) -> dict[str, tuple[str, ...]]:
    """Rank -> one name per taxon, for the ranks that any lineage names, highest first."""
    return {
        rank: tuple(lineage.get(rank, "") for lineage in lineages)
        for rank in RANKS
        if any(lineage.get(rank) for lineage in lineages)
    }


def depth(lineage: Lineage) -> str:
    """The rank a lineage ends at; "" for none."""
    return next(reversed(lineage), "")
