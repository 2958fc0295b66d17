"""The inputs that say what is asked of a table: label, classes, subjects, columns to look at."""

import hashlib
from collections.abc import Sequence
from typing import Literal

import numpy as np
import streamlit as st

from latentcore.data.tables import Table
from latentcore.data.tables.naming import is_fact
from latentcore.data.tables.table import is_missing
from pages.ui import session
from pages.ui.controls.microbiota import Source

LINK: Literal["query-params"] = "query-params"
DeltaGenerator = st.delta_generator.DeltaGenerator


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


def classes(
    where: DeltaGenerator, table: Table, column: str, source: Source, merged: Sequence[str] = ()
) -> tuple[str, ...]:
    """The classes to tell apart: the merged one, then the largest, two to begin with.

    Each study and label, and each file, has a widget of its own: one shared by all would carry
    "control" over from one study to the next and lose the other class.
    """
    counted = table.classes(column)
    one = Table.name_of(merged)
    options = sorted((name for name, n in counted.items() if n >= 2), key=lambda n: n != one)
    public = source.study is not None
    key, bind = _own(f"class-{_digest(merged)}" if merged else "class", column, source)
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


def _own(what: str, column: str, source: Source) -> tuple[str, Literal["query-params"] | None]:
    """Key of a widget of this very table and label, and its place in the link if it has one."""
    if source.study is not None:
        return f"{what}-{source.study}-{column}", LINK
    return session.upload_key(f"{what}-{session.digest(source.files)}-{column}"), None


def _digest(names: Sequence[str]) -> str:
    return hashlib.sha256("\0".join(names).encode("utf-8", "surrogatepass")).hexdigest()[:8]


def merged(where: DeltaGenerator, table: Table, column: str, source: Source) -> tuple[str, ...]:
    """Classes that are to be one class; none at first."""
    counted = table.classes(column)
    if len(counted) < 3:
        return ()
    key, bind = _own("merge", column, source)
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
            "Column that names the subject",
            options,
            index=None,
            placeholder="every sample is its own",
            key=session.upload_key("subject"),
            help="Repeated samples of one subject in training and test folds flatter every model.",
        )
