"""What the recipe does to a table, step by step, shown before anything is fitted."""

import streamlit as st

from latentcore.data.preparation import Preparation, Recipe
from latentcore.data.tables import Table
from latentcore.evaluation.crossvalidation import check_folds
from latentcore.figures import table as figures
from pages.ui.asking import Asked
from pages.ui.text import escape


def section(asked: Asked, folds: int) -> None:
    """The effect of the recipe; ends the page where it, or so many folds, cannot be."""
    try:
        _prepared(asked.table, asked.recipe)
        check_folds(asked.y, asked.classes, folds, asked.groups)
    except ValueError as trouble:
        st.error(escape(f"{trouble}."))
        st.stop()


def _prepared(table: Table, recipe: Recipe) -> None:
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
