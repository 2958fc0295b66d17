"""Several files as one table: one sample a file (Kraken, Bracken, MetaPhlAn), batches, a taxonomy.

    files -> tables, taxonomies -> samples one below another, the union of the taxa, lineages

A taxon that a file does not list was not seen in its samples: profilers leave zeros out.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from latentcore.arrays import Array
from latentcore.data.tables import delimited, lineage, taxonomy
from latentcore.data.tables.choices import Choices, Log, Watch, unwatched
from latentcore.data.tables.grid import refuse_large
from latentcore.data.tables.table import Table, TableError
from latentcore.data.unreadable import counted, listed, short

File = tuple[str, bytes]
Read = Callable[[str, bytes, Choices, Watch], Table]
TEXT = (".txt", ".tsv", ".csv", ".taxonomy", ".tab")


def join(files: Sequence[File], read: Read, choices: Choices, watch: Watch = unwatched) -> Table:
    """Names and bytes of files, and how to read one -> one table.  Raises TableError."""
    whole, before = max(sum(len(raw) for _, raw in files), 1), 0
    tables: list[tuple[str, Table]] = []
    lineages: dict[str, str] = {}
    for name, raw in files:
        share = _part(watch, before / whole, len(raw) / whole)
        before += len(raw)
        share(0.0)
        found = _taxonomy(name, raw)
        if found:
            lineages |= found
            continue
        try:
            tables.append((name, read(name, raw, choices, share)))
        except TableError as error:
            named = short(name) in error.what
            where = error.where if named else f"In the file {short(name)}. {error.where}".strip()
            raise TableError(
                error.what, where=where, expected=error.expected, do=error.do
            ) from error
    if not tables:
        raise lineages_alone([name for name, _ in files])
    table = tables[0][1] if len(tables) == 1 else _stacked(tables)
    return _named(table, lineages) if lineages else table


def lineages_alone(names: Sequence[str]) -> TableError:
    """The sentence for taxonomies without a table."""
    return TableError(
        f"{'The file names' if len(names) == 1 else 'The files name'} lineages, but no abundances.",
        where=f"Found {listed(names)}.",
        expected="Expected at least one table.",
        do="Add the table that the taxonomy belongs to.",
    )


def _part(watch: Watch, begin: float, length: float) -> Watch:
    """What is told of one file, as a part of all."""
    return lambda share: watch(begin + share * length)


def _taxonomy(name: str, raw: bytes) -> dict[str, str]:
    """Taxon -> lineage, if the file is a taxonomy; empty otherwise."""
    if not name.lower().endswith(TEXT):
        return {}
    try:
        text = delimited.read(raw, name, Log())
        if not taxonomy.alone(text.grid(Log(), most=40)):
            return {}
        grid = text.grid(Log())
        return taxonomy.lineages_of(grid.header, grid.column)[1]
    except TableError:
        return {}  # whoever reads it as a table says why


def _stacked(tables: Sequence[tuple[str, Table]]) -> Table:
    """The samples of all tables, over the union of their taxa."""
    _refuse_unlike(tables)
    taxa = list(dict.fromkeys(taxon for _, table in tables for taxon in table.taxa))
    at = {taxon: j for j, taxon in enumerate(taxa)}
    ids = tuple(sample for _, table in tables for sample in table.sample_ids)
    refuse_large(len(ids), len(taxa))
    values = np.zeros((len(ids), len(taxa)))
    begin = 0
    for _, table in tables:
        rows = slice(begin, begin + len(table.values))
        values[rows, [at[taxon] for taxon in table.taxa]] = table.values
        begin = rows.stop
    columns = dict.fromkeys(name for _, table in tables for name in table.metadata)
    metadata = {
        column: tuple(
            cell
            for _, table in tables
            for cell in table.metadata.get(column, ("",) * len(table.sample_ids))
        )
        for column in columns
    }
    notes = dict.fromkeys(note for _, table in tables for note in table.notes)
    said = (
        f"{counted(len(tables), 'file')} were put together: {counted(len(ids), 'sample')}, "
        f"{counted(len(taxa), 'taxon', 'taxa')}. A taxon that a file does not list counts as zero."
    )
    first = tables[0][1]
    return Table(
        values, ids, tuple(taxa), first.kind, metadata, (said, *notes), _ranks(tables, at),
        first.found, _sums(tables),
    )  # fmt: skip


def _refuse_unlike(tables: Sequence[tuple[str, Table]]) -> None:
    """Tables of counts and of proportions, or with samples in common, are not put together."""
    kinds = {table.kind: name for name, table in tables}
    if len(kinds) > 1:
        raise TableError(
            "Some of the files hold counts and some hold proportions.",
            where=f"Counts are in {short(kinds['counts'])}, for instance, and proportions in "
            f"{short(kinds['proportions'])}.",
            expected="Expected files of one kind.",
            do="Take the files of one kind.",
        )
    seen = Counter(sample for _, table in tables for sample in table.sample_ids)
    double = [sample for sample, n in seen.items() if n > 1]
    if double:
        raise TableError(
            f"{counted(len(double), 'sample')} {'is' if len(double) == 1 else 'are'} in more than "
            f"one file: {listed(double)}.",
            expected="Expected every sample in one file, or files named after their samples.",
            do="Leave the copies out, or rename the files.",
        )


def _ranks(
    tables: Sequence[tuple[str, Table]], at: Mapping[str, int]
) -> dict[str, tuple[str, ...]]:
    """The lineages of the union, each as the last file that has it names it."""
    lineages: list[lineage.Lineage] = [{} for _ in at]
    for _, table in tables:
        for j, taxon in enumerate(table.taxa):
            lineages[at[taxon]] = {rank: names[j] for rank, names in table.ranks.items()}
    return lineage.columns(lineages)


def _sums(tables: Sequence[tuple[str, Table]]) -> dict[str, Array]:
    """The totals at every rank that all the files mix, sample by sample."""
    first = tables[0][1].sums
    shared = [rank for rank in first if all(rank in table.sums for _, table in tables)]
    return {rank: np.concatenate([table.sums[rank] for _, table in tables]) for rank in shared}


def _named(table: Table, lineages: Mapping[str, str]) -> Table:
    """The table with the ranks that a taxonomy names."""
    known = [taxon for taxon in table.taxa if taxon in lineages]
    if not known:
        raise TableError(
            "The taxonomy names none of the table's taxa.",
            where=f"It names {listed(lineages, 2)}; the table has {listed(table.taxa, 2)}.",
            expected="Expected the names in its first column to be those of the taxa.",
            do="Take the taxonomy that belongs to this table.",
        )
    found = [lineage.parse(lineages.get(taxon) or taxon) for taxon in table.taxa]
    said = f"The taxonomy names {len(known):,} of {len(table.taxa):,} taxa."
    return replace(table, ranks=lineage.columns(found), notes=(*table.notes, said))
