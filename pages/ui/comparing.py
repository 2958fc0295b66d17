"""A comparison while it runs: fold by fold, the table fills in and the pictures follow.

A page shows what is known first and runs what is missing last, so that while it runs nothing on
the page is left over from before.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from latentcore.evaluation.candidates import Candidate
from latentcore.evaluation.crossvalidation import FoldScore, Place
from latentcore.evaluation.curves import LEAST, calibration
from latentcore.evaluation.scores import METRICS, Metric, Spread
from latentcore.evaluation.summary import Summary, behind, ranked, summarise
from latentcore.figures import benchmark as figures
from latentcore.figures.curves import curves
from pages.ui import session
from pages.ui.chart import saved
from pages.ui.controls import comparing as controls
from pages.ui.text import escape

SLOT = "compare"


@dataclass(frozen=True)
class Comparison:
    """What is compared, on how many samples, judged by which score, and how it is told.

    scores: the folds that are not among those given; say: sentences about what is known; noise:
    whether to say how far each model is behind the leader.
    """

    candidates: Sequence[Candidate]
    scores: Callable[[Collection[Place]], Iterator[FoldScore]]
    plan: controls.Plan
    samples: int
    metric: Metric
    say: Callable[[Sequence[Summary]], Sequence[str]]
    noise: bool = True


class View:
    """The places on the page of one comparison, filled with what is known for its settings."""

    def __init__(self, comparison: Comparison, key: session.Key) -> None:
        self.comparison, self.key = comparison, key
        plan, names = comparison.plan, {c.name for c in comparison.candidates}
        self.of = len(names) * plan.folds * plan.repeats
        self.known: list[FoldScore] = [
            s for s in session.results(key) if s.model in names and s.repeat < plan.repeats
        ]
        if session.asked():
            session.start(SLOT, key)
        done = len(self.known)
        self.running = session.running(SLOT, key) and done < self.of
        button, bar = st.columns([2, 3], vertical_alignment="center")
        with button:
            controls.run(SLOT, done, self.of, self.running, lambda: session.start(SLOT, key))
        self.progress = bar.empty()
        self.progress.caption(
            f"{done:,} of {self.of:,} fits" if done else f"{self.of:,} fits to run"
        )
        self.table = st.container(key="comparison").empty()
        self.pictures = st.empty()
        self._draw()

    def run(self) -> None:
        """Run what is missing, if it was asked for, and show the page again."""
        if not self.running:
            return
        self.progress.progress(len(self.known) / self.of, "starting")
        for score in self.comparison.scores({s.place for s in self.known}):
            session.keep(self.key, score)
            self.known.append(score)
            self.progress.progress(
                len(self.known) / self.of, _where(score, len(self.known), self.of)
            )
            self._table()
            if score.fold == self.comparison.plan.folds - 1:  # pictures are heavier than rows
                self._draw()
        session.stop(SLOT)
        st.rerun()

    @property
    def summaries(self) -> tuple[Summary, ...]:
        """What is known, by model."""
        return summarise(self.comparison.candidates, self.known)

    def _draw(self) -> None:
        summaries = self.summaries
        if not summaries:
            return
        self._table()
        with self.pictures.container():
            _pictures(self.comparison, summaries, len(self.known))

    def _table(self) -> None:
        rows = _rows(self.comparison, self.summaries)
        if rows:
            self.table.table(
                pd.DataFrame(rows),
                border="horizontal",
                hide_index=True,
                alt="Scores of every model: mean and standard deviation over the folds",
            )


def _where(score: FoldScore, done: int, of: int) -> str:
    return f"{done} of {of}: {score.model}, fold {score.fold + 1}, repeat {score.repeat + 1}"


def _pictures(comparison: Comparison, summaries: Sequence[Summary], done: int) -> None:
    """`done` makes the keys new: the same picture may be drawn twice in a run."""
    metric = comparison.metric
    gaps = behind(summaries, metric) if comparison.noise else {}
    mixtures = any(s.candidate.series for s in summaries)
    left, right = st.columns([3, 2] if mixtures else [5, 1])
    left.markdown("**Every fold a dot; mean and standard deviation of each model**")
    left.plotly_chart(
        figures.dots(summaries, metric, gaps),
        key=f"dots_{done}",
        config=saved("folds"),
        alt=f"{metric.name} of each model on each fold, with mean and standard deviation",
    )
    if any(gap.clear for gap in gaps.values()):
        left.caption("A hollow mean is behind the leader by more than noise.")
    if mixtures:
        right.markdown("**Does a mixture help?**")
        right.plotly_chart(
            figures.over_components(summaries, metric),
            key=f"over_{done}",
            config=saved("components"),
            alt=f"Mean {metric.name} against the number of components for every mixture",
        )
    if any(s.predicted for s in summaries):
        _curves(comparison, summaries, done)
    said = comparison.say(summaries)
    if said:
        st.header("In words")
        st.markdown("\n".join(f"- {escape(sentence, 600)}" for sentence in said))


def _curves(comparison: Comparison, summaries: Sequence[Summary], done: int) -> None:
    calibrated = comparison.samples >= LEAST
    st.header("ROC and calibration" if calibrated else "ROC")
    st.plotly_chart(
        curves(summaries, comparison.metric, calibrated),
        key=f"curves_{done}",
        config=saved("curves"),
        alt="True against false positive share of each model, averaged over the folds"
        + (", and observed share against predicted probability" if calibrated else ""),
    )
    st.caption(
        "Probabilities are those of samples outside the fit. ROC curves are averages over the "
        "folds; of a mixture the best K is drawn, and the leader has its spread. "
        + (
            "Calibration pools the folds in ten groups of equal size; the leader has 95 % "
            "intervals, and the calibration error is the mean distance to the diagonal. A click in "
            "the legend shows or hides a model."
            if calibrated
            else f"Calibration needs {LEAST} samples; there are {comparison.samples}."
        )
    )


def _rows(comparison: Comparison, summaries: Sequence[Summary]) -> list[dict[str, str]]:
    """One row a model, and one for who knows the class shares alone.

    How many folds have run is told until all have.
    """
    plan, metric = comparison.plan, comparison.metric
    gaps = behind_leader(summaries, metric) if comparison.noise else {}
    sees = any(s.candidate.top for s in summaries)
    whole = all(len(s.scored) == plan.folds * plan.repeats for s in summaries)
    metrics = [metric, *(m for m in METRICS.values() if m is not metric)]
    rows = []
    for s in summaries:
        row = {"Model": s.name.replace("K = ", "K\u00a0=\u00a0")}
        if sees:
            row["Sees"] = f"top\u00a0{s.candidate.top}" if s.candidate.top else "prevalent"
        row |= {_title(m): _spread(s.of(m)) for m in metrics}
        if comparison.samples >= LEAST:
            row["Calibration error"] = f"{calibration(s.predicted).error:.3f}" * bool(s.predicted)
        if comparison.noise:
            row["Behind"] = gaps.get(s.name, "")
        row["Seconds"] = f"{s.seconds.mean:.2f}"
        if not whole:
            row["Folds"] = f"{len(s.scored)}/{plan.folds * plan.repeats}" + (
                f", {len(s.failures)}\u00a0failed" if s.failures else ""
            )
        rows.append(row)
    scored = next((s for s in summaries if s.scored), None)
    if scored is not None:
        alone = dict.fromkeys(rows[0], "") | {"Model": "Class shares alone"}
        if sees:
            alone["Sees"] = "no taxa"
        rows.append(alone | {_title(m): _spread(scored.floor(m), False) for m in metrics})
    return rows


def behind_leader(summaries: Sequence[Summary], metric: Metric) -> dict[str, str]:
    """How far each is behind the leader; nothing while it has not run as many folds."""
    order = ranked(summaries, metric)
    if not order:
        return {}
    folds = {s.name: len(s.folds) for s in order}
    said = {
        name: f"{gap.mean:.3f}, {'clear' if gap.clear else 'noise'}"
        for name, gap in behind(summaries, metric).items()
        if folds[name] == folds[order[0].name]
    }
    return said | {order[0].name: "leads"}


def _title(metric: Metric) -> str:
    return metric.name[0].upper() + metric.name[1:]


def _spread(spread: Spread, deviation: bool = True) -> str:
    """Mean and standard deviation, kept on one line."""
    if not spread.n:
        return "–"
    known = deviation and spread.n > 1
    return f"{spread.mean:.3f}" + (f"\u00a0±\u00a0{spread.sd:.3f}" if known else "")
