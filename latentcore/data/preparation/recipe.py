"""Every choice between a table and a model as one value, which can be shown, kept and repeated.

    table -> one rank -> prevalent and abundant taxa, the most abundant of them, the rest as one
          -> closure -> zero replacement -> proportions, clr or ilr, or the counts as they are

Adding taxa up by rank looks at names alone, so it is done once, to the table.  All that follows
looks at samples and is a step of the model's pipeline, learned inside the fold.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from latentcore.data.preparation.aggregation import aggregate
from latentcore.data.preparation.transformer import Output, Preparation

if TYPE_CHECKING:
    from latentcore.data.tables import Table


@dataclass(frozen=True)
class Recipe:
    """What is done to a table before a model sees it.

    prevalence: least share of samples; top: taxa the mixtures see, the rest being one part (None:
    all that are kept); delta: what replaces a zero (None: half the sample's smallest share);
    ratios: log-ratio coordinates of the Gaussian mixture; rank: the one that taxa are added up by
    (None: as they are); abundance: least mean share of a sample.
    """

    prevalence: float = 0.1
    top: int | None = 50
    delta: float | None = None
    ratios: Literal["clr", "ilr"] = "clr"
    rank: str | None = None
    abundance: float = 0.0

    def table(self, table: Table) -> Table:
        """The table with its taxa added up by rank.  Raises ValueError for a rank it lacks."""
        return table if self.rank is None else aggregate(table, self.rank)

    def transformer(self, output: Output, top: int | None = None) -> Preparation:
        """What learns the rest of the recipe from the training samples."""
        return Preparation(self.prevalence, top, self.delta, output, self.abundance)

    def steps(self, output: Output, top: int | None = None) -> tuple[tuple[str, Preparation]]:
        """The first step of a pipeline."""
        return (("prepare", self.transformer(output, top)),)
