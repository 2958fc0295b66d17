"""A comparison while it runs: fold by fold, the table fills in and the pictures follow."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from latentcore.arrays import Indices
from latentcore.data.labelled import Labelled
from latentcore.evaluation.candidates import Candidate
from latentcore.evaluation.crossvalidation import FoldScore, cross_validate
from latentcore.evaluation.scores import Spread
from latentcore.evaluation.summary import Summary, summarise
from latentcore.figures import benchmark as figures
from pages.ui import session
from pages.ui.controls import microbiota as controls


def watch(
    candidates: Sequence[Candidate],
    data: Labelled,
    plan: controls.Plan,
    key: session.Key,
    groups: Indices | None = None,
) -> tuple[Summary, ...]:
    """Show what is known for these settings, run what is missing when asked to, return it all.

    Raises ValueError before the first fold when these folds cannot hold every class.
    """
    models = {c.name: c.model for c in candidates}
    of = len(models) * plan.folds * plan.repeats
    known = [s for s in session.results(key) if s.model in models and s.repeat < plan.repeats]
    done = {score.place for score in known}
    missing = cross_validate(models, data, plan.folds, plan.repeats, plan.seed, groups, done=done)
    running = session.running(key) and len(known) < of
    button, bar = st.columns([2, 3], vertical_alignment="center")
    with button:
        controls.compare(len(known), of, running, lambda: session.start(key))
    progress = bar.empty()
    progress.caption(f"{len(known):,} of {of:,} fits" if known else f"{of:,} fits to run")
    table = st.container(key="comparison").empty()
    pictures = st.empty()
    summaries = summarise(candidates, known)
    _draw(table, pictures, summaries, plan)
    if not running:
        return summaries
    progress.progress(len(known) / of, "starting")
    for score in missing:
        session.keep(key, score)
        known.append(score)
        summaries = summarise(candidates, known)
        progress.progress(len(known) / of, _where(score, len(known), of))
        _table(table, summaries, plan)
        if score.fold == plan.folds - 1:  # pictures are heavier than rows: once a model
            _draw(table, pictures, summaries, plan)
    session.stop()
    st.rerun()


def _where(score: FoldScore, done: int, of: int) -> str:
    return f"{done} of {of}: {score.model}, fold {score.fold + 1}, repeat {score.repeat + 1}"


def _draw(table, pictures, summaries: Sequence[Summary], plan: controls.Plan) -> None:  # noqa: ANN001
    if not summaries:
        return
    _table(table, summaries, plan)
    done = sum(len(s.scored) + len(s.failures) for s in summaries)
    with pictures.container():
        left, right = st.columns([3, 2])
        left.markdown("**Every fold a dot; mean and standard deviation of each model**")
        left.plotly_chart(
            figures.dots(summaries),
            key=f"dots_{done}",  # the same picture may be drawn twice in a run
            alt="AUC of each model on each fold, with mean and standard deviation",
        )
        if any(s.candidate.components for s in summaries):
            right.markdown("**Does a mixture help?**")
            right.plotly_chart(
                figures.over_components(summaries),
                key=f"over_{done}",
                alt="Mean AUC against the number of components for both mixtures",
            )


def _table(place, summaries: Sequence[Summary], plan: controls.Plan) -> None:  # noqa: ANN001
    rows = [
        {
            "Model": s.candidate.name,
            "Sees": f"top {s.candidate.top} + other" if s.candidate.top else "prevalent taxa",
            "AUC": _spread(s.auc),
            "Balanced accuracy": _spread(s.balanced_accuracy),
            "Log loss": _spread(s.log_loss),
            "Folds": f"{len(s.scored)}/{plan.folds * plan.repeats}"
            + (f", {len(s.failures)}\u00a0failed" if s.failures else ""),
        }
        for s in summaries
    ]
    scored = [s for s in summaries if s.scored]
    if scored:
        rows.append(
            {
                "Model": "Class shares alone",
                "Sees": "no taxa",
                "AUC": "0.500",
                "Balanced accuracy": f"{1 / scored[0].classes:.3f}",
                "Log loss": _spread(scored[0].prior_log_loss),
                "Folds": "",
            }
        )
    if rows:
        place.table(
            pd.DataFrame(rows),
            border="horizontal",
            hide_index=True,
            alt="Scores of every model: mean and standard deviation over the folds",
        )


def _spread(spread: Spread) -> str:
    """Mean and standard deviation, kept on one line."""
    if not spread.n:
        return "–"
    return f"{spread.mean:.3f}" + (f"\u00a0±\u00a0{spread.sd:.3f}" if spread.n > 1 else "")
