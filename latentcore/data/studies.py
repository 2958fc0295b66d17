"""Real tables to start from: the curatedMetagenomicData studies that come with `plntree`.

The package (MIT, by the author of the notes) carries 93 studies as CSV files: species in percent,
samples in rows, and one file of metadata [1].  They are read from its folder without importing
it, because importing it also imports torch, matplotlib and seaborn.

[1] Pasolli et al. 2017, Accessible, curated metagenomic data through ExperimentHub.
"""

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from latentcore.data.tables import Table, TableError, read
from latentcore.data.tables.table import is_missing

SUFFIX = "_species_abundance.csv"
LABELS = ("study_condition", "disease", "age_category", "gender", "country")


@dataclass(frozen=True)
class Study:
    """One study: its name, its size, and the classes of every column that can be a label."""

    name: str
    samples: int
    taxa: int
    labels: dict[str, dict[str, int]]


class StudiesAbsent(RuntimeError):
    """The package that carries the studies is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "The example studies come with the package plntree, which is not installed. "
            "Run `pip install --no-deps plntree`, or upload a table."
        )


def folder() -> Path:
    """Where the studies lie.  Raises StudiesAbsent."""
    spec = find_spec("plntree")  # finds the package without running it
    for place in (spec.submodule_search_locations or ()) if spec else ():
        found = Path(place) / "data" / "cMD"
        if (found / "metadata.csv").is_file():
            return found
    raise StudiesAbsent


def studies() -> tuple[Study, ...]:
    """Every study, by name; reads the metadata and the first line of each table only."""
    root, rows = folder(), _metadata()
    found = []
    for path in sorted((root / "studies").glob(f"*{SUFFIX}")):
        name = path.name.removesuffix(SUFFIX)
        with path.open(encoding="utf-8") as file:
            taxa = len(next(csv.reader(file))) - 1
        columns = {label: Counter(row[label] for row in rows.get(name, ())) for label in LABELS}
        classes = {
            label: {v: n for v, n in counted.most_common() if not is_missing(v)}
            for label, counted in columns.items()
        }
        usable = {label: c for label, c in classes.items() if sum(n >= 2 for n in c.values()) >= 2}
        found.append(Study(name, len(rows.get(name, ())), taxa, usable))
    return tuple(found)


def load(name: str) -> Table:
    """One study as a table with its metadata.  Raises TableError, StudiesAbsent."""
    path = folder() / "studies" / f"{name}{SUFFIX}"
    if Path(name).name != name or not path.is_file():
        raise TableError(
            f"There is no study named {name[:60]!r}.",
            expected="Expected one of the studies that plntree carries.",
            do="Choose a study from the list.",
        )
    table = read(path.name, path.read_bytes())
    by_id = {row["sample_id"]: row for row in _metadata().get(name, ())}
    unknown = sum(sample not in by_id for sample in table.sample_ids)
    columns = [c for c in next(iter(by_id.values()), {}) if c not in ("sample_id", "study_name")]
    metadata = {
        column: tuple(by_id.get(sample, {}).get(column, "") for sample in table.sample_ids)
        for column in columns
    }
    notes = (*table.notes, f"Metadata found for {len(table.sample_ids) - unknown} samples.")
    return replace(table, metadata=metadata | dict(table.metadata), notes=notes)


def _metadata() -> dict[str, list[dict[str, str]]]:
    """Rows of metadata by study."""
    with (folder() / "metadata.csv").open(encoding="utf-8", newline="") as file:
        return _grouped(csv.DictReader(file))


def _grouped(rows: Iterator[dict[str, str]]) -> dict[str, list[dict[str, str]]]:
    grouped: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        grouped.setdefault(row["study_name"], []).append(row)
    return grouped
