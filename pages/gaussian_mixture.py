"""Gaussian mixture: set a truth, watch EM find it, compare.

settings -> data -> model -> steps -> film -> words
"""

from dataclasses import replace

import streamlit as st

from latentcore.evaluation import experiment
from pages.ui import drag, words
from pages.ui import mixture as show
from pages.ui.controls import chosen as example
from pages.ui.controls import fitting as fitted_as
from pages.ui.controls.truth import gaussian_truth
from pages.ui.solver_paths import solver_paths

st.title("Gaussian mixture")
chosen = example.preset("gaussian")
st.markdown(f"**{chosen.preset.title}.** {chosen.preset.lesson}")
design = example.design(chosen)
truth = show.or_stop(gaussian_truth, chosen)
drawn, test = experiment.draw(truth, design)
fitting = fitted_as.fitting(chosen, gaussian=True, labelled=truth.heads is not None)

stage, results, starts = st.container(), st.container(), st.container()
with starts:
    st.header("Ten starts side by side")
    play = fitted_as.play(chosen)
number, moves = drag.moves(chosen, play, fitting.components, 2)
fitting = replace(fitting, play=play, moves=moves, moved=number)
data = experiment.seen(drawn.data, fitting)
fit = show.or_stop(experiment.fitted, data, fitting)

with stage:
    reeled = show.film(fit, drawn, chosen, moves)
with results:
    show.scores(fit, drawn, test)
    st.header("Truth against fit")
    show.truth_and_fit(fit, drawn, reeled)
with starts:
    show.race(data, fitting, fit)
solver_paths(fit, data, chosen)

st.header("How many components?")
choice = show.how_many(data, fitting, truth, fitting.seed)

st.header("The formulas in use")
words.e_step(fitting.labels)
words.gaussian_m_step(fitting.covariance)
words.heads(fitting.labels)

choice.run()
