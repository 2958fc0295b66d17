"""What the recipe does to a table, step by step, shown before anything is fitted."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from latentcore.data.preparation.ledger import Step, ledger
from latentcore.evaluation.crossvalidation import check_folds
from latentcore.evaluation.sensitivity import Search, Tried, sentences, tries
from latentcore.figures import table as figures
from latentcore.figures.sensitivity import sensitivity
from pages.ui import session
from pages.ui.asking import Asked
from pages.ui.controls.comparing import Plan, run
from pages.ui.text import escape

SLOT = "zeros"


def section(asked: Asked, plan: Plan, joined: bool) -> "Zeros":
    """The effect of the recipe; ends the page where it, or so many folds, cannot be."""
    try:
        steps = list(ledger(asked.whole, asked.rows, asked.recipe))
        check_folds(asked.y, asked.classes, plan.folds, asked.groups)
    except ValueError as trouble:
        st.error(escape(f"{trouble}.", 600))
        st.stop()
    if joined:
        steps[0] = replace(steps[0], name="As read and joined")
    _table(steps)
    left, right = st.columns([3, 2], gap="large")
    with left:
        _words(asked, steps)
    right.plotly_chart(
        figures.coverage(asked.data.x, asked.recipe.prevalence, asked.recipe.top or 1),
        alt="Mean share of a sample held by the most abundant taxa",
    )
    return Zeros(asked, Search(components=min(plan.components, 4), seed=plan.seed))


def _table(steps: list[Step]) -> None:
    """The ledger: what is left after each step."""
    st.dataframe(
        pd.DataFrame(
            {
                "Step": [step.name for step in steps],
                "Samples": [f"{step.samples:,}" for step in steps],
                "Parts": [f"{step.parts:,}" for step in steps],
                "Held": [f"{step.held:.1%}" for step in steps],
                "Zeros": [f"{step.zeros:.0%}" for step in steps],
                "Note": [step.note for step in steps],
            },
            dtype=str,
        ),
        hide_index=True,
        height="content",
        alt="What is left of the table after each step",
        column_config={
            "Step": st.column_config.TextColumn(width=215),
            **{
                name: st.column_config.TextColumn(width=75)
                for name in ("Samples", "Parts", "Zeros")
            },
            "Held": st.column_config.TextColumn(
                width=75, help="Mean share of a sample in taxa that are parts of their own."
            ),
            "Note": st.column_config.TextColumn(width=300),
        },
    )


def _words(asked: Asked, steps: list[Step]) -> None:
    """What the models see, and that nothing is learned from all samples."""
    recipe = asked.recipe
    dirty = next(step for step in steps if step.name == "Each sample divided by its total")
    delta = "half the smallest share of its sample" if recipe.delta is None else "a fixed share"
    counts = (
        " Dirichlet-multinomial mixtures read the counts as they are, without closure and "
        "replacement."
        if asked.table.kind == "counts"
        else ""
    )
    st.markdown(
        "Logistic regression and the forest see every taxon that passes the filters, the mixtures "
        "the most abundant of them and the rest as one part. "
        f"**{dirty.zeros:.0%} of the mixtures' cells are zero.** A zero has no logarithm, so it is "
        f"replaced by {delta} and the other parts shrink in proportion, which keeps their ratios. "
        f"Dirichlet mixtures read proportions; Gaussian mixtures, diagonal, read {recipe.ratios} "
        f"log-ratios.{counts} The numbers here describe all samples; in a comparison everything "
        "is learned again from the training samples of each fold."
    )


class Zeros:
    """How much hangs on what replaces a zero: fits with other replacements, when asked for."""

    def __init__(self, asked: Asked, search: Search) -> None:
        self.asked, self.search = asked, search
        self.key = (*asked.key, SLOT, search)
        self.known: list[Tried] = session.results(self.key)
        done, of = len(self.known), len(search.places)
        self.running = session.running(SLOT, self.key) and done < of
        button, bar = st.columns(2, vertical_alignment="center")
        with button:
            run(SLOT, done, of, self.running, lambda: session.start(SLOT, self.key))
        self.progress = bar.empty()
        self.progress.caption(
            "The replacement is a choice: see what the likelihood and the number of components of "
            "Dirichlet mixtures owe to it."
        )
        self.place = st.empty()
        self._draw()

    def run(self) -> None:
        """Fit what is missing, if it was asked for, and show the page again."""
        if not self.running:
            return
        for tried in tries(self.asked.data.x, self.asked.recipe, self.search, self.known):
            session.keep(self.key, tried)
            self.known.append(tried)
            done, of = len(self.known), len(self.search.places)
            self.progress.progress(done / of, f"{done} of {of}")
            if tried.components == self.search.components:
                self._draw()
        session.stop(SLOT)
        st.rerun()

    def _draw(self) -> None:
        if not any(tried.criteria for tried in self.known):
            return
        with self.place.container():
            st.plotly_chart(
                sensitivity(self.known),
                alt="Log-likelihood over K, and the chosen K, for each replacement of zeros",
                key=f"zeros-{len(self.known)}",
            )
            st.markdown(escape(" ".join(sentences(self.known)), 2000))
