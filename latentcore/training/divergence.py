"""When training has gone wrong for good, which term did it, and what to try.

Two signs, read from the numbers that are fetched for the curves anyway:

- the loss, one of its parts or the gradient is no longer a finite number;
- the loss has stayed above its value before the first step, l_1, by more than 10^5 max(1, |l_1|)
  nats for ten steps running.  A model that knows nothing scores l_1; a spike passes, while a
  commitment term that runs away (encoder outputs that grow faster than the codes follow) does not.

The parts tell where to look: the first that is not finite, or the largest.
"""

from collections.abc import Mapping, Sequence
from math import isfinite

Row = Mapping[str, float]
"""What was measured at one step: the total, every part by name, the norm of the gradient."""

TOTAL, GRADIENT = "total", "gradient"

FACTOR = 1e5
PATIENCE = 10  # steps

GENERAL = "Lower the learning rate, warm it up over the first steps, or clip the gradient."
CURES = {
    "commit": "Lower the learning rate, raise the commitment weight, let the codes follow by "
    "moving averages, or compare directions only (cosine).",
    "codebook": "Lower the learning rate, or let the codes follow by moving averages.",
    "kl": "Lower the learning rate, lower beta, or warm the learning rate up.",
    "gradient": "Lower the learning rate, or clip the gradient.",
}


class Diverged(ArithmeticError):
    """Training cannot go on from here: the step, the term, its value, a sentence, what to try.

    `rows` holds what was measured at each step since the last Progress, the offending one last.
    """

    def __init__(self, step: int, term: str, value: float, what: str, rows: Sequence[Row]) -> None:
        super().__init__(step, term, value, what, rows)  # as they came, so that it can be pickled
        self.step, self.term, self.value, self.what, self.rows = step, term, value, what, rows
        cures = (cure for key, cure in CURES.items() if key in term.lower())
        self.do = next(cures, GENERAL) + " Go on from the last checkpoint, or start again."

    def __str__(self) -> str:
        return f"{self.what} {self.do}"


class Watch:
    """Looks at every step's numbers, some steps at a time, and raises Diverged.

    `first` is the loss before the first step of the run, None until it is known.
    """

    def __init__(self, first: float | None) -> None:
        self.first, self.running = first, 0

    def check(self, rows: Sequence[Row], before: int) -> None:
        """Numbers of the steps that follow step number `before`."""
        for i, row in enumerate(rows):
            step, total = before + 1 + i, row[TOTAL]
            if not all(map(isfinite, row.values())):
                raise Diverged(*_not_finite(row, step), rows[: i + 1])
            if self.first is None:
                self.first = total
            limit = self.first + FACTOR * max(1.0, abs(self.first))
            self.running = self.running + 1 if total > limit else 0
            if self.running == PATIENCE:
                raise Diverged(*_exploded(row, step, self.first), rows[: i + 1])


def _not_finite(row: Row, step: int) -> tuple[int, str, float, str]:
    """The first part that is not finite, else the total, else the gradient."""
    order = [*_parts(row), TOTAL, GRADIENT]
    term = next(name for name in order if not isfinite(row[name]))
    said = "the norm of the gradient" if term == GRADIENT else f"the term “{term}”"
    return step, term, row[term], f"Training diverged at step {step}: {said} is {row[term]:g}."


def _exploded(row: Row, step: int, first: float) -> tuple[int, str, float, str]:
    """The largest part, else the total."""
    term = max(_parts(row), key=lambda name: abs(row[name]), default=TOTAL)
    return (
        step,
        term,
        row[term],
        f"Training diverged at step {step}: the term “{term}” has gone to {row[term]:.3g}. The "
        f"total was {first:.3g} before the first step and has been far above it, at "
        f"{row[TOTAL]:.3g} now, for {PATIENCE} steps.",
    )


def _parts(row: Row) -> list[str]:
    return [name for name in row if name not in (TOTAL, GRADIENT)]
