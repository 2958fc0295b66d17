"""Whatever the bytes: a set of images, or an ImageError with a sentence that helps."""

import gzip
from time import perf_counter

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from latentcore.data.images import ImageError, ImageSet, limits, read
from tests.data.images.files import examples, npy, packed, parquet, picture

FILES = sorted(examples().items())
BEGINNINGS = [b"PK\3\4", b"PAR1", b"\x93NUMPY\1\0", b"\0\0\x08\3", b"\x1f\x8b\x08", b"\x89PNG", b""]
EDITS = st.lists(
    st.tuples(
        st.floats(0, 1),  # where
        st.integers(0, 6),  # how many bytes go
        st.binary(max_size=6) | st.sampled_from([b"\xff" * 4, b"\0" * 4, b"PK\1\2", b"PAR1"]),
    ),
    max_size=5,
)


@st.composite
def damaged(draw):
    """A good file with some bytes changed, and perhaps cut or packed once more."""
    raw = draw(st.sampled_from(FILES))[1]
    for place, gone, new in draw(EDITS):
        at = int(place * len(raw))
        raw = raw[:at] + new + raw[at + gone :]
    raw = raw[: int(draw(st.sampled_from([1, 1, 1, 0.9, 0.5])) * len(raw))]
    return gzip.compress(raw, mtime=0) if draw(st.booleans()) and draw(st.booleans()) else raw


MADE_UP = st.tuples(st.sampled_from(BEGINNINGS), st.binary(max_size=300)).map(b"".join)


NAMES = st.text(max_size=9) | st.sampled_from(
    ["x", "y", "image", "label", "train_images", "test_y"]
)
SHAPES = st.lists(st.integers(0, 9) | st.sampled_from([1, 3, 4, 70]), max_size=5).map(tuple)
TYPES = ["?", "u1", "i1", ">u2", "i8", "f2", "<f8", "c8", "U2", "S3", "M8[s]", "u1,f4", "V3"]
ARRAYS = st.builds(
    lambda shape, kind, fill: npy(np.resize(np.frombuffer(fill * 120, np.dtype(kind)), shape)),
    SHAPES.filter(lambda shape: np.prod(shape) < 10_000),
    st.sampled_from(TYPES),
    st.binary(min_size=3, max_size=9),
)
PICTURES = st.builds(
    lambda size, mode, kind: picture(Image.new(mode, size), kind),
    st.tuples(st.integers(1, 40), st.integers(1, 40)),
    st.sampled_from(["1", "L", "RGB"]),
    st.sampled_from(["PNG", "JPEG"]),
)
CONTENTS = ARRAYS | PICTURES | damaged() | st.binary(max_size=9)
ENDINGS = st.sampled_from([".npy", ".png", ".jpg", "", ".gz", "/a.png", "\\b.png"])
MEMBERS = st.tuples(st.sampled_from("am/"), NAMES, ENDINGS).map("".join)
ARCHIVES = st.dictionaries(MEMBERS, CONTENTS, max_size=4).map(packed)


@st.composite
def tables(draw):
    """A Parquet file whose columns hold anything."""
    rows = draw(st.integers(0, 4))
    cells = [
        st.binary(max_size=9) | PICTURES,
        st.integers(-3, 3),
        st.floats(),
        st.text(max_size=5),
        st.booleans(),
        st.fixed_dictionaries({"bytes": st.none() | PICTURES, "path": st.text(max_size=3)}),
        st.fixed_dictionaries({"bytes": st.integers(-9, 9)}),
        st.lists(st.integers(-9, 9), max_size=2),
    ]
    column = st.sampled_from(cells).flatmap(
        lambda cell: st.lists(st.none() | cell, min_size=rows, max_size=rows)
    )
    columns = draw(st.dictionaries(NAMES, column, max_size=3))
    return parquet(columns, draw(st.none() | st.lists(st.text(max_size=3), max_size=3)))


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    monkeypatch.setattr(limits, "LARGEST", 2_000_000)
    monkeypatch.setattr(limits, "MOST_PIXELS", 2_000_000)
    monkeypatch.setattr(limits, "LARGEST_PICTURE", 1_000_000)


@settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    raw=damaged() | MADE_UP | ARRAYS | ARCHIVES | tables(),
    name=st.text(max_size=30),
    side=st.sampled_from([None, 8, 20]),
    labels=st.none() | st.tuples(st.just("l"), damaged() | ARRAYS),
)
def test_any_bytes_are_read_or_refused(raw, name, side, labels):
    begun = perf_counter()
    try:
        found = read(name, raw, side=side, labels=labels)
    except ImageError as error:
        assert error.what
        assert error.expected.startswith("Expected")
        assert error.do
    else:
        assert isinstance(found, ImageSet)
        assert side is None or found.shape[1:] == (side, side)
    assert perf_counter() - begun < 10
