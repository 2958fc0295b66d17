"""The record of a sampling, and the bytes the browser gets."""

import json
from dataclasses import replace

import numpy as np
import pytest

from latentcore.figures.palette import code
from latentcore.figures.sampling import Sampling, pack
from tests.figures.drawn import drawn


def unpacked(raw):
    size = int.from_bytes(raw[4:8], "little")
    header, body = json.loads(raw[8 : 8 + size]), raw[8 + size :]
    arrays = {
        name: np.frombuffer(body, f"<{kind}", length, offset)
        for name, kind, length, offset in header["arrays"]
    }
    return header, arrays


def test_the_browser_gets_what_was_drawn():
    made = drawn(n=3, codes=12)
    header, arrays = unpacked(pack(made))
    assert header["grid"] == [4, 4] and header["n"] == 3 and header["picture"] == [1, 8, 8]
    assert header["hues"] == [code(k) for k in range(12)] and header["tops"] == 3
    np.testing.assert_array_equal(arrays["codes"], made.codes.ravel())
    np.testing.assert_array_equal(arrays["seen"], made.seen.ravel())
    np.testing.assert_allclose(arrays["share"], made.share.ravel(), rtol=1e-6)
    np.testing.assert_allclose(arrays["entropy"], made.entropy.ravel(), rtol=1e-6)
    assert len(pack(drawn(n=12))) < 40_000


def test_grey_levels_have_no_hues_and_no_pictures():
    header, arrays = unpacked(pack(drawn(codes=17, grey=True, picture=None)))
    assert header["hues"] == [] and header["picture"] is None and "seen" not in arrays


def test_it_is_read_from_the_arrays_of_a_picture():
    made = drawn(n=2)
    arrays = {f"drawn.{name}": getattr(made, name) for name in
              ("codes", "known", "entropy", "chance", "top", "share", "seen", "after")}  # fmt: skip
    arrays |= {"codes": np.array(16), "grey": np.array(False), "drawn.y": np.array([1, 0])}
    found = Sampling.of(arrays, "drawn", ("disc", "cross"))
    assert found.names == ("cross", "disc") and found.count == 16 and found.draws == 16
    np.testing.assert_array_equal(found.seen, made.seen)
    assert Sampling.of(arrays, "upper") is None


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("known", np.zeros((3, 4), bool), r"known must have shape \(4, 4\)"),
        ("entropy", np.zeros((5, 4, 4)), "entropy must have shape"),
        ("share", np.zeros((6, 4, 4, 2)), "share must have shape"),
        ("count", 3, "less than 3"),
        ("names", ("a",), "1 names for 6 maps"),
        ("after", np.arange(16), "seen must have shape"),
        ("after", np.arange(17) + 1, "from 0 to 16 draws"),
        ("seen", np.zeros((17, 6, 2, 8, 8), np.uint8), "1 or 3 channels, got 2"),
    ],
)
def test_what_does_not_fit_is_named(field, value, words):
    with pytest.raises(ValueError, match=words):
        replace(drawn(), **{field: value})
