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
    where: st.delta_generator.DeltaGenerator, study: str | None, found: Mapping[str, Found] | None
) -> None:
    """Every detection in an upload, to be changed; `found` is None where reading failed."""
    if study is not None:
        return
    options = ALWAYS if found is None else {f: found[f].options for f in WORDS if f in found}
    with where.expander("Correct how it was read", expanded=found is None):
        for field, names in options.items():
            detected = found[field].value if found else "detect"
            st.selectbox(
                WORDS[field],
                names,
                index=None,
                placeholder=detected[:60],
                format_func=lambda name: name[:60],
                key=session.upload_key(f"{session.READING} {field}"),
            )
