import json
from dataclasses import replace

import numpy as np
import pytest

from latentcore.figures import palette, quantiser
from latentcore.figures.quantiser import Touch, pack
from latentcore.mixture.quantising import Rules

X = np.random.default_rng(0).normal(size=(40, 2)) + 1e5
TOUCH = Touch(X, X[:12], np.arange(40)[::-1], Rules("EMA", decay=0.8), steps=9)


def test_the_blob_holds_points_codes_rows_and_rules():
    raw = pack(TOUCH, height=333)
    size = int.from_bytes(raw[4:8], "little")
    header = json.loads(raw[8 : 8 + size])
    kinds = {"f8": "<f8", "i4": "<i4"}
    arrays = {
        name: np.frombuffer(raw[8 + size :], kinds[kind], length, offset)
        for name, kind, length, offset in header["arrays"]
    }
    np.testing.assert_array_equal(arrays["x"].reshape(-1, 2), X)
    np.testing.assert_array_equal(arrays["start"].reshape(-1, 2), X[:12])
    np.testing.assert_array_equal(arrays["picks"], TOUCH.picks)
    assert header["rules_of_steps"]["decay"] == 0.8 and header["rules_of_steps"]["method"] == "EMA"
    assert (header["N"], header["K"], header["steps"], header["height"]) == (40, 12, 9, 333)
    assert header["hues"] == [palette.code(k) for k in range(12)]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"x": X[:, :1]}, "x holds points"),
        ({"start": X[0]}, "start holds codes"),
        ({"x": np.where(X.max() - 1e-9 < X, np.nan, X)}, "finite"),
        ({"picks": np.array([40])}, r"0\.\.39"),
        ({"picks": np.array([], dtype=int)}, "picks"),
    ],
)
def test_what_does_not_fit_is_named(change, says):
    with pytest.raises(ValueError, match=says):
        replace(TOUCH, **change)


def test_the_error_is_that_of_the_nearest_code():
    assert quantiser.error(X, X) == 0
    assert quantiser.error(np.zeros((3, 2)), np.array([[3.0, 4.0], [9, 9]])) == 25
