"""Frozen dataclasses to JSON and back: settings that a checkpoint or a database can hold.

Written: numbers, text, booleans, None, tuples as lists, mappings of text, and dataclasses as
objects with their class's name under "is" (so that one of several kinds is found again).
Read: against the class's own annotations, so a file cannot name a class that is not one of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from math import isfinite
from sys import float_info
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

R = TypeVar("R")
Json = Any
KIND = "is"


def to_json(value: object) -> Json:
    """A value that `json.dumps` writes.  Raises TypeError naming the type of what it cannot."""
    if is_dataclass(value) and not isinstance(value, type):
        inside = {f.name: to_json(getattr(value, f.name)) for f in fields(value) if f.init}
        return {KIND: type(value).__name__, **inside}
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return {key: to_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_json(item) for item in value]
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float) and isfinite(value):
        return value
    raise TypeError(f"settings are plain values; {value!r} ({type(value).__name__}) is not")


def from_json(kind: type[R], value: Json) -> R:
    """The dataclass that `to_json` wrote.  Raises ValueError saying which field is wrong."""
    return _dataclass(kind, value, kind.__name__)  # type: ignore[no-any-return]


def _read(kind: Any, value: Json, at: str) -> Any:  # noqa: ANN401 (an annotation, and its value)
    origin = get_origin(kind) or kind
    if is_dataclass(kind):
        return _dataclass(kind, value, at)
    if origin in (Union, UnionType):
        return _either(get_args(kind), value, at)
    if origin in (tuple, list, Sequence) and isinstance(value, list):
        return _sequence(kind, value, at)
    if origin in (dict, Mapping) and isinstance(value, dict):
        inside = (get_args(kind) or (str, Any))[1]
        return {key: _read(inside, item, f"{at}.{key}") for key, item in value.items()}
    if kind is Any or (value in get_args(kind) if origin is Literal else _fits(kind, value)):
        return float(value) if kind is float else value
    raise ValueError(f"{at} is {_said(value)}; expected {getattr(kind, '__name__', kind)}")


def _dataclass(kind: Any, value: Json, at: str) -> Any:  # noqa: ANN401
    if not isinstance(value, dict):
        raise ValueError(f"{at} is {_said(value)}; expected the fields of {kind.__name__}")
    given = {name: item for name, item in value.items() if name != KIND}
    known = {f.name for f in fields(kind) if f.init}
    wrong = sorted(given.keys() ^ known)
    if wrong or value.get(KIND) != kind.__name__:
        raise ValueError(
            f"{at} has the fields {_said(sorted(given))} of {_said(value.get(KIND))}; "
            f"expected {_said(sorted(known))} of {kind.__name__}"
        )
    hints = get_type_hints(kind)
    return kind(**{name: _read(hints[name], item, f"{at}.{name}") for name, item in given.items()})


def _either(kinds: tuple[Any, ...], value: Json, at: str) -> Any:  # noqa: ANN401
    """The kind that the value names, else the first that reads it."""
    names = [getattr(kind, "__name__", str(kind)) for kind in kinds]
    if isinstance(value, dict) and value.get(KIND) in names:
        return _dataclass(kinds[names.index(value[KIND])], value, at)
    for kind in kinds:
        try:
            return _read(kind, value, at)
        except ValueError:
            continue
    raise ValueError(f"{at} is {_said(value)}; expected one of {', '.join(names)}")


def _sequence(kind: Any, value: list[Json], at: str) -> Any:  # noqa: ANN401
    inside = get_args(kind) or (Any, ...)
    if get_origin(kind) is tuple and inside[-1] is not ...:
        if len(inside) != len(value):
            raise ValueError(f"{at} has {len(value)} values; expected {len(inside)}")
        kinds = inside
    else:
        kinds = (inside[0],) * len(value)
    numbered = enumerate(zip(kinds, value, strict=True))
    read = [_read(one, item, f"{at}[{i}]") for i, (one, item) in numbered]
    return read if (get_origin(kind) or kind) is list else tuple(read)


def _fits(kind: Any, value: Json) -> bool:  # noqa: ANN401
    if kind is NoneType or kind is None:
        return value is None
    if isinstance(value, bool) or value is None:
        return kind is bool and value is not None
    if kind is float:
        return isinstance(value, int | float) and -float_info.max <= value <= float_info.max
    return isinstance(kind, type) and kind in (int, str) and isinstance(value, kind)


def _said(value: Json) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:80] + "…"
