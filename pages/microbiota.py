"""Your table: a real microbiota table, and whether mixtures of classifiers predict its label.

choose -> what was read -> join -> ask -> prepare -> fit -> compare -> apply -> take away
"""

from dataclasses import replace

import streamlit as st

from pages.ui import (
    applying,
    asking,
    fitting,
    joining,
    predicting,
    preparing,
    reading,
    session,
    taking,
)
from pages.ui.controls import community
from pages.ui.controls import comparing as cut
from pages.ui.controls import microbiota as controls
from pages.ui.controls import preparing as prepare

st.title("Your table")
st.markdown(
    "Can the composition of a community predict a label, and do mixtures of linear classifiers "
    "do it better than logistic regression or a random forest? Choose a study or hand in a table."
)
place = controls.place()
source = controls.source(place, session.library())
shelf, recipe, penalty = prepare.preparation()
plan, metric = cut.plan(), cut.judged_by("judge", "AUC")
if source is None:
    reading.wanted()
    st.stop()

table = reading.table(place, source)
st.header("What was read")
reading.report(table, source.origin, recipe.prevalence)
samples = joining.section(source, table)

st.header("The question")
recipe = replace(recipe, rank=prepare.rank(shelf, samples.table))
asked = asking.question(place, source, samples, recipe, penalty)

st.header("Prepare")
zeros = preparing.section(asked, plan, bool(source.metadata))

st.header("Fit and look")
chosen = community.chosen(recipe, penalty, plan, asked.table.kind == "counts")
several = fitting.choose(asked, chosen)
fit = fitting.View(asked, chosen)

st.header("Compare")
comparison = predicting.compare(asked, plan, metric)

st.header("Apply to another file")
applying.section(fit.looked and fit.looked.fitted, asked.label)

st.header("Take away")
taking.section(source, samples, fit, comparison)

for view in (zeros, several, fit, comparison):
    view.run()
