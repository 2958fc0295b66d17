"""When to stop an endless sequence of EM steps, and which reason to give.

EM converges linearly, so a small gain does not mean that little is left to gain.  Aitken's
extrapolation estimates the limit from three values [1]:

    c = (l2 - l1) / (l1 - l0),   l_inf = l1 + (l2 - l1) / (1 - c),   stop when l_inf - l2 < tol

with l the penalised log-likelihood per sample.  The notes' rule looks at the relative change of
Q at fixed responsibilities; it depends on units and is offered for comparison.

[1] D. Bohning et al., The distribution of the likelihood ratio for mixtures, 1994.
"""

from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Protocol

from latentcore.data.chunked import Samples
from latentcore.mixture.em import Step
from latentcore.mixture.mixture import Mixture

LEAST = 10


class Rule(Protocol):
    """Reads the last four steps (fewer at first) and answers why to stop, or None."""

    def reached(self, steps: "deque[Step]") -> str | None:
        """A reason in words, or None to go on."""
        ...


@dataclass(frozen=True)
class Flat:
    """Stop when Aitken's estimate of what is left to gain is below `tol` nats per sample.

    It has to be so twice running: on a plateau, before the climb goes on, once is chance.
    """

    samples: float
    tol: float = 1e-6

    def reached(self, steps: "deque[Step]") -> str | None:
        """See Rule."""
        if len(steps) < 3 or any(step.events for step in steps):
            return None
        value = [step.objective / self.samples for step in steps]
        gain = [b - a for a, b in pairwise(value)]
        if gain[-1] <= 1e-14 * abs(value[-1]):
            return f"the log-likelihood no longer rises (gain {gain[-1]:.1e} nats per sample)"
        left = [_left(first, second) for first, second in pairwise(gain)]
        if len(left) == 2 and max(left) < self.tol:
            return f"{left[-1]:.1e} nats per sample are left to gain, below {self.tol:.0e}"
        return None


@dataclass
class Settled:
    """For cycles of SQUAREM, whose gains are too uneven for Aitken's estimate.

    Stop when the last third of all passes, and at least LEAST of them, brought less than `tol` nats
    per sample together.  While the steps are still those of plain EM, `Flat` decides.
    """

    samples: float
    tol: float = 1e-6
    _number: list[int] = field(default_factory=list)
    _value: list[float] = field(default_factory=list)

    def reached(self, steps: "deque[Step]") -> str | None:
        """See Rule."""
        last = steps[-1]
        value = last.objective / self.samples
        if last.events:
            self._number.clear()
            self._value.clear()
        if not self._number or self._number[-1] < last.number:
            self._number.append(last.number)
            self._value.append(value)
        if last.number - steps[0].number < len(steps):
            return Flat(self.samples, self.tol).reached(steps)
        window = max(LEAST, last.number // 3)
        before = bisect_right(self._number, last.number - window)
        gain = value - self._value[before - 1] if before else self.tol
        if gain >= self.tol:
            return None
        return (
            f"the last {window} passes over the data gained {gain:.1e} nats per sample together, "
            f"below {self.tol:.0e}"
        )


def _left(first: float, second: float) -> float:
    """l_inf - l2 from two successive gains; without limit while they still grow."""
    return second * second / (first - second) if second < first else float("inf")


@dataclass(frozen=True)
class RelativeQ:
    """The notes' rule: |Q(old, new) - Q(old, old)| <= tol |Q(old, old)|, responsibilities fixed."""

    data: Samples = field(repr=False)
    tol: float = 1e-5

    def reached(self, steps: "deque[Step]") -> str | None:
        """See Rule."""
        if len(steps) < 2 or steps[-1].events or len(steps[-2].mixture) != len(steps[-1].mixture):
            return None
        old, new = steps[-2].mixture, steps[-1].mixture
        before, after = (
            expected_complete(old, old, self.data),
            expected_complete(old, new, self.data),
        )
        change, size = abs(after - before), abs(before)
        if change <= self.tol * size:
            return (
                f"Q changed by {change / size if size else 0:.1e} of itself, below {self.tol:.0e}"
            )
        return None


def expected_complete(at: Mixture, of: Mixture, data: Samples) -> float:
    """Q(at, of): the expected complete log-likelihood of `of`, responsibilities under `at`."""
    total = 0.0
    for _, part in data.parts():
        tau = at.responsibilities(part.x, part.y) * part.weights[:, None]
        total += float((tau * of.log_joint(part.x, part.y)).sum())
    return total


def until(steps: Iterable[Step], rule: Rule, limit: int = 500) -> Iterator[Step]:
    """Pass steps on until the rule is reached or `limit` iterations are done."""
    tail: deque[Step] = deque(maxlen=4)
    for step in steps:
        yield step
        tail.append(step)
        if step.number >= limit or rule.reached(tail):
            return


def last(steps: Iterable[Step]) -> Step:
    """The final step of a finite sequence."""
    return deque(steps, maxlen=1)[0]
