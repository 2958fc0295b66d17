"""One what-if: draw data from a truth, fit a mixture, compare it with what could be known.

Everything follows from two records of settings, so the same settings give the same picture.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from latentcore.data.labelled import Labelled
from latentcore.mixture import initial
from latentcore.mixture.component import DegenerateComponent
from latentcore.mixture.examples.generate import Drawn, generate
from latentcore.mixture.fit import Fit, Schedule, fit, fit_best
from latentcore.mixture.heads import Heads
from latentcore.mixture.mixture import Mixture
from latentcore.mixture.solvers import Problem, solve

TEST = 20_000  # test samples: the standard error of an expected accuracy is about 0.002


@dataclass(frozen=True)
class Design:
    """How many training samples are drawn, and how (see `generate`)."""

    samples: int = 400
    stratified: bool = True
    seed: int = 0


@dataclass(frozen=True)
class Fitting:
    """What is fitted and from where.

    `covariance` is None for Dirichlets.  `play` 0 means the best of `starts`, i > 0 start i alone.
    `moves` replaces centres of start number `moved`: pairs of component and coordinates.
    """

    components: int = 2
    covariance: str | None = "diagonal"
    how: str = "k-means++"
    starts: int = 5
    seed: int = 0
    stop: str = "gain"
    limit: int = 200
    labels: bool = True
    play: int = 0
    moves: tuple[tuple[int, tuple[float, ...]], ...] = ()
    moved: int = 1

    @property
    def plan(self) -> initial.Plan:
        """Where EM starts."""
        family = (
            initial.dirichlet() if self.covariance is None else initial.gaussian(self.covariance)
        )
        return initial.Plan(family, self.components, self.how)

    @property
    def schedule(self) -> Schedule:
        """How long EM runs."""
        return Schedule(stop=self.stop, limit=self.limit)


@dataclass(frozen=True)
class Accuracies:
    """Expected shares of samples labelled correctly; `bayes` is that of the truth itself."""

    mixture: float
    bayes: float
    logistic: float


def draw(truth: Mixture, design: Design) -> tuple[Drawn, Labelled]:
    """Training samples, and test samples that do not depend on how many there are of those."""
    train, test = np.random.SeedSequence(design.seed).spawn(2)
    drawn = generate(truth, design.samples, np.random.default_rng(train), design.stratified)
    return drawn, generate(truth, TEST, np.random.default_rng(test)).data


def seen(data: Labelled, fitting: Fitting) -> Labelled:
    """What the fit may see: without labels, a mixture alone is a density."""
    return data if fitting.labels else Labelled(data.x)


def start(data: Labelled, fitting: Fitting, number: int) -> Mixture:
    """Start `number` (from 1), with the moved centres in place."""
    *_, mixture = fitting.plan.starts(data, number, fitting.seed)
    components = mixture.components
    for k, to in fitting.moves:
        if k < len(components):
            components = components.moved(k, np.array(to))
    return Mixture(mixture.log_weight, components, mixture.heads)


def fitted(data: Labelled, fitting: Fitting) -> Fit:
    """The fit that the settings ask for.  Moved centres belong to one start, so one is run."""
    if fitting.play or fitting.moves:
        number = fitting.moved if fitting.moves else fitting.play
        found = fit(start(data, fitting, number), data, fitting.schedule)
        return replace(found, start=number)
    begin = fitting.plan.starts(data, fitting.starts, fitting.seed)
    return fit_best(begin, data, fitting.schedule)


def side_by_side(data: Labelled, fitting: Fitting, n: int = 10) -> Iterator[Fit | str]:
    """Each of n starts run to its end, as it is done; for one that degenerates, the reason."""
    for begin in fitting.plan.starts(data, n, fitting.seed):
        try:
            yield fit(begin, data, fitting.schedule)
        except DegenerateComponent as error:
            yield str(error)


def accuracies(mixture: Mixture, drawn: Drawn, test: Labelled) -> Accuracies | None:
    """Accuracy of the fit beside the best possible and a single logistic regression's.

    Each is the mean, over the same test samples, of the truth's probability p(y | x) for the
    class that is answered: the noise of drawn labels drops out, and nothing can beat Bayes.  A
    head alone, with every weight 1, is that regression (tests hold it to scikit-learn's).
    None where there is nothing to predict: no labels, or a fit that did not see them.
    """
    train = drawn.data
    if mixture.heads is None or train.y is None:
        return None
    line = Heads.zero(1, len(train.classes), train.x)
    line = solve(line, Problem.of(line, train.x, train.y, np.ones((len(train), 1))))
    proba = drawn.truth.predict_proba(test.x)  # N C
    answers = (
        mixture.predict(test.x),
        proba.argmax(1),
        line.prob(test.x)[:, 0].argmax(1),
    )
    return Accuracies(*(float(proba[np.arange(len(test)), a].mean()) for a in answers))
