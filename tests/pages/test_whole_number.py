"""The field for whole numbers, opened by links good and bad."""

import pytest
from streamlit.testing.v1 import AppTest


def script() -> None:
    import streamlit as st

    from pages.ui.controls.whole_number import whole_number

    st.write(repr(whole_number("Seed", 0, 9999, 3, key="seed")))


@pytest.mark.parametrize(
    ("link", "value"),
    [
        (None, "3"),
        ("0", "0"),
        ("12", "12"),
        ("9999", "9999"),
        ("10000", "3"),
        ("-1", "3"),
        ("inf", "3"),
        ("nan", "3"),
        ("many", "3"),
        ("", "3"),
    ],
)
def test_whole_number_reads_the_link(link, value):
    app = AppTest.from_function(script)
    if link is not None:
        app.query_params["seed"] = link
    app.run()
    assert not app.exception
    assert app.markdown[0].value == value
