"""Concentrations of a Dirichlet-multinomial (Polya) distribution from tallied counts.

With t_jv the weight of the samples whose part j holds v counts, t_n of those with n in all, and
A = sum_j a_j, the log-likelihood is

    l(a) = sum_jv t_jv log ((a_j, v)) - sum_n t_n log ((A, n)),    ((a, v)) = (a)_v / v!

and the prior adds ridge * sum_j (log a_j - a_j): a Gamma(ridge, ridge) density of a_j, taken
per unit of log a_j.  It holds a part that never occurs away from 0, and a sample that varies no
more than a multinomial's away from infinity.

Newton's method runs in log a.  There the Hessian is minus a diagonal plus z a a^T, so a step
costs O(p) [1].  The diagonal is kept positive by leaving out the gradient's share of it where
that is of the wrong sign (it vanishes at the maximum), and where the rank-one part would make
the direction one of ascent no longer, its eigenvalue changes sign; a step is halved until it
does not go down.  So l plus prior never falls, and the last steps double their digits.

[1] T. Minka, Estimating a Dirichlet distribution, 2000, section 3 and appendix A.
"""

from dataclasses import dataclass

import numpy as np

from latentcore.arrays import Array
from latentcore.mixture.multichoose import log_multichoose, slopes
from latentcore.mixture.vocabulary import Vocabulary

LEAST, MOST = 1e-12, 1e12  # without a ridge: of a part that never occurs; of a multinomial's A
REACH = 2.0  # the longest step in log a


@dataclass(frozen=True)
class Look:
    """Value and derivatives in log a of the penalised log-likelihood at a (p,).

    Its Hessian is -diag(bend - gradient) + coupling a a^T, bend (p,) being positive.
    """

    a: Array
    value: float
    gradient: Array
    bend: Array
    coupling: float

    def newton(self) -> Array:
        """A step in log a that climbs, at most REACH long in any part: (p,)."""
        diagonal = self.bend + np.maximum(0, -self.gradient)
        own, pulled = self.gradient / diagonal, self.a / diagonal
        along = float(self.a @ pulled)
        rest = max(abs(1 - self.coupling * along), 1e-12)  # eigenvalue of the rank-one part
        step = own + pulled * (self.a @ own) / along * (1 / rest - 1)
        longest = float(np.abs(step).max())
        return step * (REACH / longest if longest > REACH else 1.0)

    def log_det(self) -> float:
        """log det of minus the Hessian, NaN where that is not positive definite."""
        diagonal = self.bend - self.gradient
        rest = 1 - self.coupling * (self.a / diagonal) @ self.a
        if not (diagonal > 0).all() or rest <= 0:
            return float("nan")
        return float(np.log(diagonal).sum() + np.log(rest))


def look(a: Array, tally: Array, cells: Vocabulary, ridge: float) -> Look:
    """The penalised log-likelihood of a tally (V,) around concentrations a (p,)."""
    p, every = len(a), np.append(a, a.sum())
    logs = log_multichoose(every, cells.part, cells.value)
    value = np.where(cells.part < p, tally, -tally) @ logs + ridge * (np.log(a) - a).sum()
    first, second = slopes(every, cells.part, cells.value)
    rise = np.bincount(cells.part, tally * first, p + 1)
    curve = np.bincount(cells.part, tally * second, p + 1)
    gradient = a * rise[:p] + ridge - a * (rise[p] + ridge)
    return Look(a, float(value), gradient, ridge - a * a * curve[:p], -float(curve[p]))


def fit(tally: Array, cells: Vocabulary, start: Array, ridge: float, limit: int = 200) -> Array:
    """Concentrations (p,) that maximise l + prior for a tally (V,), from start (p,).

    Without a ridge the maximum may lie at 0 or at infinity; the search then ends at LEAST for a
    part, and at MOST for the sum.
    """
    seen = tally > 0
    if ridge == 0 and not seen.any():
        return start  # samples without a single count: every concentration is as good
    if not seen.all():  # of a component that is far from most samples, most cells are empty
        tally, cells = tally[seen], Vocabulary(cells.cells[seen])
    here = look(_inside(start), tally, cells, ridge)
    for _ in range(limit):
        step = here.newton()
        if here.gradient @ step <= 1e-15 * abs(here.value):  # twice what is left to gain
            return _inside(here.a * np.exp(step))
        there = _higher(here, step, tally, cells, ridge)
        settled = np.abs(np.log(there.a / here.a)).max() <= 1e-10
        here = there
        if settled:
            break
    return here.a


def _higher(here: Look, step: Array, tally: Array, cells: Vocabulary, ridge: float) -> Look:
    """The step in log a taken, halved until it is no lower."""
    for _ in range(40):
        there = look(_inside(here.a * np.exp(step)), tally, cells, ridge)
        if there.value >= here.value - 1e-14 * abs(here.value):
            return there
        step = step / 2
    return here


def _inside(a: Array) -> Array:
    total = float(a.sum())
    inside: Array = np.maximum(a * (MOST / total) if total > MOST else a, LEAST)
    return inside
