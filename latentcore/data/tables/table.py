"""The table every reader returns, and the error every reader raises."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal

import numpy as np

from latentcore.arrays import Array, Indices
from latentcore.data.unreadable import Unreadable

Kind = Literal["counts", "proportions"]
MISSING = frozenset({"", "na", "n/a", "nan", "none", "null", "missing", "not applicable"})


class TableError(Unreadable):
    """A file that cannot be read as a table; `found` is what was detected until then."""

    found: "Mapping[str, Found]" = MappingProxyType({})


@dataclass(frozen=True)
class Found:
    """One thing a reader detected or was told, and all it could have been."""

    value: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """Abundances of D taxa in N samples, with whatever text came along.

    values (N, D) are finite and not negative, and every sample holds something.  `metadata` maps
    a column's name to one text per sample, in the file's own spelling.  `notes` are sentences on
    what was detected and what was dropped, and why.  `ranks` maps the ranks that are named
    anywhere, from the highest down, to one name per taxon ("" where it has none).  `found` is
    what was detected under the names of `Choices`, and what it could have been.  `sums` holds the
    total of each sample at every rank (N,), where the file mixed ranks and one was read.
    """

    values: Array
    sample_ids: tuple[str, ...]
    taxa: tuple[str, ...]
    kind: Kind
    metadata: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    ranks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    found: Mapping[str, Found] = field(default_factory=dict)
    sums: Mapping[str, Array] = field(default_factory=dict)

    @property
    def totals(self) -> Array:
        """Sum over the taxa of each sample: (N,)."""
        totals: Array = self.values.sum(axis=1)
        return totals

    @property
    def prevalence(self) -> Array:
        """Share of the samples in which each taxon was seen: (D,)."""
        share: Array = (self.values > 0).mean(axis=0)
        return share

    @property
    def zeros(self) -> float:
        """Share of the cells that are zero."""
        return float((self.values == 0).mean())

    def only(self, rows: Sequence[int]) -> "Table":
        """The samples at the given positions, in that order, with the taxa seen in any of them."""
        at = np.array(rows, dtype=np.int64)
        values = self.values[at]
        seen = np.flatnonzero((values > 0).any(axis=0))
        return replace(
            self,
            values=values[:, seen],
            sample_ids=tuple(self.sample_ids[i] for i in at),
            taxa=tuple(self.taxa[j] for j in seen),
            metadata={n: tuple(texts[i] for i in at) for n, texts in self.metadata.items()},
            ranks={r: tuple(names[j] for j in seen) for r, names in self.ranks.items()},
            sums={rank: sums[at] for rank, sums in self.sums.items()},
        )

    def classes(self, column: str) -> dict[str, int]:
        """Values of a metadata column and how many samples have each; missing ones left out."""
        counted = Counter(v for v in self.metadata[column] if not is_missing(v))
        return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))

    def labels(self, most: int = 12) -> tuple[str, ...]:
        """Metadata columns with 2 to `most` classes, two of them with two members or more."""
        counted = ((name, self.classes(name)) for name in self.metadata)
        return tuple(
            name
            for name, classes in counted
            if 2 <= len(classes) <= most and sum(n >= 2 for n in classes.values()) >= 2
        )

    def merged(self, column: str, classes: Sequence[str]) -> "Table":
        """The table with some classes of a metadata column made one, named after all of them."""
        one = self.name_of(classes)
        texts = tuple(one if text in classes else text for text in self.metadata[column])
        return replace(self, metadata={**self.metadata, column: texts})

    @staticmethod
    def name_of(classes: Sequence[str]) -> str:
        """What classes that were made one are called."""
        return " or ".join(classes)

    def rows_of(self, column: str, classes: tuple[str, ...]) -> tuple[Indices, Indices]:
        """Row numbers (n,) of the samples in the given classes, and each one's class (n,)."""
        number = {name: c for c, name in enumerate(classes)}
        found = [(i, number[v]) for i, v in enumerate(self.metadata[column]) if v in number]
        rows, y = np.array(found, dtype=np.int64).reshape(-1, 2).T
        return rows, y


def is_missing(text: str) -> bool:
    """Whether a cell of metadata says that nothing is known."""
    return text.strip().lower() in MISSING
