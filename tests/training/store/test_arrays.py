"""Pictures as bytes, and bytes that are no pictures."""

import pickle
import zlib
from contextlib import suppress

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from latentcore.training.store import StoreError, arrays

KINDS = ["?", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8", "c8", ">f8", ">i2"]
NAME = st.text(max_size=8).filter(lambda name: name != "__metadata__")  # safetensors' own
ARRAY = st.sampled_from(KINDS).flatmap(
    lambda kind: hnp.arrays(kind, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4))
)


@settings(max_examples=80, deadline=None)
@given(st.dictionaries(NAME, ARRAY, max_size=4))
def test_arrays_come_back_as_they_were(given):
    found = arrays.unpack(arrays.pack(given))
    assert found.keys() == given.keys()
    for name, array in given.items():
        assert found[name].shape == array.shape
        assert found[name].dtype == array.dtype.newbyteorder("<")
        np.testing.assert_array_equal(found[name], array)


def test_views_of_memory_come_back_in_order():
    base = np.arange(24).reshape(2, 3, 4)
    given = {"turned": base.T, "steps": base[:, ::2], "columns": np.asfortranarray(base[0])}
    found = arrays.unpack(arrays.pack(given))
    for name, array in given.items():
        np.testing.assert_array_equal(found[name], array)


@pytest.mark.parametrize(
    "array",
    [np.array([object()]), np.array(["a"]), np.array([1j]), np.array([1], "M8[s]")],
    ids=["object", "text", "c16", "time"],
)
def test_what_is_not_a_number_is_refused_by_name(array):
    with pytest.raises(TypeError, match="'odd'"):
        arrays.pack({"odd": array})


def test_a_picture_has_a_largest_size(monkeypatch):
    monkeypatch.setattr(arrays, "LARGEST", 800)
    arrays.pack({"a": np.zeros(100)})
    with pytest.raises(ValueError, match="at most 800 bytes, this one 808"):
        arrays.pack({"a": np.zeros(101)})


class Trap:
    """Unpickling this would say so."""

    sprung = False

    def __reduce__(self):
        return setattr, (Trap, "sprung", True)


GOOD = arrays.pack({"a": np.arange(5.0), "b": np.ones((2, 2), bool)})
PLAIN = zlib.decompress(GOOD)
BAD = {
    "nothing": b"",
    "noise": b"\x78\x01" + bytes(range(200)),
    "pickle": pickle.dumps(Trap()),
    "compressed pickle": zlib.compress(pickle.dumps(Trap())),
    "cut": GOOD[:-6],
    "not compressed": PLAIN,
    "header too long": zlib.compress(b"\xff" * 8 + PLAIN[8:]),
    "half of the numbers": zlib.compress(PLAIN[:-10]),
    "no numpy type": zlib.compress(PLAIN.replace(b'"F64"', b'"U9!"')),
    "type of torch": zlib.compress(PLAIN.replace(b'"F64","shape":[5]', b'"BF16","shape":[20]')),
    "shape that lies": zlib.compress(PLAIN.replace(b"[5]", b"[9]")),
}


@pytest.mark.parametrize("raw", BAD.values(), ids=BAD)
def test_bytes_that_are_no_picture_say_so(raw):
    with pytest.raises(StoreError, match="cannot be read"):
        arrays.unpack(raw)
    assert not Trap.sprung


def test_a_small_file_does_not_become_a_large_one(monkeypatch):
    monkeypatch.setattr(arrays, "LARGEST", 1_000_000)
    bomb = zlib.compress(safetensors.numpy.save({"a": np.zeros(10_000_000)}))
    assert len(bomb) < 100_000
    with pytest.raises(StoreError, match="larger than any picture"):
        arrays.unpack(bomb)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=40), st.integers(0, len(PLAIN) - 1))
def test_damage_anywhere_is_read_or_refused(noise, at):
    damaged = zlib.compress(PLAIN[:at] + noise + PLAIN[at + len(noise) :])
    with suppress(StoreError):
        arrays.unpack(damaged)
