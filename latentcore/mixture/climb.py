"""One EM iteration that does not lower the objective, and the sweep that shows it.

M: weights n_k / N and components in closed form or to convergence, heads by one Newton step.
A Newton step may overshoot; the sweep after it notices, halves it, and at last replaces it by the
step of the curvature bound, which cannot.  So an iteration costs one pass over the data.  Other
solvers of the heads (see `head_steps`) cannot overshoot.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import DTypeLike

from latentcore.data.chunked import Samples
from latentcore.mixture.component import DegenerateComponent
from latentcore.mixture.head_steps import improver
from latentcore.mixture.mixture import Mixture
from latentcore.mixture.sweep import Sums, prepared, sweep


class Climb:
    """The data prepared for sweeps, and the steps that can be taken on them."""

    def __init__(
        self,
        start: Mixture,
        data: Samples,
        dtype: DTypeLike = np.float64,
        solver: str = "newton",
        seed: int = 0,
    ) -> None:
        self._improve = improver(solver, data, seed)
        self._bound = solver == "bound"
        self._chunks = prepared(start, data, dtype)
        # relative: sums over chunks are not exact, and less so in single precision
        self.rounding = 1e-11 if np.dtype(dtype) == np.float64 else 1e-7

    def sums(self, mixture: Mixture) -> Sums:
        """One sweep.  Raises DegenerateComponent where a number outgrows the computer's range."""
        sums = sweep(mixture, self._chunks, self._bound)
        if np.isfinite(sums.log_likelihood) and np.isfinite(sums.components).all():
            return sums
        raise DegenerateComponent(
            "the log-likelihood is no longer a finite number: a component has shrunk, or the data "
            "lie, beyond what the computer can represent. Rescale the features, use a larger ridge "
            "or fewer components"
        )

    def iterate(self, mixture: Mixture, sums: Sums) -> tuple[Mixture, Sums]:
        """One EM iteration from a mixture and its sums to the next ones."""
        if self._improve is not None or mixture.heads is None or sums.heads is None:
            proposal = self.m_step(mixture, sums)
            return proposal, self.sums(proposal)
        base = m_step(mixture, sums, 0.0)
        assert base.heads is not None
        objective = sums.log_likelihood + mixture.log_prior()
        floor = objective - self.rounding * abs(objective)
        for damping in (1.0, 0.5, 0.25):
            proposal = replace(base, heads=base.heads.maximise(sums.heads, damping))
            new = sweep(proposal, self._chunks)
            if new.log_likelihood + proposal.log_prior() >= floor:
                return proposal, new
        bound = sweep(mixture, self._chunks, bound=True)
        assert bound.heads is not None
        proposal = replace(base, heads=base.heads.maximise(bound.heads))
        return proposal, self.sums(proposal)

    def m_step(self, mixture: Mixture, sums: Sums) -> Mixture:
        """The M-step alone; its heads, moved by a full Newton step, may have overshot."""
        if self._improve is None or mixture.heads is None or sums.heads is None:
            return m_step(mixture, sums)
        heads = self._improve(mixture, sums.heads)
        return replace(m_step(mixture, sums, 0.0), heads=heads)


def m_step(mixture: Mixture, sums: Sums, damping: float = 1.0) -> Mixture:
    """Weights and components maximised, heads moved by a damped Newton step (0: not at all)."""
    heads = mixture.heads
    if heads is not None and sums.heads is not None and damping:
        heads = heads.maximise(sums.heads, damping)
    log_weight = np.log(sums.count / sums.count.sum())
    return Mixture(log_weight, mixture.components.maximise(sums.components), heads)
