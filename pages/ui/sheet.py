"""Small pictures in rows, drawn sharp at any size.

They travel inside the page: a file of its own would be gone before the browser asks for it, where
pictures change twice a second.
"""

import io
from base64 import b64encode
from collections.abc import Collection
from html import escape

import streamlit as st
from PIL import Image

from latentcore.figures import tiles


def sheet(rows: Collection[tiles.Pictures], alt: str) -> None:
    """Rows of n pictures each, (n, C, H, W) bytes; `alt` says what they show."""
    file = io.BytesIO()
    laid = Image.fromarray(tiles.sheet(rows))
    laid.save(file, "PNG")
    width = laid.width * max(1, round(480 / laid.width))
    st.html(
        f'<img src="data:image/png;base64,{b64encode(file.getvalue()).decode()}" '
        f'alt="{escape(alt)}" style="width: {width}px; max-width: 100%; '
        'image-rendering: pixelated">'
    )
