"""Pictures on a page: drawn by Plotly, told in words, and saved as SVG by the visitor's browser."""

from collections.abc import Iterable
from typing import Any

import streamlit as st

from latentcore.figures.picture import Picture


def chart(picture: Picture, key: str = "") -> None:
    """One picture; the camera in its corner saves it as SVG, so no server has to draw it."""
    st.markdown(f"**{picture.caption}**")
    st.plotly_chart(
        picture.figure,
        key=f"{picture.name}{key}",
        alt=picture.caption,
        config=saved(picture.name),
    )


def charts(pictures: Iterable[Picture], key: str = "") -> None:
    """Pictures side by side."""
    drawn = list(pictures)
    for column, picture in zip(st.columns(len(drawn)), drawn, strict=True):
        with column:
            chart(picture, key)


def saved(name: str) -> dict[str, Any]:
    """Plotly's settings for a figure whose camera writes SVG."""
    return {"displaylogo": False, "toImageButtonOptions": {"format": "svg", "filename": name}}
