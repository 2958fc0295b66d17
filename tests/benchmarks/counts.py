"""Dirichlet-multinomial mixtures: `python -m tests.benchmarks.counts`.

First the study of Holmes et al. 2012, if its table lies beside the checkout: for every K the time
of ten starts, the fit and the evidence (the R package takes minutes for one start).  Then a table
with more parts than most.  Last our maximum likelihood against SciPy's optimiser with the exact
gradient, and our EM iteration against a direct one, which evaluates every cell of the table.
"""

from itertools import islice
from pathlib import Path
from time import perf_counter

import numpy as np
from scipy.optimize import minimize
from scipy.special import digamma, gammaln, logsumexp

from latentcore.data.labelled import Labelled
from latentcore.mixture import initial
from latentcore.mixture.climb import Climb
from latentcore.mixture.criteria import criteria
from latentcore.mixture.dirichlet_multinomial import DirichletMultinomials
from latentcore.mixture.em import em
from latentcore.mixture.evidence import laplace
from latentcore.mixture.fit import Schedule, fit_best
from tests.benchmarks.timing import compare, report

TWINS = Path(__file__).resolve().parents[3] / "shared/data/twins/Twins.csv"
FAMILY = initial.dirichlet_multinomial()


def drawn(n: int, p: int, k: int, total: float, depth: tuple[int, int]) -> Labelled:
    """Counts of k groups whose parts differ in abundance by orders of magnitude."""
    rng = np.random.default_rng(n)
    abundance = np.exp(2 * rng.normal(size=p))
    mean = abundance * np.exp(rng.normal(size=(k, p)))
    family = DirichletMultinomials(
        total * mean / mean.sum(1, keepdims=True), depth=np.linspace(*depth, 200)
    )
    return Labelled(family.sample(rng.integers(k, size=n), rng))


def study(data: Labelled) -> None:
    """Time, fit and evidence by number of components."""
    print("twins, ten starts   K  seconds  -log-likelihood  -objective   Laplace       BIC/2")
    for k in range(1, 8):
        begun = perf_counter()
        found = fit_best(initial.Plan(FAMILY, k).starts(data, 10, 0), data, Schedule(keep=False))
        seconds, at = perf_counter() - begun, criteria(found.mixture, data)
        print(
            f"{k:>21}  {seconds:>7.2f}  {-at.log_likelihood:>15.1f}  {-found.objective:>10.1f}  "
            f"{laplace(found.mixture, data):>8.1f}  {at.bic / 2:>10.1f}"
        )


def wide() -> None:
    """Two hundred samples of twenty thousand parts, three starts."""
    data = drawn(200, 20_000, 3, 2000.0, (50_000, 200_000))
    begun = perf_counter()
    found = fit_best(initial.Plan(FAMILY, 3).starts(data, 3, 0), data, Schedule(keep=False))
    seen = len(found.mixture.components.knowing([data.x]).vocabulary)  # type: ignore[attr-defined]
    print(
        f"200 x 20000, K = 3, three starts: {perf_counter() - begun:.1f} s "
        f"({seen} different cells, {(data.x == 0).mean():.0%} zeros)"
    )


def scipy_maximum(x: np.ndarray) -> float:
    """The maximum log-likelihood of one component, up to the coefficients, by L-BFGS."""
    n = x.sum(1)

    def minus(s: np.ndarray) -> tuple[float, np.ndarray]:
        a, total = np.exp(s), np.exp(s).sum()
        value = (gammaln(total) - gammaln(n + total)).sum() + (gammaln(x + a) - gammaln(a)).sum()
        slope = (digamma(x + a) - digamma(a)).sum(0)
        slope -= (digamma(n + total) - digamma(total)).sum()
        return -value, -slope * a

    start = np.log(20 * x.mean(0) / x.mean(0).sum() + 1e-6)
    found = minimize(minus, start, jac=True, method="L-BFGS-B", options={"maxiter": 2000})
    return -float(found.fun)


def direct_iteration(a: np.ndarray, log_weight: np.ndarray, x: np.ndarray) -> np.ndarray:
    """E-step and one step of Minka's fixed point, cell by cell of the whole table."""
    n, total = x.sum(1), a.sum(1)
    joint = np.stack([(gammaln(x + b) - gammaln(b)).sum(1) for b in a], 1)
    joint += log_weight + gammaln(total) - gammaln(n[:, None] + total)
    tau = np.exp(joint - logsumexp(joint, 1)[:, None])
    above = np.stack([t @ (digamma(x + b) - digamma(b)) for t, b in zip(tau.T, a, strict=True)])
    below = (tau * (digamma(n[:, None] + total) - digamma(total))).sum(0)
    return a * above / below[:, None]


def main() -> None:
    """Everything, in about a minute on two cores."""
    if TWINS.is_file():
        study(Labelled(np.loadtxt(TWINS, delimiter=",", dtype=str)[1:, 1:].T))
    wide()
    single = drawn(300, 100, 1, 30.0, (100, 5000))
    flat = initial.dirichlet_multinomial(0.0)
    many = drawn(20_000, 100, 4, 30.0, (100, 5000))
    begun = next(initial.Plan(FAMILY, 4).starts(many, 1, 0))
    settled = list(islice(em(begun, many), 5))[-1].mixture
    climb = Climb(settled, many)
    sums, a = climb.sums(settled), settled.components.coordinates().reshape(4, -1)
    report(
        {
            "maximum likelihood, 300 x 100": compare(
                lambda: fit_best(initial.Plan(flat, 1).starts(single, 1, 0), single),
                lambda: scipy_maximum(single.x),
            ),
            "EM iteration, 20000 x 100, K = 4": compare(
                lambda: climb.iterate(settled, sums),
                lambda: direct_iteration(np.exp(a), settled.log_weight, many.x),
                repeats=3,
            ),
        }
    )


if __name__ == "__main__":
    main()
