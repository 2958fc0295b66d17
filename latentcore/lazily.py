"""Names that a package offers and loads when first asked for.

A package that trains exports its models and its settings.  The settings are plain records; loading
PyTorch for them (two seconds, 220 MB) would make every server pay that only shows forms.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def exporter(package: str, places: Mapping[str, str]) -> Callable[[str], Any]:
    """A `__getattr__` for the package: name -> the module inside it that defines the name."""

    def find(name: str) -> Any:  # noqa: ANN401 (whatever is exported)
        if name not in places:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(f"{package}.{places[name]}"), name)

    return find
