"""Your table: a real microbiota table, and whether mixtures of classifiers predict its label.

choose -> what was read -> prepare -> compare -> words
"""

from dataclasses import astuple, replace
from functools import partial

import numpy as np
import streamlit as st

from latentcore.data.labelled import Labelled
from latentcore.data.tables import Table, TableError
from latentcore.evaluation.candidates import Setting, candidates
from latentcore.evaluation.crossvalidation import check_folds, cross_validate
from latentcore.evaluation.verdict import sentences
from pages.ui import comparing, reading, session
from pages.ui.controls import comparing as cut
from pages.ui.controls import microbiota as controls
from pages.ui.controls.corrections import corrections
from pages.ui.text import escape

MODELS = (
    "Logistic regression, CLR",
    "Random forest",
    "Logistic regression, CLR, top taxa",
    "Dirichlet mixture",
    "Gaussian mixture",
)


def read(source: controls.Source, label: str | None = None) -> Table:
    """The table of a study, or of an upload with a column of numbers kept as its label."""
    if source.study:
        return session.study(source.study)
    return session.upload(source.name, source.raw, replace(source.choices, label=label))


st.title("Your table")
st.markdown(
    "Can the composition of a community predict a label, and do mixtures of linear classifiers "
    "do it better than logistic regression or a random forest? Choose a study or hand in a table."
)
place = controls.place()
source = controls.source(place, session.library())
recipe, penalty = controls.preparation()
plan, metric = cut.plan(), cut.judged_by("judge", "AUC")
if source is None:
    st.info("Choose a file on the left: a table of taxa and samples, with a label for each sample.")
    st.stop()
public = source.study is not None
try:
    table = read(source)
    label, choosable = controls.label(place, table, public)
    if label is not None and label not in table.metadata:
        table = read(source, label)
    corrections(place, source.study, table.found)
except TableError as trouble:
    corrections(place, source.study, None)
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
    reading.prepared(table, recipe)
    check_folds(y, classes, plan.folds, groups)
except ValueError as trouble:
    st.error(escape(f"{trouble}."))
    st.stop()

st.header("Compare")
st.markdown(
    f"{plan.repeats} × {plan.folds}-fold stratified cross-validation on {len(y)} samples: the same "
    "folds for every model, everything learned inside the fold."
)
origin = (source.study,)
if not public:
    origin = session.FILE, session.digest(source.raw), source.choices
key = (*origin, label, classes, subject, *astuple(recipe), penalty)
ks = tuple(range(1, plan.components + 1))
setting = Setting(recipe, ks, penalty=penalty, starts=plan.starts, seed=plan.seed)
models = candidates(MODELS, setting)
scores = partial(
    cross_validate, {c.name: c.model for c in models}, data, plan.folds, plan.repeats, plan.seed,
    groups,
)  # fmt: skip
say = partial(sentences, samples=len(y), metric=metric)
comparing.View(
    comparing.Comparison(models, lambda done: scores(done=done), plan, len(y), metric, say),
    (*key, plan.folds, plan.starts, plan.seed),
).run()
