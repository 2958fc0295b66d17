"""What the mixtures cost, beside scikit-learn, `dirichlet` and the notes' own code, in one run.

    python -m tests.benchmarks.mixtures

Prints tables and, as the last line, one JSON object of ratios peer / ours.  Where the peer is
another case of ours (heads against none, Dirichlet against Gaussian, single against double
precision, SQUAREM against EM) the case's name says so.
"""

import tracemalloc
import warnings
from collections.abc import Callable
from itertools import islice

import dirichlet
import numpy as np
from sklearn.mixture import GaussianMixture as Theirs

from latentcore.data.labelled import Labelled
from latentcore.mixture import concentration, initial
from latentcore.mixture.em import em
from latentcore.mixture.examples.generate import generate
from latentcore.mixture.examples.presets import GAUSSIAN
from latentcore.mixture.fit import Schedule, fit
from latentcore.mixture.heads import Heads
from latentcore.mixture.mixture import Mixture
from latentcore.mixture.stopping import last
from tests.benchmarks.timing import Timing, compare, report, seconds

N, D, K = 1_000_000, 10, 10
UNIFORM = np.full(K, -np.log(K))
NOTES_SECONDS = 55.6  # published code of the notes' author: N = 200, D = 2, K = 2, 15 iterations
OURS = {"diagonal": "diag"}  # names that differ from scikit-learn's


