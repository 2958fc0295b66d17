"""The inputs of the page "Your table".

Settings of an example study are in the link.  Whatever quotes an upload (its columns, its
classes) is not: a link is kept in histories and logs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import streamlit as st

from latentcore.data.preparation import Recipe
from latentcore.data.studies import StudiesAbsent, Study
from latentcore.data.tables import Choices, Table
from latentcore.data.tables.metadata import apart
from latentcore.data.tables.naming import is_fact
from latentcore.data.tables.table import is_missing
from pages.ui import session
from pages.ui.controls.corrections import chosen
from pages.ui.text import escape

SOURCES = ("study", "upload")
FIRST_STUDY = "ZhuF_2020"
DELTAS = {"half the smallest": None, "1e-3": 1e-3, "1e-4": 1e-4, "1e-5": 1e-5, "1e-6": 1e-6}
PENALTIES = (0.01, 0.1, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0)
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
        "file, batches, a table and its taxonomy.",
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


def label(where: DeltaGenerator, table: Table, public: bool) -> tuple[str | None, bool]:
    """The column to predict, and whether there is any to choose.

    For an upload a column of few numbers will do, but none is chosen before the reader does: it
    may be a rare taxon.
    """
    options = sorted(table.labels(), key=lambda n: (n != "study_condition", not is_fact(n)))
    first: int | None = 0
    if not public:
        texts = [name for name in options if not _numeric(table.metadata[name])]
        first = 0 if texts else None
        rest = [name for name in options if name not in texts] + few_valued(table)
        options = texts + sorted(rest, key=lambda name: not is_fact(name))
    if not options:
        return None, False
    key, bind = ("label", LINK) if public else (session.upload_key("label"), None)
    with where:
        chosen = st.selectbox(
            "Predict", options, first, key=key, bind=bind, placeholder="choose a column"
        )
    return chosen, True


def _numeric(cells: Sequence[str]) -> bool:
    """Whether every cell that says something is a number."""
    try:
        return all(is_missing(cell) or np.isfinite(float(cell)) for cell in cells)
    except ValueError:
        return False


def few_valued(table: Table, most: int = 12) -> list[str]:
    """Taxa of two to `most` neighbouring whole values: one may be a label coded by numbers."""
    values = table.values
    whole = (values == np.floor(values)).all(axis=0)
    width = np.ptp(values, axis=0)
    return [table.taxa[j] for j in np.flatnonzero(whole & (width >= 1) & (width < most))]


def classes(where: DeltaGenerator, table: Table, column: str, source: Source) -> tuple[str, ...]:
    """The classes to tell apart, the two largest to begin with.

    Each study and label, and each file, has a widget of its own: one shared by all would carry
    "control" over from one study to the next and lose the other class.
    """
    counted = table.classes(column)
    options = [name for name, n in counted.items() if n >= 2]
    public = source.study is not None
    about = f"{source.study}-{column}" if public else f"{session.digest(source.files)}-{column}"
    key, bind = (f"class-{about}", LINK) if public else (session.upload_key(about), None)
    with where:
        chosen = st.multiselect(
            "Classes",
            options,
            options[:2],
            format_func=lambda name: f"{name[:60]} ({counted[name]})" if not public else name,
            key=key,
            bind=bind,
        )
    return tuple(sorted(chosen, key=options.index))


def merged(where: DeltaGenerator, table: Table, column: str, source: Source) -> tuple[str, ...]:
    """Classes that are to be one class; none at first."""
    counted = table.classes(column)
    public = source.study is not None
    if len(counted) < 3:
        return ()
    about = f"{source.study}-{column}" if public else f"{session.digest(source.files)}-{column}"
    key, bind = (f"merge-{about}", LINK) if public else (session.upload_key(f"merge {about}"), None)
    with where:
        chosen = st.multiselect(
            "Merge into one class",
            list(counted),
            format_func=lambda name: name[:60],
            key=key,
            bind=bind,
            help="Classes too small to be cross-validated can be taken together.",
        )
    return tuple(sorted(chosen, key=list(counted).index)) if len(chosen) > 1 else ()


def covariates(table: Table, column: str, public: bool) -> tuple[str, ...]:
    """Columns to look at beside the classes."""
    options = [name for name in table.metadata if name != column]
    if not options:
        return ()
    return tuple(
        st.multiselect(
            "Look at other columns, class by class",
            options,
            format_func=lambda name: name[:60],
            key=f"look-{column}" if public else session.upload_key("look"),
            max_selections=6,
        )
    )


def subject(where: DeltaGenerator, table: Table, column: str, public: bool) -> str | None:
    """A column that names the subject, for uploads: samples of one subject share a fold."""
    options = [name for name in table.metadata if name != column]
    if public or not options:
        return None
    with where:
        return st.selectbox(
            "Samples of one subject share",
            options,
            index=None,
            placeholder="every sample is its own",
            key=session.upload_key("subject"),
            help="Repeated samples of one subject in training and test folds flatter every model.",
        )


def preparation() -> tuple[Recipe, float]:
    """How taxa are kept and zeros replaced, and the penalty on the mixtures' weights."""
    with st.sidebar:
        st.header("Preparation")
        least = st.slider("Seen in at least, % of samples", 0, 50, 10, key="prev", bind=LINK)
        top = st.slider("Taxa the mixtures see", 5, 150, 50, 5, key="top", bind=LINK)
        zero = st.selectbox("A zero becomes", list(DELTAS), key="zero", bind=LINK)
        ratios = st.selectbox(
            "Log-ratios of the Gaussians", ["clr", "ilr"], key="ratios", bind=LINK
        )
        penalty = st.select_slider(
            "Penalty on the mixtures' weights",
            PENALTIES,
            30.0,
            key="penalty",
            bind=LINK,
            help="Precision of the prior on the standardised weights of every linear classifier. "
            "It is fixed, while logistic regression chooses its own inside each fold.",
        )
    least, top = min(max(least, 0), 50), min(max(top, 5), 150)
    return Recipe(least / 100, top, DELTAS[zero], ratios), float(penalty)
