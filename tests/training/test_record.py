"""Settings to JSON and back: the same record, and nothing that its class does not allow."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentcore.training.record import from_json, to_json


@dataclass(frozen=True)
class Ema:
    decay: float = 0.9


@dataclass(frozen=True)
class Cosine:
    decay: float = 0.9


@dataclass(frozen=True)
class Levels:
    sides: tuple[int, ...] = (8, 4)


@dataclass(frozen=True)
class Whole:
    size: int = 1
    rate: float = 0.5
    on: bool = False
    name: str = "a"
    mode: Literal["a", "b", 3] = "a"
    quantiser: Ema | Cosine | Levels | None = None
    pair: tuple[int, str] = (1, "b")
    rows: tuple[tuple[float, ...], ...] = ()
    many: Mapping[str, Ema] = field(default_factory=dict)
    some: int | float | None = None
    loose: dict[str, Any] = field(default_factory=dict)
    items: list[int] = field(default_factory=list)


TEXT = st.text(max_size=9)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
QUANTISERS = st.one_of(
    st.none(),
    st.builds(Ema, FLOATS),
    st.builds(Cosine, FLOATS),
    st.builds(Levels, st.lists(st.integers(), max_size=3).map(tuple)),
)
WHOLES = st.builds(
    Whole,
    size=st.integers(),
    rate=FLOATS,
    on=st.booleans(),
    name=TEXT,
    mode=st.sampled_from(["a", "b", 3]),
    quantiser=QUANTISERS,
    pair=st.tuples(st.integers(), TEXT),
    rows=st.lists(st.lists(FLOATS, max_size=3).map(tuple), max_size=3).map(tuple),
    many=st.dictionaries(TEXT, st.builds(Ema, FLOATS), max_size=2),
    some=st.one_of(st.none(), st.integers(), FLOATS),
    loose=st.dictionaries(TEXT, st.one_of(st.none(), TEXT), max_size=2),
    items=st.lists(st.integers(), max_size=3),
)


@given(WHOLES)
def test_there_and_back(whole):
    again = from_json(Whole, json.loads(json.dumps(to_json(whole))))
    assert again == whole
    assert type(again.quantiser) is type(whole.quantiser)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"size": 1.5}, "Whole.size is 1.5; expected int"),
        ({"size": True}, "Whole.size is True"),
        ({"size": None}, "Whole.size is None"),
        ({"rate": "fast"}, "Whole.rate is 'fast'; expected float"),
        ({"rate": float("inf")}, "Whole.rate is inf"),
        ({"rate": 10**400}, "Whole.rate is 1000"),
        ({"rate": False}, "Whole.rate is False"),
        ({"on": 1}, "Whole.on is 1; expected bool"),
        ({"name": 3}, "Whole.name is 3; expected str"),
        ({"mode": "c"}, "Whole.mode is 'c'"),
        ({"mode": ["a"]}, "Whole.mode is"),
        ({"pair": [1]}, "Whole.pair has 1 values; expected 2"),
        ({"pair": ["b", 1]}, "Whole.pair[0] is 'b'"),
        ({"pair": 3}, "Whole.pair is 3"),
        ({"rows": [[1.0], ["x"]]}, "Whole.rows[1][0] is 'x'"),
        ({"many": {"k": 3}}, "Whole.many.k is 3"),
        ({"quantiser": {"is": "Path", "decay": 0.5}}, "expected one of Ema, Cosine, Levels"),
        ({"quantiser": {"is": "Ema"}}, "has the fields []"),
        ({"is": "Ema"}, "of 'Ema'"),
        ({"is": None}, "of None"),
        ({"other": 3}, "'other'"),
    ],
)
def test_what_does_not_fit_is_named(change, words):
    with pytest.raises(ValueError, match=".") as caught:
        from_json(Whole, to_json(Whole()) | change)
    assert words in str(caught.value)


@pytest.mark.parametrize("value", [None, 3, [], "x", {}])
def test_what_is_no_record_is_refused(value):
    with pytest.raises(ValueError, match="Whole"):
        from_json(Whole, value)


@pytest.mark.parametrize("value", [object(), float("nan"), {1: 2}, {"a": b"x"}, Ema])
def test_what_is_not_plain_is_not_written(value):
    with pytest.raises(TypeError, match="plain values"):
        to_json(value)
