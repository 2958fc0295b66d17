"""What was read, shown so that a person can check it at a glance, and errors as sentences."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

from latentcore.data.preparation import Preparation, Recipe
from latentcore.data.tables import Table, TableError
from latentcore.figures import table as figures
from pages.ui import session
from pages.ui.controls import microbiota as controls
from pages.ui.controls.corrections import corrections
from pages.ui.text import escape

ROWS, COLUMNS = 8, 8


def table(where: st.delta_generator.DeltaGenerator, source: controls.Source) -> Table:
    """Read what was chosen and offer corrections; a file that cannot be read ends the page.

    A column of numbers that was chosen as label is text about the samples, and no taxon.
    """
    try:
        found = _read(source)
        label = None if source.study else session.choice("label")
        if label in found.taxa:
            found = _read(source, label)
    except TableError as trouble:
        corrections(where, source.study, None)
        error(trouble)
        st.stop()
    corrections(where, source.study, found.found)
    return found


def _read(source: controls.Source, label: str | None = None) -> Table:
    """The table of a study, or of an upload with a column of numbers kept as its label."""
    if source.study:
        return session.study(source.study)
    return session.upload(source.files, replace(source.choices, label=label))


def error(trouble: TableError) -> None:
    """A table error: what was found first, then where, what was expected, what to do."""
    st.error(
        "  \n".join(escape(sentence, 600) for sentence in trouble.sentences),
        icon=":material/error:",
    )


def report(table: Table, least: float) -> None:
    """Size, kind, zeros and totals as numbers and pictures; notes; the first rows."""
    totals = table.totals
    kinds = {
        "counts": "Counts: whole numbers whose totals vary.",
        "proportions": "Proportions: the totals say nothing about depth.",
    }
    numbers = {
        "Samples": f"{len(table.values):,}",
        "Taxa": f"{len(table.taxa):,}",
        "Zeros": f"{table.zeros:.0%}",
        "Total, median": f"{_median(totals):,.4g}",
        "Totals, range": f"{totals.min():,.4g} – {totals.max():,.4g}",
    }
    for column, (name, value) in zip(st.columns([2, 2, 2, 3, 4]), numbers.items(), strict=True):
        column.metric(name, value)
    st.markdown(kinds[table.kind])
    left, right = st.columns(2)
    left.plotly_chart(figures.totals(table), alt="Histogram of the samples' totals")
    right.plotly_chart(
        figures.prevalence(table, least),
        alt="Number of taxa seen in at least a given share of the samples",
    )
    for note in table.notes:
        if "sample" in note and "left out" in note:  # data lost is said aloud
            st.warning(escape(note, 400), icon=":material/warning:")
    with st.expander("How it was read, and the first rows"):
        st.markdown("\n".join(f"- {escape(note, 400)}" for note in table.notes))
        st.dataframe(_head(table), hide_index=True)


def no_label(choosable: bool, joined: bool) -> None:
    """Nothing to predict yet: what to choose, or what to add to the file."""
    if choosable:
        st.info(
            "No column of text names classes. If a column of numbers is the label, choose it under "
            "“Predict”; otherwise hand in metadata with a column of text that names the class of "
            "each sample."
        )
    else:
        where = "The metadata hold none either: add" if joined else "Hand in metadata with"
        st.warning(
            "No column can be predicted: none has two to twelve classes, two of them with two "
            f"samples each. {where} a column of text that names the class of each sample."
        )


def counts(classes: dict[str, int], chosen: Sequence[str], unlabelled: int) -> None:
    """How many samples each class has, and which take part."""
    said = ", ".join(
        f"**{escape(name, 60)}** {n}" if name in chosen else f"{escape(name, 60)} {n} (left out)"
        for name, n in list(classes.items())[:12]
    )
    rest = f", and {len(classes) - 12} more classes" if len(classes) > 12 else ""
    lost = f"; {unlabelled} samples without a label (empty, NA, nan, …) are left out"
    lost = lost if unlabelled else ""
    st.markdown(f"Classes: {said}{rest}{lost}.")


def prepared(table: Table, recipe: Recipe) -> None:
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


def _median(values) -> float:  # noqa: ANN001
    return float(pd.Series(values).median())


def _head(table: Table) -> pd.DataFrame:
    """Ids, metadata and the most abundant taxa of the first samples, all as text."""
    order = sorted(range(len(table.taxa)), key=lambda j: -table.values[:, j].mean())[:COLUMNS]
    columns = {"sample": table.sample_ids[:ROWS]}
    columns |= {f"{n[:60]} ": v[:ROWS] for n, v in list(table.metadata.items())[:COLUMNS]}
    columns |= {_last(table.taxa[j]): [f"{v:.4g}" for v in table.values[:ROWS, j]] for j in order}
    return pd.DataFrame(columns, dtype=str)


def _last(taxon: str) -> str:
    """The last rank of a lineage: enough to recognise it."""
    parts = [part for part in taxon.replace(";", "|").split("|") if part.strip()]
    return (parts[-1] if parts else taxon)[:60]
