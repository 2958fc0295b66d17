"""What was read, shown so that a person can check it at a glance, and errors as sentences."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from latentcore.data.tables import Table, TableError
from latentcore.figures import table as figures
from pages.ui.text import escape

ROWS, COLUMNS = 8, 8


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


def no_label(choosable: bool) -> None:
    """Nothing to predict yet: what to choose, or what to add to the file."""
    if choosable:
        st.info(
            "No column of text names classes. If a column of numbers is the label, choose it under "
            "“Predict”; otherwise add a column of text that names the class of each sample."
        )
    else:
        st.warning(
            "No column can be predicted: none has two classes with two samples each. "
            "Add a column of text that names the class of each sample."
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
