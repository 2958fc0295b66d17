"""Whether mixtures of classifiers predict the label better than the usual models do."""

from functools import partial

import streamlit as st

from latentcore.evaluation.candidates import OF_COUNTS, Setting, candidates
from latentcore.evaluation.crossvalidation import cross_validate
from latentcore.evaluation.scores import Metric
from latentcore.evaluation.verdict import sentences
from pages.ui import comparing
from pages.ui.asking import Asked
from pages.ui.controls.comparing import Plan
from pages.ui.text import escape

MODELS = (
    "Logistic regression, CLR",
    "Random forest",
    "Logistic regression, CLR, top taxa",
    "Dirichlet mixture",
    OF_COUNTS,
    "Gaussian mixture",
)


def compare(asked: Asked, plan: Plan, metric: Metric) -> comparing.View:
    """The same folds for every model, with everything learned inside them."""
    whole = (
        ""
        if asked.subject is None
        else (f" All samples of one “{escape(asked.subject, 60)}” are in the same fold.")
    )
    st.markdown(
        f"{plan.repeats} × {plan.folds}-fold stratified cross-validation on {len(asked.y)} "
        f"samples: the same folds for every model, everything learned inside the fold.{whole}"
    )
    ks = tuple(range(1, plan.components + 1))
    setting = Setting(
        asked.recipe, ks, penalty=asked.penalty, starts=plan.starts, seed=plan.seed,
        counts=asked.table.kind == "counts",
    )  # fmt: skip
    models = candidates(MODELS, setting)
    named = {c.name: c.model for c in models}
    scores = partial(
        cross_validate, named, asked.data, plan.folds, plan.repeats, plan.seed, asked.groups
    )
    say = partial(sentences, samples=len(asked.y), metric=metric)
    return comparing.View(
        comparing.Comparison(
            models, lambda done: scores(done=done), plan, len(asked.y), metric, say
        ),
        (*asked.key, plan.folds, plan.starts, plan.seed),
    )
