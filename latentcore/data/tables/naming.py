"""What names say: which look like taxa, which like ids, which like facts about a sample."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import islice

DEEPEST = 40  # ranks in a name
TAXON = re.compile(
    r"__|\||;|^(?:z?otu|asv|sv|msp|mgs|sgb|bin|taxon)[-_.]?\d+|^[acgtn]{40,}$|^[dkpcofgst]_",
    re.I,
)
SURELY = re.compile(r"__|\||;|^(?:z?otu|asv)[-_.]?\d+|^[acgtn]{40,}$", re.I)
LEFT_OVER = re.compile(
    r"^(?:others?|unnamed|unknown|unclassified|unassigned|unmapped|unaligned|unintegrated)\b", re.I
)
IDS = {"sampleid", "sample", "samples", "samplename", "id", "name", "group", "run", "accession",
       "samn", "barcode", "index", "rownames", "rowname", "sid"}  # fmt: skip
TAXA_IDS = {"otuid", "featureid", "cladename", "taxon", "taxa", "taxonomy", "otu", "asv", "species",
            "genus", "lineage", "taxonomyid", "phylum", "family"}  # fmt: skip
FACTS = {"label", "labels", "class", "target", "y", "outcome", "status", "diagnosis", "disease",
         "condition", "case", "control", "casecontrol", "phenotype", "treatment", "arm", "visit",
         "age", "ageyears", "agemonths", "bmi", "weight", "height", "sex", "gender", "subject",
         "subjectid", "patient", "patientid", "host", "hostsubjectid", "individual", "participant",
         "batch", "plate", "day", "week", "month", "year", "date", "time", "timepoint", "depth",
         "reads", "numberreads", "totalreads", "librarysize", "sequencingdepth", "numotus", "ph",
         "numasvs", "studycondition", "nugentscore", "totalnumberreads", "cohort", "study",
         "taxonomyid"}  # fmt: skip


def plain(name: str) -> str:
    """Lower-case letters and digits alone: `#Sample-ID` -> `sampleid`."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def is_id(name: str) -> bool:
    """Whether a column of this name holds sample ids."""
    return plain(name) in IDS


def is_fact(name: str) -> bool:
    """Whether a column of this name describes the sample rather than counting a taxon."""
    return plain(name) in FACTS


def names_taxa(name: str) -> bool:
    """Whether a column of this name lists taxa (so that taxa are in rows)."""
    return plain(name) in TAXA_IDS


def taxon_share(names: Iterable[str]) -> float:
    """Share of the names that look like taxa, reads in no taxon included."""
    looks = [bool(TAXON.search(name) or LEFT_OVER.search(name)) for name in names]
    return sum(looks) / len(looks) if looks else 0.0


def is_left_over(name: str) -> bool:
    """Whether a name stands for the reads in no taxon."""
    return bool(LEFT_OVER.search(name))


def is_surely_taxon(name: str) -> bool:
    """Whether nothing but a taxon is named so."""
    return bool(SURELY.search(name))


def looks_like_taxon(name: str) -> bool:
    """Whether one name looks like a taxon or like reads in none."""
    return bool(TAXON.search(name) or LEFT_OVER.search(name))


def facts(names: Sequence[str]) -> list[bool]:
    """Which columns of numbers describe a sample rather than count a taxon, by their names.

    Those known to; where nearly all others look like taxa, those that do not; and where most do
    and stand side by side, those that stand before or behind them together with a known one.
    """
    known = [is_fact(name) for name in names]
    taxa = [looks_like_taxon(n) and not fact for n, fact in zip(names, known, strict=True)]
    at = [j for j, taxon in enumerate(taxa) if taxon]
    share = len(at) / max(1, len(names) - sum(known))
    if share >= 0.8:
        return [not taxon for taxon in taxa]
    if share >= 2 / 3 and all(taxa[j] or known[j] for j in range(at[0], at[-1])):
        before, behind = any(known[: at[0]]), any(known[at[-1] :])
        return [
            fact or (before and j < at[0]) or (behind and j > at[-1])
            for j, fact in enumerate(known)
        ]
    return known


def ancestors(taxa: Sequence[str]) -> dict[int, list[int]]:
    """Positions of names that others continue, each with those: `k__A|p__B` continues `k__A`."""
    position, below = {taxon: j for j, taxon in enumerate(taxa)}, defaultdict[int, list[int]](list)
    for j, taxon in enumerate(taxa):
        for cut in islice(re.finditer(r"[|;]", taxon), DEEPEST):
            if (above := position.get(taxon[: cut.start()])) is not None:
                below[above].append(j)
    return dict(below)
