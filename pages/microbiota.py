"""Your table: a real microbiota table, and whether mixtures of classifiers predict its label.

choose -> what was read -> prepare -> compare -> words
"""

from dataclasses import astuple

import numpy as np
import streamlit as st

from latentcore.data.labelled import Labelled
from latentcore.data.preparation import Preparation
from latentcore.data.tables import Table, TableError
from latentcore.evaluation.candidates import Recipe, candidates
from latentcore.evaluation.crossvalidation import check_folds
from latentcore.evaluation.summary import sentences
from latentcore.figures import table as figures
from pages.ui import comparing, reading, session
from pages.ui.controls import microbiota as controls
from pages.ui.text import escape


def read(source: controls.Source, label: str | None = None) -> Table:
    """The table of a study, or of an upload with a column of numbers kept as its label."""
    if source.study:
        return session.study(source.study)
    return session.upload(source.name, source.raw, label, source.swap)


def prepare(table: Table, recipe: Recipe) -> None:
    """What the recipe does to all samples; inside the comparison each fold learns its own."""
    recipe_on_all = Preparation(recipe.prevalence, recipe.top, recipe.delta).fit(table.values)
    kept, covered = len(recipe_on_all.kept_), figures.covered_by(table, recipe.prevalence)
    prevalent = len(covered)
    left, right = st.columns(2)
    left.markdown(
        f"**{prevalent:,} of {len(table.taxa):,} taxa** are seen in at least "
        f"{recipe.prevalence:.0%} of the samples; logistic regression and the forest see all of "
        f"these. The mixtures see the **{kept} most abundant**, which hold "
        f"{covered[kept - 1] if kept else 0:.0%} of a sample on average, and what is left as one "
        "part, “other”.\n\n"
        f"**{recipe_on_all.zeros_:.0%} of the mixtures' cells are zero.** A zero has no "
        "logarithm, so it is replaced by "
        + ("half the smallest share of its sample" if recipe.delta is None else "a fixed share")
        + f" (median {recipe_on_all.delta_:.1g}) and the other parts shrink in proportion, which "
        "keeps their ratios. The choice matters: a Dirichlet's likelihood has no finite value at "
        "zero.\n\n"
        "Dirichlet mixtures read proportions; Gaussian mixtures, diagonal, read "
        f"{recipe.ratios} log-ratios. The numbers here describe all samples; in the comparison "
        "everything is learned again from the training samples of each fold."
    )
    right.plotly_chart(
        figures.coverage(table, recipe.prevalence, recipe.top),
        alt="Mean share of a sample held by the most abundant taxa",
    )


st.title("Your table")
st.markdown(
    "Can the composition of a community predict a label, and do mixtures of linear classifiers "
    "do it better than logistic regression or a random forest? Choose a study or hand in a table."
)
place = controls.place()
source = controls.source(place, session.library())
recipe, plan = controls.preparation(), controls.plan()
if source is None:
    st.info("Choose a file on the left: samples in rows, one column a taxon, one the label.")
    st.stop()
public = source.study is not None
try:
    table = read(source)
    label, choosable = controls.label(place, table, public)
    if label is not None and label not in table.metadata:
        table = read(source, label)
except TableError as trouble:
    reading.error(trouble)
    st.stop()

st.header("What was read")
reading.report(table, recipe.prevalence)
if label is None:
    reading.no_label(choosable)
    st.stop()
classes = controls.classes(place, table, label, source)
counted = table.classes(label)
reading.counts(counted, classes, len(table.values) - sum(counted.values()))
subject = controls.subject(place, table, label, public)
if len(classes) < 2:
    st.info("Choose two classes or more to tell apart.")
    st.stop()
rows, y = table.rows_of(label, classes)
data = Labelled(table.values[rows], y, classes=classes)
groups = None
if subject is not None:
    groups = np.unique(np.array(table.metadata[subject])[rows], return_inverse=True)[1]

st.header("Prepare")
try:
    prepare(table, recipe)
    check_folds(y, classes, plan.folds, groups)
except ValueError as trouble:
    st.error(escape(f"{trouble}."))
    st.stop()

st.header("Compare")
st.markdown(
    f"{plan.repeats} × {plan.folds}-fold stratified cross-validation on {len(y)} samples: the same "
    "folds for every model, everything learned inside the fold."
)
origin = (source.study,) if public else (session.FILE, session.digest(source.raw), source.swap)
key = (*origin, label, classes, subject, *astuple(recipe), plan.folds, plan.starts, plan.seed)
models = candidates(recipe, range(1, plan.components + 1), plan.seed, plan.starts)
summaries = comparing.watch(models, data, plan, key, groups)
if summaries:
    st.header("In words")
    st.markdown(
        "\n".join(f"- {escape(sentence, 500)}" for sentence in sentences(summaries, len(y)))
    )
