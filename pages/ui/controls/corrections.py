"""Overrule what the reader of an upload detected: one choice for each thing it decided."""

from collections.abc import Mapping

import streamlit as st

from latentcore.data.tables import Choices, Found
from pages.ui import session

ALWAYS = {
    "rows": ("samples", "taxa"),
    "delimiter": ("commas", "tabs", "semicolons", "spaces"),
    "decimal": ("point", "comma"),
    "header": ("yes", "no"),
}
"""What can be chosen even where nothing could be read."""
WORDS = {
    "rows": "Rows hold",
    "delimiter": "Cells are separated by",
    "decimal": "Decimal sign",
    "header": "The first row is a header",
    "sheet": "Sheet",
    "rank": "Rank to read",
    "level": "Label of mothur",
}


def chosen() -> Choices:
    """What the visitor chose before this run."""
    return Choices(**{field: session.choice(f"{session.READING} {field}") for field in WORDS})


def corrections(
    where: st.delta_generator.DeltaGenerator,
    study: str | None,
    found: Mapping[str, Found],
    *,
    failed: bool = False,
) -> None:
    """Every detection in an upload, to be changed; where reading `failed`, what can be thought of.

    A file that could not be read may have said, before that, which sheets it has.
    """
    if study is not None:
        return
    options = {f: found[f].options for f in WORDS if f in found}
    if failed:
        options = ALWAYS | options
    with where.expander("Correct how it was read", expanded=failed):
        for field, names in options.items():
            detected = found[field].value if field in found else "detect"
            st.selectbox(
                WORDS[field],
                names,
                index=None,
                placeholder=detected[:60],
                format_func=lambda name: name[:60],
                key=session.upload_key(f"{session.READING} {field}"),
            )
