"""Benchmark: mixtures of classifiers beside the models others would use, and the choice of K.

samples -> models -> compare -> words -> how many components
"""

import streamlit as st

from latentcore.evaluation.candidates import candidates
from latentcore.evaluation.crossvalidation import check_folds
from pages.ui import benchmark as show
from pages.ui import choosing, comparing
from pages.ui.controls import benchmark as controls
from pages.ui.controls import choosing as how_many
from pages.ui.controls import comparing as cut
from pages.ui.mixture import or_stop

st.title("Benchmark")
st.markdown(
    "Is a mixture of linear classifiers better than what one would use anyway, and by more than "
    "noise? Press an example, or choose samples and models on the left."
)
controls.examples()
given = show.generated() if controls.data() == controls.GENERATED else show.studied()
names = controls.models()
plan = cut.plan(components=3)
shared = show.setting(given, plan)
models = candidates(names, shared, given.truth)
mode, asked = show.comparison(given, plan, models)

st.header("Compare")
or_stop(check_folds, given.data.y, given.data.classes, plan.folds)
if mode == "leak":
    st.markdown(
        f"{plan.repeats} × {plan.folds}-fold cross-validation on **permuted labels**, permuted "
        "anew in every repeat: there is nothing to learn. Every model reads the 30 taxa that "
        "separate the classes best, chosen inside every fold or, wrongly, once on all samples."
    )
else:
    st.markdown(
        f"{plan.repeats} × {plan.folds}-fold stratified cross-validation on {len(given.data):,} "
        + ("samples, drawn anew in every repeat: " if mode == "anew" else "samples: ")
        + "the same folds for every model, everything learned and tuned inside the fold. Each is "
        f"compared with the leader by {asked.metric.name}, on paired folds."
    )
show.absent(names, shared)
comparison = comparing.View(
    asked, ("benchmark", mode, *given.key, plan.folds, plan.starts, plan.seed)
)

st.header("How many components?")
choosing.explain()
question, key = or_stop(show.question, given)
choice = choosing.View(question, how_many.asked(plan.seed), key)

comparison.run()
choice.run()
