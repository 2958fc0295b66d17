"""The walk as bytes: small, aligned, and refused with a reason when its arrays do not fit."""

import json
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm

from latentcore.figures.traversal import Traversal, kl_per_axis, pack

RNG = np.random.default_rng(0)
WALK = Traversal(
    RNG.normal(size=(50, 3)), RNG.normal(size=(50, 3)), np.arange(50) % 10, tuple("0123456789"),
    np.zeros((2, 11), np.int32), RNG.normal(size=1001).astype(np.float32), (1, 8, 8),
    "bernoulli", 17,
)  # fmt: skip


def opened(raw):
    size = int.from_bytes(raw[4:8], "little")
    header = json.loads(raw[8 : 8 + size])
    arrays = {}
    for name, kind, length, at in header["arrays"]:
        arrays[name] = np.frombuffer(raw, "<" + kind, length, 8 + size + at)
        assert at % arrays[name].itemsize == 0
    return header, arrays


def test_everything_arrives_and_little_more():
    raw = pack(WALK)
    header, arrays = opened(raw)
    assert (header["n"], header["Z"], header["shape"]) == (50, 3, [1, 8, 8])
    assert len(header["hues"]) == len(header["symbols"]) == 10
    for name in ("mean", "log_variance", "weights", "layers", "y"):
        np.testing.assert_allclose(arrays[name], np.ravel(getattr(WALK, name)), rtol=1e-6)
    assert len(raw) < sum(array.nbytes for array in arrays.values()) + 1200


def test_weights_of_sixteen_bits_stay_so():
    _, arrays = opened(pack(replace(WALK, weights=WALK.weights.astype(np.float16))))
    assert arrays["halves"].itemsize == 2 and "weights" not in arrays
    np.testing.assert_array_equal(arrays["halves"].view("<f2"), WALK.weights.astype(np.float16))


def test_without_labels_there_is_one_hue():
    header, arrays = opened(pack(replace(WALK, y=None, classes=())))
    assert "y" not in arrays and len(header["hues"]) == 1


def test_kl_is_that_of_an_integral():
    grid = np.linspace(-12, 12, 20001)
    for mean, log_variance in [(0.0, 0.0), (1.5, -2.0), (-0.3, 1.0)]:
        q = norm(mean, np.exp(log_variance / 2))
        integrand = q.pdf(grid) * (q.logpdf(grid) - norm.logpdf(grid))
        found = kl_per_axis(np.array([[mean]]), np.array([[log_variance]]))
        assert found[0] == pytest.approx(np.trapezoid(integrand, grid), abs=1e-8)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"mean": np.zeros(4)}, r"mean has shape \(n, Z\), got \(4,\)"),
        ({"log_variance": np.zeros((50, 2))}, "log_variance"),
        ({"y": np.arange(49) % 3}, "one of 10 classes for each of 50"),
        ({"y": np.full(50, 10)}, "one of 10 classes"),
        ({"layers": np.zeros((2, 3), int)}, r"layers has shape \(L, 11\)"),
    ],
)
def test_what_does_not_fit_is_named(change, words):
    with pytest.raises(ValueError, match=words):
        replace(WALK, **change)
