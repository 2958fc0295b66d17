"""A model as JSON: the same bit for bit, and nothing hostile gets in."""

import json
import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from latentcore.export.model import BYTES, dumps, loads
from latentcore.export.numbers import ModelError
from tests.evaluation.community.made import EVERY, fitted


@pytest.mark.parametrize("which", EVERY)
def test_a_model_comes_back_with_equal_predictions(which):
    found, values, y, _ = fitted(which)
    again = loads(dumps(found).encode())
    for ask in ("predict_proba", "responsibilities", "features"):
        one, other = getattr(found, ask)(values), getattr(again, ask)(values)
        assert np.abs(one - other).max() <= 1e-12
    x = found.features(values)
    one, other = found.mixture.log_likelihood(x, y), again.mixture.log_likelihood(x, y)
    assert np.abs(one - other).max() <= 1e-12
    assert again.settings == found.settings
    assert (again.taxa, again.classes, again.parts) == (found.taxa, found.classes, found.parts)
    assert again.ended == found.ended
    assert again.mixture.log_prior() == pytest.approx(found.mixture.log_prior(), rel=1e-12)
    np.testing.assert_array_equal(again.profiles, found.profiles)
    assert dumps(again) == dumps(found)


def test_versions_are_in_the_file():
    assert json.loads(dumps(fitted("diag")[0]))["versions"]["numpy"] == np.__version__


def changed(which, path, value):
    whole = json.loads(dumps(fitted(which)[0]))
    at = whole
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return json.dumps(whole)


HOSTILE = [
    ("diag", ["format"], "another"),
    ("diag", ["taxa"], ["a"] * 12),
    ("diag", ["taxa"], "abcdefghijkl"),
    ("diag", ["taxa", 0], 7),
    ("diag", ["classes"], ["only"]),
    ("diag", ["classes"], ["a", "b", "c"]),
    ("diag", ["prior"], [0.5]),
    ("diag", ["share", 0], None),
    ("diag", ["settings", "is"], "os.system"),
    ("diag", ["settings", "family"], "pickle"),
    ("diag", ["settings", "family"], "dirichlet"),
    ("diag", ["settings", "covariance"], "full"),
    ("diag", ["settings", "components"], 1),
    ("diag", ["settings", "recipe", "delta"], "0.1"),
    ("diag", ["settings", "surprise"], 1),
    ("diag", ["preparation", "kept"], [0, 1, 2, 3, 4, 5, 6, 7, 8, 12]),
    ("diag", ["preparation", "kept"], [-1, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
    ("diag", ["preparation", "kept"], [1, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
    ("diag", ["preparation", "kept"], [0.5]),
    ("diag", ["preparation", "kept"], []),
    ("diag", ["preparation", "other"], "yes"),
    ("diag", ["preparation", "zeros"], 2),
    ("diag", ["log_weight"], [0.0, 0.0]),
    ("diag", ["log_weight"], []),
    ("diag", ["log_weight"], [-0.1] * 100_000),
    ("diag", ["components", "mean", 0, 0], 1e308),
    ("diag", ["components", "mean", 0, 0], True),
    ("diag", ["components", "mean", 0, 0], "1"),
    ("diag", ["components", "mean", 0, 0], [[[[1]]]]),
    ("diag", ["components", "mean", 0], {"__class__": "os"}),
    ("diag", ["components", "covariance", 0, 0], 0.0),
    ("diag", ["components", "covariance", 0, 0], -1.0),
    ("full", ["components", "covariance", 0, 0, 1], 5.0),
    ("full", ["components", "covariance", 0, 0, 0], -5.0),
    ("tied", ["components", "covariance", 0, 0], 0.0),
    ("dirichlet", ["components", "concentration", 0, 0], 0.0),
    ("dirichlet", ["components", "ridge"], -1.0),
    ("counts", ["components", "depth"], []),
    ("diag", ["heads", "coefficient"], []),
    ("diag", ["heads", "scale", 0], 0.0),
    ("diag", ["heads"], None),
    ("diag", ["ended", "iterations"], 1.5),
    ("diag", ["ended", "converged"], 1),
    ("diag", ["ended", "log_likelihood"], None),
]


@pytest.mark.parametrize(("which", "path", "value"), HOSTILE)
def test_what_is_no_model_is_refused_in_a_sentence(which, path, value):
    with pytest.raises(ModelError) as error:
        loads(changed(which, path, value))
    assert all(len(sentence) < 400 for sentence in error.value.sentences)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"\x80\x04\x95",  # a pickle
        b"[" * 100_000,
        b'{"format": ' + b'{"a":' * 50_000,
        b"\xff\xfe{}",
        b"9" * 5000,
    ],
)
def test_other_files_are_refused(raw):
    with pytest.raises(ModelError):
        loads(raw)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_that_are_none_are_refused(number):
    raw = dumps(fitted("diag")[0])
    share = json.loads(raw)["share"][0]
    with pytest.raises(ModelError):
        loads(raw.replace(repr(share), number))


@pytest.mark.parametrize("samples", [0, -3, 0.5])
def test_a_fit_to_no_samples_is_refused(samples):
    whole = json.loads(dumps(fitted("diag")[0]))
    whole["ended"]["samples"] = samples
    with pytest.raises(ModelError, match="samples is"):
        loads(json.dumps(whole))


def test_a_file_too_long_is_not_parsed():
    with pytest.raises(ModelError, match="at most"):
        loads(b" " * (BYTES + 1))


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inside: (
        st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=5), inside, max_size=3)
    ),  # fmt: skip
    max_leaves=5,
)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_junk_anywhere_is_a_model_or_refused(data):
    whole = json.loads(dumps(fitted(data.draw(st.sampled_from(sorted(EVERY))))[0]))
    at, values = whole, fitted("diag")[1]
    while True:
        step = data.draw(st.sampled_from(sorted(at) if isinstance(at, dict) else range(len(at))))
        deeper = isinstance(at[step], dict | list) and at[step] and data.draw(st.booleans())
        if not deeper:
            break
        at = at[step]
    at[step] = data.draw(JUNK)
    try:
        again = loads(json.dumps(whole))
    except ModelError:
        return
    p = again.predict_proba(values)
    assert np.isfinite(p).all() and np.allclose(p.sum(1), 1)
    assert math.isfinite(again.ended.criteria.bic)
