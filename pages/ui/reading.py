"""What was read, shown so that a person can check it at a glance, and errors as sentences."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import streamlit as st

from latentcore.data.tables import Table, TableError, review
from latentcore.data.unreadable import amount, counted
from latentcore.figures import table as figures
from pages.ui import session
from pages.ui.controls import microbiota as controls
from pages.ui.controls.corrections import corrections
from pages.ui.text import escape

ROWS, COLUMNS = 8, 8
MOST = 1_000  # lines about samples
SMALL = 2  # megabytes that are read before a bar would be seen


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
        corrections(where, source.study, trouble.found, failed=True)
        error(trouble)
        st.stop()
    corrections(where, source.study, found.found)
    return found


def _read(source: controls.Source, label: str | None = None) -> Table:
    """The table of a study, or of an upload with a column of numbers kept as its label."""
    if source.study:
        return session.study(source.study)
    megabytes = sum(len(raw) for _, raw in source.files) / 1e6
    bar = st.empty()

    def watch(share: float) -> None:
        if megabytes > SMALL:
            bar.progress(min(share, 1.0), f"Reading {megabytes:.0f} MB: {share:.0%}")

    try:
        return session.upload(source.files, replace(source.choices, label=label), watch)
    finally:
        bar.empty()


def wanted() -> None:
    """What can be handed in, for those who come with a file."""
    st.info("Choose a file on the left: a table of taxa and samples, with a label for each sample.")
    st.markdown(
        "- **Tables** of counts or shares, samples in rows or in columns: CSV, TSV, Excel, BIOM, "
        "QIIME 2 (.qza), mothur (.shared), MetaPhlAn, Kraken and Bracken reports. Several files "
        "at once, if each holds a sample; compressed files too.\n"
        "- **Labels** in the table itself, or in a second file of metadata, found by sample id.\n"
        "- What was found in the file is shown before anything is fitted, and can be corrected."
    )


def error(trouble: TableError) -> None:
    """A table error: what was found first, then where, what was expected, what to do."""
    st.error(
        "  \n".join(escape(sentence, 600) for sentence in trouble.sentences),
        icon=":material/error:",
    )


def report(table: Table, origin: session.Key, least: float) -> None:
    """Numbers, pictures and sentences on what was read, and the samples that stand out."""
    totals = table.totals
    numbers = {
        "Samples": f"{len(table.values):,}",
        "Taxa": f"{len(table.taxa):,}",
        "Zeros": f"{table.zeros:.0%}",
        "Total, median": amount(float(np.median(totals))),
        "Totals, range": f"{amount(totals.min())} – {amount(totals.max())}",
    }
    for column, (name, value) in zip(st.columns([2, 2, 2, 3, 4]), numbers.items(), strict=True):
        column.metric(name, value)
    seen = session.once((*origin, "review"), lambda: review.review(table))
    said = [*review.in_words(table), review.tree_in_words(table, seen.levels)]
    st.markdown(escape(" ".join(filter(None, said)), 3000))
    _pictures(table, least, seen.levels)
    for note in table.notes:
        if "sample" in note and "left out" in note:  # data lost is said aloud
            st.warning(escape(note, 400), icon=":material/warning:")
    _suspicious(table, seen)
    with st.expander("How it was read, and the first rows"):
        st.markdown("\n".join(f"- {escape(note, 400)}" for note in table.notes))
        st.dataframe(_head(table), hide_index=True, alt="The first samples and taxa, as read")


def _pictures(table: Table, least: float, levels: Sequence[review.Level]) -> None:
    """Totals, zeros, prevalence, abundance, and the sums of the tree where there is one."""
    one, two, three, four = *st.columns(2), *st.columns(2)
    one.plotly_chart(figures.totals(table), alt="Histogram of the samples' totals")
    two.plotly_chart(
        figures.richness(table), alt="Histogram of how many taxa were seen in each sample"
    )
    three.plotly_chart(
        figures.prevalence(table, least),
        alt="Number of taxa seen in at least a given share of the samples",
    )
    four.plotly_chart(
        figures.abundance(table), alt="Mean share of each taxon against how often it was seen"
    )
    if len(levels) > 1:
        st.plotly_chart(figures.ranks(levels), alt="Share of a sample with a name at each rank")


def _suspicious(table: Table, seen: review.Review) -> None:
    """The samples that should be looked at, with the reason; or that there are none."""
    if not seen.suspicious:
        st.markdown(
            "No sample stands out: none copies another, none holds a single taxon, and no total is "
            "far from the others."
        )
        return
    samples = len({found.sample for found in seen.suspicious})
    with st.expander(f"{counted(samples, 'sample')} to look at", icon=":material/search:"):
        st.dataframe(
            pd.DataFrame(
                {
                    "sample": [table.sample_ids[s.sample][:80] for s in seen.suspicious[:MOST]],
                    "why": [s.why for s in seen.suspicious[:MOST]],
                },
                dtype=str,
            ),
            hide_index=True,
            alt="Samples that stand out, and why",
        )


def _head(table: Table) -> pd.DataFrame:
    """Ids, metadata and the most abundant taxa of the first samples, all as text."""
    order = sorted(range(len(table.taxa)), key=lambda j: -table.values[:, j].mean())[:COLUMNS]
    columns = {"sample": table.sample_ids[:ROWS]}
    columns |= {f"{n[:60]} ": v[:ROWS] for n, v in list(table.metadata.items())[:COLUMNS]}
    columns |= {_last(table.taxa[j]): [amount(v) for v in table.values[:ROWS, j]] for j in order}
    return pd.DataFrame(columns, dtype=str)


def _last(taxon: str) -> str:
    """The last rank of a lineage: enough to recognise it."""
    parts = [part for part in taxon.replace(";", "|").split("|") if part.strip()]
    return (parts[-1] if parts else taxon)[:60]
