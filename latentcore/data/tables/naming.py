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
LEFT_OVER = re.compile(
    r"^(?:others?|unnamed|unknown|unclassified|unassigned|unmapped|unaligned)\b", re.I
)
IDS = {"sampleid", "sample", "samples", "samplename", "id", "name", "group", "run", "accession",
       "samn", "barcode", "index", "rownames", "rowname", "sid"}  # fmt: skip
TAXA_IDS = {"otuid", "featureid", "cladename", "taxon", "taxa", "taxonomy", "otu", "asv", "species",
            "genus", "lineage", "taxonomyid"}  # fmt: skip
FACTS = {"label", "labels", "class", "target", "y", "outcome", "status", "diagnosis", "disease",
         "condition", "case", "control", "casecontrol", "phenotype", "treatment", "arm", "visit",
         "age", "ageyears", "agemonths", "bmi", "weight", "height", "sex", "gender", "subject",
         "subjectid", "patient", "patientid", "host", "hostsubjectid", "individual", "participant",
         "batch", "plate", "day", "week", "month", "year", "date", "time", "timepoint", "depth",
         "reads", "numberreads", "totalreads", "librarysize", "sequencingdepth", "numotus", "ph",
         "studycondition", "nugentscore", "totalnumberreads", "cohort", "study",
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


def looks_like_taxon(name: str) -> bool:
    """Whether one name looks like a taxon or like reads in none."""
    return bool(TAXON.search(name) or LEFT_OVER.search(name))


def ancestors(taxa: Sequence[str]) -> dict[int, list[int]]:
    """Positions of names that others continue, each with those: `k__A|p__B` continues `k__A`."""
    position, below = {taxon: j for j, taxon in enumerate(taxa)}, defaultdict[int, list[int]](list)
    for j, taxon in enumerate(taxa):
        for cut in islice(re.finditer(r"[|;]", taxon), DEEPEST):
            if (above := position.get(taxon[: cut.start()])) is not None:
                below[above].append(j)
    return dict(below)
