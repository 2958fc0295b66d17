"""What the recipe does to a table, step by step, shown before anything is fitted."""

import streamlit as st

from latentcore.evaluation.crossvalidation import check_folds
from pages.ui import reading
from pages.ui.asking import Asked
from pages.ui.text import escape


def section(asked: Asked, folds: int) -> None:
    """The effect of the recipe; ends the page where it, or so many folds, cannot be."""
    try:
        reading.prepared(asked.table, asked.recipe)
        check_folds(asked.y, asked.classes, folds, asked.groups)
    except ValueError as trouble:
        st.error(escape(f"{trouble}."))
        st.stop()
