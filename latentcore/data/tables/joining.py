"""A table and the metadata of its samples become one table.

Nothing is dropped in silence: `find` says what would be lost, `join` is called by whoever agreed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from latentcore.data.tables import matching
from latentcore.data.tables.matching import Ambiguous, Matching
from latentcore.data.tables.metadata import Metadata
from latentcore.data.tables.table import Table, TableError
from latentcore.data.unreadable import counted, listed, short


@dataclass(frozen=True)
class Join:
    """What joining would do: the column of ids, all that could be it, and who belongs to whom."""

    metadata: Metadata
    column: str
    columns: Mapping[str, int]
    matching: Matching

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids in the metadata, row by row."""
        return self.metadata.columns[self.column]

    def rows(self, near: bool) -> dict[int, int]:
        """Sample -> row of the metadata, near matches included or not."""
        extra = {n.sample: n.row for n in self.matching.near} if near else {}
        return dict(sorted((dict(self.matching.pairs) | extra).items()))


def find(table: Table, metadata: Metadata, column: str | None = None) -> Join:
    """Match the samples with the rows by a column of ids, the best one if none is named.

    Raises TableError where no id of the metadata is in the table.
    """
    if _names_no_columns(table, metadata):
        metadata = metadata.without_header()
    columns = matching.columns_by_overlap(table.sample_ids, metadata.columns)
    chosen = column if column in columns else next(iter(columns))
    metadata = _copies_once(metadata)
    found = matching.match(table.sample_ids, metadata.columns[chosen])
    if not found.pairs and not found.near and not found.ambiguous:
        raise _nothing_in_common(table, metadata, chosen)
    return Join(metadata, chosen, columns, found)


def _names_no_columns(table: Table, metadata: Metadata) -> bool:
    """Whether the first line is a sample: the column of ids is headed by one not below it."""
    columns = matching.columns_by_overlap(table.sample_ids, metadata.columns)
    best, shared = next(iter(columns.items()))
    names = (best,) if shared else tuple(columns)
    return any(
        matching.overlap(table.sample_ids, [name])
        and not matching.overlap([name], metadata.columns[name])
        for name in names
    )


def refuse_ambiguous(table: Table, join: Join) -> None:
    """Raise TableError where an id stands for several samples or several rows."""
    if not join.matching.ambiguous:
        return
    first = join.matching.ambiguous[0]
    others = len(join.matching.ambiguous) - 1
    more = f" {counted(others, 'more id')} cannot be told apart either." if others else ""
    lines = [str(join.metadata.lines[row]) for row in first.rows[:4]]
    raise TableError(
        _what(table, join, first),
        where=f"In the metadata they stand in row {' and row '.join(lines)}.{more}"
        if len(lines) > 1
        else f"In the metadata it stands in row {lines[0]}.{more}",
        expected="Expected one row of metadata for each sample.",
        do="Keep one of the rows, make the ids different in both files, or choose another column "
        "of ids.",
    )


def join(table: Table, found: Join, *, near: bool = False) -> Table:
    """The samples that have a row, with its columns as metadata.

    `near` takes the near matches too.  A column named as one that the table has is named "(2)".
    Taxa that the dropped samples alone had go with them.  Raises TableError where ids are
    ambiguous, or no sample is left.
    """
    refuse_ambiguous(table, found)
    rows = found.rows(near)
    if not rows:
        raise _nothing_in_common(table, found.metadata, found.column)
    kept = table.only(tuple(rows))
    columns = dict(kept.metadata)
    for name, texts in found.metadata.columns.items():
        if name == found.column:
            continue
        free = name if name not in columns else f"{name} (2)"
        columns[free] = tuple(texts[row] for row in rows.values())
    lost, gone = len(table.values) - len(rows), len(table.taxa) - len(kept.taxa)
    note = f"Metadata were joined by {short(found.column)} for {counted(len(rows), 'sample')}"
    note += f"; {counted(lost, 'sample')} without metadata left out, as agreed" if lost else ""
    note += f", with {counted(gone, 'taxon', 'taxa')} seen in no other." if gone else "."
    return replace(kept, metadata=columns, notes=(*kept.notes, note))


def _what(table: Table, join: Join, found: Ambiguous) -> str:
    """Which ids cannot be told apart."""
    names = listed(dict.fromkeys(join.ids[row] for row in found.rows))
    samples = listed(table.sample_ids[i] for i in found.samples)
    if len(found.samples) == 1:
        return f"{counted(len(found.rows), 'row')} of metadata fit the sample {samples}: {names}."
    return f"The metadata {names} fit {counted(len(found.samples), 'sample')}: {samples}."


def _copies_once(metadata: Metadata) -> Metadata:
    """Rows that say the very same are one row."""
    every = list(zip(*metadata.columns.values(), strict=True))
    first = list({row: i for i, row in reversed(list(enumerate(every)))}.values())[::-1]
    if len(first) == len(every):
        return metadata
    note = f"{counted(len(every) - len(first), 'row')} of metadata repeat another and count once."
    return replace(
        metadata,
        columns={n: tuple(texts[i] for i in first) for n, texts in metadata.columns.items()},
        lines=tuple(metadata.lines[i] for i in first),
        notes=(*metadata.notes, note),
    )


def _nothing_in_common(table: Table, metadata: Metadata, column: str) -> TableError:
    """No id fits: perhaps because the table was read the wrong way round."""
    where = (
        f"The table has {listed(table.sample_ids, 3)}; the metadata, in {short(column)}, have "
        f"{listed(metadata.columns[column], 3)}."
    )
    turned = max(
        (matching.overlap(table.taxa, texts) for texts in metadata.columns.values()), default=0
    )
    if turned > 1:
        return TableError(
            f"No sample has an id of the metadata, but {turned:,} taxa have: samples seem to be in "
            "the other direction.",
            where=where,
            expected="Expected the samples of the metadata to be read as samples.",
            do="Under “Correct how it was read”, change what the rows hold.",
        )
    return TableError(
        "No id of the metadata is the id of a sample.",
        where=where,
        expected="Expected a column of ids that the table has too.",
        do="Choose the metadata that belong to this table, or write the ids as in the table.",
    )
