"""In which settings runs differ, each setting by its path: model.quantizer.beta."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from latentcore.training.record import KIND

ABSENT = "–"


def settings(recipe: Mapping[str, Any]) -> dict[str, str]:
    """Every setting of a recipe in JSON, by its path, as text."""
    return {path.removesuffix(f".{KIND}"): said for path, said in _walk(recipe, "") if path != KIND}


def difference(recipes: Sequence[Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    """The settings in which any two of the recipes differ: path -> one value a recipe."""
    flat = [settings(recipe) for recipe in recipes]
    paths = dict.fromkeys(path for one in flat for path in one)
    rows = {path: tuple(one.get(path, ABSENT) for one in flat) for path in paths}
    return {path: row for path, row in rows.items() if len(set(row)) > 1}


def _walk(value: Any, at: str) -> Iterator[tuple[str, str]]:  # noqa: ANN401 (JSON)
    if isinstance(value, Mapping):
        for key, inside in value.items():
            yield from _walk(inside, f"{at}.{key}" if at else str(key))
    elif isinstance(value, list):
        yield at, " × ".join(map(str, value))
    else:
        yield at, ABSENT if value is None else str(value)
