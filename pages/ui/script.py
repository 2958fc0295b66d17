"""Scripts of the canvas components: small modules, joined into the one that Streamlit loads.

A component has a single source, so imports and exports between modules go; comments and indents
too, since the text travels to every visitor.
"""

import re
from pathlib import Path

FOLDER = Path(__file__).parent


def joined(*modules: str) -> str:
    """Modules under pages/ui, such as "em_film/theme", each after those that it imports."""
    text = "\n".join((FOLDER / f"{name}.js").read_text("utf-8") for name in modules)
    text = re.sub(r'^import [^;]*? from "\.[./\w]+\.js";$', "", text, flags=re.MULTILINE)
    text = re.sub(r"^export (?!default)", "", text, flags=re.MULTILINE)
    return re.sub(r"^\s*(//.*)?\n|^[ ]+", "", text, flags=re.MULTILINE)
