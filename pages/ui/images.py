"""Images of one's own: read in the session that sent them, shown in a line, kept only if asked."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from latentcore.data.images import ImageError, ImageSet
from latentcore.data.images.imageset import split
from latentcore.runs import dataset
from latentcore.runs.sources import IMAGES, LABELS, Images
from pages.ui import session
from pages.ui.controls import images as own
from pages.ui.controls import training
from pages.ui.mixture import or_stop
from pages.ui.text import escape

READ = "_images_read"


@dataclass(frozen=True)
class Uploaded:
    """The images, how a run speaks of them, and the files that would be stored with it.

    allowed: whether their owner said that they may be.
    """

    images: ImageSet
    source: Images
    files: Mapping[str, bytes]
    allowed: bool


def uploaded() -> Uploaded:
    """Ask for a file and read it; ends the page while there is none, or none that can be read."""
    upload = own.upload()
    if upload is None:
        st.info("Choose a file of images on the left.")
        st.stop()
    files, labels = {IMAGES: upload.raw}, None
    if upload.labels is not None:
        labels, files[LABELS] = upload.labels
    source = Images(upload.name, upload.side, labels)
    try:
        images = _read(source, files)
    except ImageError as trouble:
        st.error(
            "  \n".join(escape(sentence, 600) for sentence in trouble.sentences),
            icon=":material/error:",
        )
        st.stop()
    _report(images, upload.name)
    or_stop(split, images, dataset.HELD_OUT)
    name = escape(upload.name, 60)
    return Uploaded(images, source, files, training.store_upload(name, f"{session.FILE}_store"))


def _read(source: Images, files: Mapping[str, bytes]) -> ImageSet:
    """Read the files, or find them as this session has read them before.  Raises ImageError."""
    key = (source, session.digest(tuple(files.items())))
    known = st.session_state.get(READ)
    if known is None or known[0] != key:
        known = key, dataset.images(source, files.__getitem__)
        st.session_state[READ] = known  # one at a time: they can be large
    images: ImageSet = known[1]
    return images


def _report(images: ImageSet, name: str) -> None:
    channels, height, width = images.shape
    st.markdown(
        f"**{escape(name, 60)}**: {len(images):,} {'grey' if channels == 1 else 'colour'} images "
        f"of {height} × {width} pixels with {images.levels} levels"
        + (f", in {len(images.classes)} classes." if images.classes else ", without labels.")
    )
    if images.notes:
        st.caption(escape(" ".join(images.notes), 800))