def gaussian_data(n: int = N, d: int = D, k: int = K, seed: int = 0) -> np.ndarray:
    """n samples of k Gaussians in d dimensions."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, d)) + 3 * rng.normal(size=(k, d))[rng.integers(k, size=n)]


def start(data: Labelled, family: initial.Family, k: int = K, heads: bool = False) -> Mixture:
    """Wide components at the first k samples; heads know nothing."""
    head = Heads.zero(k, 2, data.x) if heads else None
    return Mixture(np.full(k, -np.log(k)), family(data.x[:k], data), head)


def iteration(mixture: Mixture, data: Labelled, dtype: str = "float64") -> Callable[[], object]:
    """One EM iteration a call; the data are prepared and the start is evaluated already."""
    steps = em(mixture, data, dtype=dtype)
    next(steps)
    return lambda: next(steps)


def their_iteration(x: np.ndarray, covariance: str) -> Callable[[], object]:
    """One E- and M-step of scikit-learn a call, from a fit that has begun."""
    model = Theirs(
        K, covariance_type=covariance, max_iter=1, means_init=x[:K], weights_init=np.full(K, 1 / K),
        init_params="random_from_data", random_state=0,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # one iteration does not converge
        model.fit(x)

    def iterate() -> None:
        _, log_resp = model._e_step(x)
        model._m_step(x, log_resp)

    return iterate


def iterations() -> dict[str, Timing]:
    """N = 1e6, D = 10, K = 10: one EM iteration."""
    rng = np.random.default_rng(0)
    x = gaussian_data()
    data, labelled = Labelled(x), Labelled(x, rng.integers(2, size=N))
    found = {}
    for shape in ("diagonal", "spherical", "tied", "full"):
        family = initial.gaussian(shape)
        ours = iteration(start(data, family), data)
        found[f"iteration {shape}"] = compare(ours, their_iteration(x, OURS.get(shape, shape)))
    diagonal = initial.gaussian("diagonal")
    plain = iteration(start(data, diagonal), data)
    heads = iteration(start(labelled, diagonal, heads=True), labelled)
    found["heads (peer: the same without)"] = compare(heads, plain, 7)
    single = iteration(start(data, diagonal), data, "float32")
    found["single precision (peer: double)"] = compare(single, plain, 7)
    one, two = (next(em(start(data, diagonal), data, dtype=t)) for t in ("float64", "float32"))
    off = abs(two.log_likelihood / one.log_likelihood - 1)
    print(f"log-likelihood in single precision: relative difference {off:.1e}")
    parts = Labelled(np.random.default_rng(1).dirichlet(np.full(D, 3.0), size=N))
    simplex = iteration(start(parts, initial.dirichlet()), parts)
    found["Dirichlet (peer: diagonal Gaussian)"] = compare(simplex, plain, 7)
    return found


def peak(task: str) -> tuple[float, float]:
    """Megabytes above the data, and seconds, of five iterations from nothing."""
    x = gaussian_data()
    data = Labelled(x)
    begun = start(data, initial.gaussian("diagonal"))
    model = Theirs(
        K, covariance_type="diag", max_iter=5, init_params="random_from_data", random_state=0, tol=0
    )
    tracemalloc.start()  # NumPy tells it of every array
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # five iterations do not converge
        work = {"ours": lambda: last(islice(em(begun, data), 6)), "theirs": lambda: model.fit(x)}
        taken = seconds(work[task])
    most = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    return most, taken


def small() -> dict[str, Timing]:
    """Fits that people wait for on a page."""
    x = gaussian_data(300, 2, 3)
    data, plan = Labelled(x), initial.Plan(initial.gaussian("diagonal"), 3)
    theirs = Theirs(3, covariance_type="diag", init_params="k-means++", random_state=0)
    found = {
        "small fit, N = 300, D = 2, K = 3": compare(
            lambda: fit(next(plan.starts(data, 1, 0)), data), lambda: theirs.fit(x), 21
        )
    }
    drawn = generate(GAUSSIAN["figure-1"].truth, 200, np.random.default_rng(0)).data
    notes = initial.Plan(initial.gaussian("diagonal"), 2)
    ours = min(
        seconds(lambda: last(islice(em(next(notes.starts(drawn, 1, 0)), drawn), 16)))
        for _ in range(9)
    )
    found["notes' model, 15 iterations (peer: published time)"] = Timing(
        ours, NOTES_SECONDS, NOTES_SECONDS / ours
    )
    points = np.random.default_rng(0).dirichlet([2.0, 5.0, 1.0, 8.0, 0.7], size=5000)
    theirs_a = dirichlet.mle(points, method="meanprecision", tol=1e-10)
    share = np.full(len(points), 1 / len(points))  # a mean as a sweep takes it: one product
    ours_a = concentration.fit((share @ np.log(points))[None])[0]
    print(f"Dirichlet MLE: largest relative difference {np.abs(ours_a / theirs_a - 1).max():.1e}")
    found["Dirichlet MLE, N = 5000, p = 5"] = compare(
        lambda: concentration.fit((share @ np.log(points))[None]),
        lambda: dirichlet.mle(points, method="meanprecision", tol=1e-10),
        11,
    )
    return found


def overlapping(seed: int, apart: float) -> tuple[Mixture, Labelled]:
    """A start for four components that lie `apart` standard deviations from each other."""
    rng = np.random.default_rng(seed)
    shape = ("spherical", "tied", "diagonal", "full")[seed % 4]
    x = rng.normal(size=(2000, 3)) + apart * rng.normal(size=(4, 3))[rng.integers(4, size=2000)]
    data = Labelled(x)
    return next(initial.Plan(initial.gaussian(shape), 4).starts(data, 1, seed)), data


def acceleration() -> dict[str, Timing]:
    """SQUAREM against plain EM, both to where 1e-7 nats a sample are left."""
    plain, fast = Schedule(tol=1e-7, limit=5000), Schedule(tol=1e-7, limit=5000, accelerate=True)
    found = {}
    for name, apart in (("12 overlapping designs", 1.2), ("12 easy designs", 8.0)):
        designs = [overlapping(seed, apart) for seed in range(12)]
        worse = max(
            (fit(m, d, plain).objective - fit(m, d, fast).objective) / len(d) for m, d in designs
        )
        print(f"SQUAREM, {name}: at most {worse:.1e} nats a sample below plain EM")
        found[f"SQUAREM, {name} (peer: plain EM)"] = compare(
            lambda designs=designs: [fit(m, d, fast) for m, d in designs],
            lambda designs=designs: [fit(m, d, plain) for m, d in designs],
            3,
        )
    return found


def growth() -> None:
    """Seconds an iteration as N, D and K grow one at a time: linear, so the last column is flat."""
    print("\n        N    D    K   ms an iteration   ns a number (N x D x K)")
    sizes = [(n, D, K) for n in (1_000, 10_000, 100_000, N)]
    sizes += [(100_000, d, K) for d in (5, 20, 40)] + [(100_000, D, k) for k in (5, 20, 40)]
    for n, d, k in sizes:
        data = Labelled(gaussian_data(n, d, k))
        work = iteration(start(data, initial.gaussian("diagonal"), k), data)
        work()
        taken = min(seconds(work) for _ in range(7))
        print(f"{n:>9,} {d:>4} {k:>4} {1e3 * taken:>17.2f} {1e9 * taken / (n * d * k):>25.2f}")
    print()


def main() -> None:
    """Everything, then the table and the line of JSON."""
    found = iterations()
    growth()
    (ours_mb, ours_s), (peer_mb, peer_s) = peak("ours"), peak("theirs")
    print(f"peak memory above the data: ours {ours_mb:.0f} MB, scikit-learn {peer_mb:.0f} MB")
    memory = "peak memory above the data, five iterations traced"
    found[memory] = Timing(ours_s, peer_s, peer_s / ours_s)
    report(found | small() | acceleration(), {memory: (ours_mb, peer_mb)})


if __name__ == "__main__":
    main()
