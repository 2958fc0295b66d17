"""The input of images of one's own: a file, labels for it if they lie in a second one, a size."""

from dataclasses import dataclass

import streamlit as st

from pages.ui import session

SIDES = (8, 16, 28, 32)
KINDS = ["zip", "npz", "npy", "parquet", "gz", "idx3-ubyte", "idx1-ubyte"]


@dataclass(frozen=True)
class Upload:
    """A file of images; `labels` is the name and the bytes of a second file, if there is one."""

    name: str
    raw: bytes
    side: int
    labels: tuple[str, bytes] | None = None


def upload() -> Upload | None:
    """The file in the field, with what images are resized to."""
    with st.sidebar:
        file = st.file_uploader(
            "Images",
            type=KINDS,
            key=f"{session.FILE}_images",
            help="A zip of pictures (a folder for each label), a NumPy or Parquet file, or IDX "
            "files such as MNIST's.",
        )
        second = st.file_uploader(
            "Labels, if they are in a file of their own", type=KINDS, key=f"{session.FILE}_labels"
        )
        side = st.select_slider(
            "Resized to, pixels", SIDES, 16, key=f"{session.FILE}_side", format_func=str
        )
    if file is None:
        return None
    labels = None if second is None else (second.name, second.getvalue())
    return Upload(file.name, file.getvalue(), int(side), labels)
