"""A table and its metadata put together, so that a person sees which ids meet and which do not."""

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from latentcore.data.tables import Table, TableError, joining
from latentcore.data.tables import metadata as files
from latentcore.data.unreadable import counted
from latentcore.figures import joining as figures
from pages.ui import reading, session
from pages.ui.controls import joining as controls
from pages.ui.controls.microbiota import Source
from pages.ui.text import escape

SHOWN = 2_000


@dataclass(frozen=True)
class Joined:
    """A table with all that is known about its samples, and what stands for it in keys.

    column: of ids in the metadata, where any were joined; near: whether near matches were taken.
    """

    table: Table
    key: session.Key
    column: str | None = None
    near: bool = False


def section(source: Source, table: Table) -> Joined:
    """The metadata in a file of their own, joined; without any the table stays as it is.

    Ends the page where ids cannot be matched, or samples would be lost and nobody agreed.
    """
    if not source.metadata:
        return Joined(table, source.origin)
    st.header("Join")
    key = (*source.origin, session.digest(source.metadata), tuple(table.metadata))
    try:
        found = session.once((*key, controls.column()), lambda: _found(source, table))
        _shown(table, found)
        joining.refuse_ambiguous(table, found)
        near = controls.near(found)
        key = (*key, found.column, near)
        rows = found.rows(near)
        if not _agreed(table, len(rows)):
            st.stop()
        joined = session.once(key, lambda: joining.join(table, found, near=near))
        return Joined(joined, key, found.column, near)
    except TableError as trouble:
        reading.error(trouble)
        st.stop()


def _found(source: Source, table: Table) -> joining.Join:
    """Who belongs to whom.  Raises TableError."""
    metadata = files.read(*source.metadata[0])
    return joining.find(table, metadata, controls.column())


def _agreed(table: Table, kept: int) -> bool:
    """Whether nothing is lost, or the visitor agreed to lose it."""
    lost = len(table.values) - kept
    if not lost:
        st.markdown("Every sample of the table has its row of metadata.")
        return True
    st.warning(
        f"{counted(lost, 'sample')} of {len(table.values):,} in the table "
        f"{'has' if lost == 1 else 'have'} no row of metadata.",
        icon=":material/warning:",
    )
    return kept > 0 and controls.consent(kept, lost)


def _shown(table: Table, found: joining.Join) -> None:
    """The overlap as a picture and in words, and every id in lists."""
    matched = found.matching
    left, right = st.columns([3, 2], vertical_alignment="center")
    left.plotly_chart(
        figures.overlap(len(matched.pairs), len(matched.samples), len(matched.rows)),
        alt="How many ids are in the table, in the metadata, and in both",
    )
    with right:
        controls.choose_column(found)
    st.markdown(_said(found))
    with st.expander(
        "The ids", expanded=bool(matched.samples or matched.near or matched.ambiguous)
    ):
        one, two, three = st.columns(3)
        pairs = list(matched.pairs.items())[:SHOWN]
        _list(one, "In both", {"table": [table.sample_ids[i] for i, _ in pairs],
                               "metadata": [found.ids[row] for _, row in pairs]})  # fmt: skip
        _list(two, "Only in the table",
              {"id": [table.sample_ids[i] for i in matched.samples[:SHOWN]]})  # fmt: skip
        _list(three, "Only in the metadata",
              {"id": [found.ids[row] for row in matched.rows[:SHOWN]]})  # fmt: skip
    if matched.near:
        _list(st.container(), "Near matches, to be looked at", {
            "table": [table.sample_ids[near.sample] for near in matched.near],
            "metadata": [found.ids[near.row] for near in matched.near],
            "alike": [near.why for near in matched.near],
        })  # fmt: skip
    with st.expander("How the metadata were read"):
        st.markdown("\n".join(f"- {escape(note, 400)}" for note in found.metadata.notes))


def _said(found: joining.Join) -> str:
    """How the ids met, in a sentence or two."""
    matched = found.matching
    steps = ", ".join(f"{n:,} {step}" for step, n in matched.steps.items())
    ids = f"**{counted(len(matched.pairs), 'id')}** of “{escape(found.column, 60)}”"
    meets = f"{ids} {'is' if len(matched.pairs) == 1 else 'are'} in the table"
    rest = len(matched.rows)
    unused = f" {counted(rest, 'row')} of metadata have no sample in the table." if rest else ""
    return f"{meets}{f' ({steps})' if steps else ''}.{unused}"


def _list(
    where: st.delta_generator.DeltaGenerator, title: str, columns: dict[str, list[str]]
) -> None:
    """Ids as they stand in the files; a data frame shows them as text."""
    with where:
        st.caption(f"{title}: {len(next(iter(columns.values()))):,}")
        st.dataframe(
            pd.DataFrame({n: [t[:200] for t in texts] for n, texts in columns.items()}, dtype=str),
            hide_index=True,
            height=220,
            alt=title,
        )
