"""A number field for whole numbers that a link cannot break."""

import streamlit as st


def whole_number(label: str, low: int, high: int, default: int, key: str) -> int:
    """Draw a field for a whole number in low..high, bound to the link under `key`.

    The field holds floats: fed by a link that says inf, Streamlit's own field for whole numbers
    stops the page (OverflowError), while one for floats falls back to its default.
    """
    value = st.number_input(
        label,
        float(low),
        float(high),
        float(default),
        step=1.0,
        format="%.0f",
        key=key,
        bind="query-params",
    )
    return round(value)
