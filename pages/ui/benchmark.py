"""What the page "Benchmark" compares: samples, models on folds, and the question of K."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from functools import partial
from typing import Any

import streamlit as st

from latentcore.data.labelled import Labelled
from latentcore.data.preparation import Preparation, Recipe
from latentcore.evaluation import experiment, leak, verdict
from latentcore.evaluation.candidates import OF_COUNTS, ROSTER, Candidate, Setting
from latentcore.evaluation.crossvalidation import cross_validate, each_repeat
from latentcore.figures import samples as figures
from latentcore.mixture import initial
from latentcore.mixture.mixture import Mixture
from pages.ui import asking, session
from pages.ui.choosing import Question
from pages.ui.comparing import Comparison
from pages.ui.controls import asking as questions
from pages.ui.controls import benchmark as controls
from pages.ui.controls import choosing as how_many
from pages.ui.controls import chosen as example
from pages.ui.controls import comparing as cut
from pages.ui.controls import microbiota as tables
from pages.ui.controls import preparing as prepare

LOOSE = 0.01  # penalty on the heads of generated samples, which are few features and many samples


@dataclass(frozen=True)
class Samples:
    """What is compared on, how abundances are prepared, and the truth where it is known."""

    key: session.Key
    data: Labelled
    recipe: Recipe | None
    penalty: float
    truth: Mixture | None = None
    design: experiment.Design | None = None


def generated() -> Samples:
    """A design of the notes, or one that teaches by failing."""
    family = controls.family()
    chosen = example.preset(family)
    design, truth = example.design(chosen), chosen.preset.truth
    drawn, _ = experiment.draw(truth, design)
    left, right = st.columns([2, 3], vertical_alignment="center")
    left.markdown(f"**{chosen.preset.title}.** {chosen.preset.lesson}")
    left.caption(
        f"{len(drawn.data):,} samples. Hue: the component a sample was drawn from, which no model "
        "sees. Shape: its label."
    )
    right.plotly_chart(
        figures.samples(drawn), alt="The samples, their components by hue and labels by shape"
    )
    recipe = None if family == "gaussian" else Recipe(0.0, None)
    return Samples((family, chosen.name, design), drawn.data, recipe, LOOSE, truth, design)


def studied() -> Samples:
    """A published microbiota study; ends the page where there is none, or nothing to tell apart."""
    library, place = session.library(), tables.place()
    if not library:
        st.info(str(tables.StudiesAbsent()))
        st.stop()
    with place:
        source = tables.study(library)
    table = session.study(source.study or "")
    label, _ = questions.label(place, table, public=True)
    assert label is not None  # the library lists studies that have one
    classes = questions.classes(place, table, label, source)
    counted = table.classes(label)
    st.markdown(
        f"**{source.study}.** {len(table.values):,} samples, {len(table.taxa):,} taxa, "
        f"{table.zeros:.0%} of the cells zero."
    )
    asking.counts(counted, classes, len(table.values) - sum(counted.values()))
    shelf, recipe, penalty = prepare.preparation()
    recipe = replace(recipe, rank=prepare.rank(shelf, table))
    table = recipe.table(table)
    if len(classes) < 2:
        st.info("Choose two classes or more to tell apart.")
        st.stop()
    rows, y = table.rows_of(label, classes)
    key = (source.study, label, classes, *astuple(recipe), penalty)
    return Samples(key, Labelled(table.values[rows], y, classes=classes), recipe, penalty)


def setting(given: Samples, plan: cut.Plan) -> Setting:
    """What the models share."""
    ks = tuple(range(1, plan.components + 1))
    return Setting(given.recipe, ks, controls.covariances(), given.penalty, plan.starts, plan.seed)


def absent(names: Sequence[str], shared: Setting) -> None:
    """Say which of the models cannot read these samples."""
    left_out = [name for name in names if not ROSTER[name](shared)]
    others = [name for name in left_out if name != OF_COUNTS]
    if others:
        what = "abundances of taxa" if shared.recipe else "compositions"
        st.caption(f"Left out, because they need {what}: {'; '.join(others)}.")
    if OF_COUNTS in left_out:
        st.caption(f"Left out, because it needs counts: {OF_COUNTS}.")


def comparison(
    given: Samples, plan: cut.Plan, models: tuple[Candidate, ...]
) -> tuple[str, Comparison]:
    """The models on the folds asked for: as they are, on samples drawn anew, or with the leak."""
    data, n, cuts = given.data, len(given.data), (plan.folds, plan.repeats, plan.seed)
    metric = cut.judged_by(*(("judge", "accuracy") if given.truth else ("judged", "AUC")))
    pipelines = {c.name: c.model for c in models}
    if given.design is None and controls.leak():
        pairs = leak.leaking(models, leak.best(data))
        shuffled = partial(each_repeat, partial(leak.trial, models, data, plan.seed), *cuts)
        return "leak", Comparison(
            pairs, lambda done: shuffled(done=done), plan, n, metric, leak.sentences, noise=False
        )
    folds, mode = partial(cross_validate, pipelines, data, *cuts), "once"
    if given.design is not None and controls.redraw():
        folds, mode = partial(each_repeat, partial(anew, given, pipelines), *cuts), "anew"
    say = partial(verdict.sentences, samples=n, metric=metric)
    return mode, Comparison(models, lambda done: folds(done=done), plan, n, metric, say)


def question(given: Samples) -> tuple[Question, session.Key]:
    """Which density is fitted for each K, and what distinguishes it from other questions.

    Taxa and zeros are prepared once, on all samples and without their labels: likelihoods can
    only be compared on the same features.
    """
    shape = how_many.density(compositions=given.recipe is not None)
    family, x = initial.dirichlet(), given.data.x
    if shape is not None:
        family = initial.gaussian(shape)
    if given.recipe is not None:
        shared = Setting(given.recipe)
        output = "simplex" if shape is None else shared.ratios(shape)
        x = Preparation(
            given.recipe.prevalence, given.recipe.top, given.recipe.delta, output
        ).fit_transform(x)
    data = Labelled(x, given.data.y, classes=given.data.classes)
    plan = partial(initial.Plan, family, head_ridge=given.penalty)
    truth = None if given.truth is None else len(given.truth)
    return Question(plan, data, truth), ("benchmark", *given.key, given.penalty, shape)


def anew(given: Samples, models: dict[str, Any], repeat: int) -> tuple[dict[str, Any], Labelled]:
    """The same models on a data set of this repeat's own."""
    assert given.design is not None and given.truth is not None
    design = replace(given.design, seed=given.design.seed + 10_000 * repeat)
    return models, experiment.draw(given.truth, design)[0].data
