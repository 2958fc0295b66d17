"""One what-if: draw data from a truth, fit a mixture, compare it with what could be known.

Everything follows from two records of settings, so the same settings give the same picture.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from latentcore.arrays import Indices
from latentcore.data.labelled import Labelled
from latentcore.mixture import initial
from latentcore.mixture.component import DegenerateComponent
from latentcore.mixture.examples.bayes import bayes_accuracy
from latentcore.mixture.examples.generate import Drawn, generate
from latentcore.mixture.fit import Fit, Schedule, fit, fit_best
from latentcore.mixture.heads import Heads
from latentcore.mixture.mixture import Mixture

TEST = 4000  # test samples: the standard error of an accuracy is below 0.008


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
    `moves` replaces centres of the start: pairs of component and coordinates.
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
    """Shares of test samples labelled correctly; `bayes` is that of the truth itself."""

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
        return fit(start(data, fitting, max(fitting.play, 1)), data, fitting.schedule)
    begin = fitting.plan.starts(data, fitting.starts, fitting.seed)
    return fit_best(begin, data, fitting.schedule)


def side_by_side(data: Labelled, fitting: Fitting, n: int = 10) -> Iterator[Fit | str]:
    """Each of n starts run to its end, as it is done; for one that degenerates, the reason."""
    for begin in fitting.plan.starts(data, n, fitting.seed):
        try:
            yield fit(begin, data, fitting.schedule)
        except DegenerateComponent as error:
            yield str(error)


def accuracies(mixture: Mixture, drawn: Drawn, test: Labelled, seed: int) -> Accuracies | None:
    """Test accuracy of the fit beside the best possible and a single logistic regression's.

    A head alone, with every weight 1, is that regression (tests hold it to scikit-learn's);
    importing a library for it would put the first picture off by most of a second.
    None where there is nothing to predict: no labels, or a fit that did not see them.
    """
    if mixture.heads is None or drawn.data.y is None or test.y is None:
        return None
    train = drawn.data
    line = Heads.zero(1, len(train.classes), train.x).fit(
        train.x, drawn.data.y, np.ones((len(train), 1))
    )
    return Accuracies(
        _share(mixture.predict(test.x), test.y),
        bayes_accuracy(drawn.truth, np.random.default_rng(seed), 20_000),
        _share(line.prob(test.x)[:, 0].argmax(1), test.y),
    )


def _share(predicted: Indices, truth: Indices) -> float:
    return float((predicted == truth).mean())
