"""A fit and everything that is looked at, computed once."""

from dataclasses import dataclass

import numpy as np

from latentcore.arrays import Array, Indices
from latentcore.data.preparation.composition import closure
from latentcore.data.unreadable import counted
from latentcore.evaluation.community import ordination
from latentcore.evaluation.community.fitting import FittedTable
from latentcore.evaluation.community.ordination import Ordination


@dataclass(frozen=True)
class Looked:
    """A fit to abundances, its responsibilities p(z = k | x) (N, K), and two ordinations.

    Aitchison's sees the parts that the mixture sees; Bray-Curtis sees every taxon of the table.
    """

    fitted: FittedTable
    responsibility: Array
    aitchison: Ordination
    bray_curtis: Ordination

    @property
    def own(self) -> Indices:
        """The most responsible component of each sample: (N,)."""
        own: Indices = self.responsibility.argmax(axis=1)
        return own


def look(fitted: FittedTable, values: Array) -> Looked:
    """Look at a fit to abundances (N, D)."""
    rows = ordination.some(len(values), fitted.settings.seed)
    ratios = fitted.like("clr").transform(values[rows])
    distance = ordination.bray_curtis(closure(values[rows]))
    return Looked(
        fitted,
        fitted.responsibilities(values),
        ordination.principal_components(ratios, rows),
        ordination.principal_coordinates(distance, rows),
    )


def sentences(looked: Looked, y: Indices) -> tuple[str, ...]:
    """How the fit ended, and which classes (N,) the samples of each component have."""
    fitted, n = looked.fitted, len(y)
    ended, judged = fitted.ended, fitted.ended.criteria
    finish = "converged" if ended.converged else "was stopped before it converged"
    said = [
        f"{fitted.settings.name}: EM {finish} after {ended.iterations:,} iterations at "
        f"{judged.log_likelihood / n:.3f} nats per sample with {judged.parameters:,} free "
        f"parameters (BIC / 2N {judged.bic / (2 * n):.3f}, ICL / 2N {judged.icl / (2 * n):.3f})."
    ]
    if judged.parameters > n:
        said.append(
            f"It has more parameters than the {n:,} samples: what it says of single taxa leans on "
            "the priors. Fewer taxa or components would lean less."
        )
    lost = fitted.settings.components - len(fitted.mixture)
    if lost:
        said.append(f"{lost} of the components asked for lost all samples and were dropped.")
    for k in range(len(fitted.mixture)):
        here = y[looked.own == k]
        by_class = np.bincount(here, minlength=len(fitted.classes))
        shares = ", ".join(f"{name} {c}" for name, c in zip(fitted.classes, by_class, strict=True))
        samples = counted(len(here), "sample")
        said.append(f"Component {k + 1} is the most responsible for {samples}: {shares}.")
    return tuple(said)
