"""The scripts of a canvas component: small modules, joined into the one that Streamlit loads."""

import re
from collections.abc import Sequence
from pathlib import Path


def joined(folder: Path, names: Sequence[str]) -> str:
    """The modules of a folder as one; "../other/name" takes one from beside it.

    Imports and exports between them go, comments and indents too, so all share one scope: no two of
    them may give the same name to anything at their top level.
    """
    text = "\n".join((folder / f"{name}.js").read_text("utf-8") for name in names)
    text = re.sub(r'^import [^;]*? from "\.{1,2}/[\w/]+\.js";$', "", text, flags=re.MULTILINE)
    text = re.sub(r"^export (?!default)", "", text, flags=re.MULTILINE)
    return re.sub(r"^\s*(//.*)?\n|^[ ]+", "", text, flags=re.MULTILINE)
