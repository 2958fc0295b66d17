"""The inputs of the page "Your table" that say which table: a study, or files.

Settings of an example study are in the link.  Whatever quotes an upload (its columns, its
classes) is not: a link is kept in histories and logs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import streamlit as st

from latentcore.data.studies import StudiesAbsent, Study
from latentcore.data.tables import Choices
from latentcore.data.tables.metadata import apart
from pages.ui import session
from pages.ui.controls.corrections import chosen
from pages.ui.text import escape

SOURCES = ("study", "upload")
FIRST_STUDY = "ZhuF_2020"
LINK: Literal["query-params"] = "query-params"
DeltaGenerator = st.delta_generator.DeltaGenerator


@dataclass(frozen=True)
class Source:
    """Where the table comes from: the name of a study, or uploaded files.

    metadata: what is known about the samples, in a file beside the table.
    """

    study: str | None = None
    files: session.Files = ()
    choices: Choices = Choices()
    metadata: session.Files = ()

    @cached_property
    def origin(self) -> session.Key:
        """What stands for the table in the keys of results."""
        if self.study is not None:
            return (self.study,)
        return session.FILE, session.digest(self.files), self.choices


def place() -> DeltaGenerator:
    """Where the settings of the table go: above the others, although the others come first."""
    return st.sidebar.container()


def source(where: DeltaGenerator, library: Sequence[Study]) -> Source | None:
    """Choose a study or hand in a file; None until there is one."""
    with where:
        st.header("Table")
        names = {"study": "Example study", "upload": "My file"}
        options = SOURCES if library else SOURCES[1:]
        chosen = st.segmented_control(
            "Where from",
            options,
            default=options[0],
            required=True,
            format_func=lambda option: names[option],
            key="from",
            bind=LINK,
            label_visibility="collapsed",
            width="stretch",
        )
        if not library:
            st.caption(str(StudiesAbsent()))
        if chosen == "upload" or not library:
            return _file()
        return study(library)


def study(library: Sequence[Study]) -> Source:
    """Choose a study from a library that holds at least one."""
    studies = [study.name for study in library]
    first = studies.index(FIRST_STUDY) if FIRST_STUDY in studies else 0
    name = st.selectbox("Study", studies, first, key="study", bind=LINK)
    found = library[studies.index(name)]
    st.caption(f"{found.samples:,} samples with metadata, {found.taxa:,} species")
    return Source(study=name)


def _file() -> Source | None:
    """The uploads, and the way to forget them."""
    files = _uploaded(
        "A table of taxa and samples",
        session.TABLE,
        "CSV or TSV, Excel, BIOM, and what QIIME 2, mothur, MetaPhlAn, Kraken, Bracken and "
        "phyloseq write; plain, gzipped or zipped. Several files become one table: one sample a "
        "file, batches, a table and its taxonomy. Text of more than 50 MB goes in gzipped or "
        "zipped, up to 200 MB unpacked.",
    )
    metadata = _uploaded(
        "What is known about the samples",
        session.METADATA,
        "One row for each sample, with its id: CSV, TSV or Excel. Leave it out where the table "
        "itself names the classes.",
    )
    st.caption("Kept in the memory of this session only: not on disk, not in the link.")
    if len(files) > 1:
        files, among = session.once(("apart", session.digest(files)), lambda: apart(files))
        metadata = metadata or among
    if not files and not metadata:
        return None
    st.button("Forget my data", on_click=session.forget, icon=":material/delete:")
    return Source(files=files, choices=chosen(), metadata=metadata) if files else None


def _uploaded(label: str, slot: str, about: str) -> session.Files:
    """The files in a field, or those that were in it before another page was visited."""
    given = st.file_uploader(
        label,
        type=None,
        accept_multiple_files=slot == session.TABLE,
        key=session.upload_key(slot),
        on_change=session.let_go,
        args=(slot,),
        max_upload_size=50,
        help=about,
    )
    if given:
        files = given if isinstance(given, list) else [given]
        session.hold(slot, tuple((file.name, file.getvalue()) for file in files))
    kept = session.held(slot)
    if kept and not given:
        st.caption(f"Still here: {', '.join(escape(name, 60) for name, _ in kept[:4])}")
    return kept
