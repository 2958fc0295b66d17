"""Rules of the house that no off-the-shelf linter knows; each is one function over one file."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [ROOT / "app.py", *ROOT.glob("pages/**/*.py"), *ROOT.glob("latentcore/**/*.py")]
CLIENT = [*ROOT.glob("pages/**/*.js"), *ROOT.glob("pages/**/*.css")]

INPUTS = {
    "audio_input",
    "button",
    "camera_input",
    "chat_input",
    "checkbox",
    "color_picker",
    "data_editor",
    "date_input",
    "datetime_input",
    "feedback",
    "file_uploader",
    "form_submit_button",
    "menu_button",
    "multiselect",
    "number_input",
    "pagination",
    "pills",
    "radio",
    "segmented_control",
    "select_slider",
    "selectbox",
    "slider",
    "text_area",
    "text_input",
    "time_input",
    "toggle",
}
STATE = {"session_state", "query_params"}
CACHES = {"cache_data", "cache_resource"}
TOLD = {"plotly_chart", "dataframe"}
LINES = {"app.py": 80, "pages": 120, "ui": 250, "latentcore": 250}


def place(path: Path) -> tuple[str, ...]:
    return path.relative_to(ROOT).parts


def in_ui(path: Path) -> bool:
    return place(path)[:2] == ("pages", "ui")


def in_controls(path: Path) -> bool:
    return place(path)[:3] == ("pages", "ui", "controls") or place(path) == (
        "pages",
        "ui",
        "controls.py",
    )


def trains(path: Path) -> bool:
    return place(path)[:2] in {("latentcore", name) for name in ("networks", "training", "runs")}


def attributes(tree: ast.AST) -> set[str]:
    return {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def from_streamlit(tree: ast.AST) -> set[str]:
    """Names taken out of Streamlit, or Streamlit under another name than st."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "streamlit":
            found |= {alias.name for alias in node.names}
        if isinstance(node, ast.Import):
            found |= {a.name for a in node.names if a.name == "streamlit" and a.asname != "st"}
    return found


def keys(tree: ast.AST) -> set[str]:
    """The functions st.f that are called with key= or on_select=."""
    return {
        ast.unparse(node.func)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("st.")
        for keyword in node.keywords
        if keyword.arg in {"key", "on_select"}
    }


def untold(tree: ast.AST) -> list[str]:
    """Pictures and tables that are shown without words for those who do not see them."""
    return [
        ast.unparse(node.func)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in TOLD
        and "alt" not in {keyword.arg for keyword in node.keywords}
    ]


def at_import(tree: ast.AST) -> set[str]:
    """Top-level packages that are loaded when the module is (so not those inside a function)."""
    found, queue = set(), [tree]
    while queue:
        node = queue.pop()
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            queue.extend(ast.iter_child_nodes(node))
    return found


def broken(path: Path, tree: ast.AST) -> list[str]:
    """The rules that the file breaks, as sentences."""
    said = []
    used = attributes(tree) if place(path)[0] != "latentcore" else set()
    if used & INPUTS and not in_controls(path):
        said.append(f"input widgets belong in pages/ui/controls: {sorted(used & INPUTS)}")
    if used & (STATE | CACHES | {"download_button"}) and not in_ui(path):
        names = sorted(used & (STATE | CACHES | {"download_button"}))
        said.append(f"session state, caches and exports belong in pages/ui: {names}")
    if from_streamlit(tree):
        said.append(f"write `import streamlit as st`: {sorted(from_streamlit(tree))}")
    if keys(tree) and not in_ui(path):
        said.append(f"widget keys belong in pages/ui: {sorted(keys(tree))}")
    if place(path)[0] == "pages" and untold(tree):
        said.append(f"pictures and tables want alt=, for screen readers: {untold(tree)}")
    if "torch" in at_import(tree) and not trains(path):
        said.append("torch may be imported at module level only in networks and training")
    return said


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: "/".join(place(p)))
def test_file_keeps_the_rules(path):
    assert not broken(path, ast.parse(path.read_text()))


@pytest.mark.parametrize("path", SOURCES + CLIENT, ids=lambda p: "/".join(place(p)))
def test_file_is_read_in_one_sitting(path):
    lines = len(path.read_text().splitlines())
    limit = LINES["ui" if in_ui(path) else place(path)[0]]
    assert lines <= limit, f"{lines} lines, at most {limit}: make it a folder"


@pytest.mark.parametrize(
    ("file", "code", "word"),
    [
        ("pages/a.py", "st.slider('K', 1, 8)", "widgets"),
        ("pages/ui/session.py", "left.number_input('K')", "widgets"),
        ("app.py", "st.session_state['a'] = 1", "session state"),
        ("pages/a.py", "@st.cache_data\ndef f(): ...", "caches"),
        ("pages/a.py", "st.query_params['k']", "session state"),
        ("pages/a.py", "from streamlit import slider", "import streamlit as st"),
        ("pages/ui/a.py", "import streamlit", "import streamlit as st"),
        ("pages/a.py", "st.plotly_chart(f, key='a')", "keys"),
        ("pages/ui/a.py", "left.plotly_chart(f)", "screen readers"),
        ("pages/ui/a.py", "st.dataframe(rows, hide_index=True)", "screen readers"),
        ("latentcore/figures/a.py", "try:\n  import torch\nexcept ImportError: ...", "torch"),
        ("pages/a.py", "from torch.nn import Linear", "torch"),
    ],
)
def test_a_broken_rule_is_seen(file, code, word):
    assert word in " ".join(broken(ROOT / file, ast.parse(code)))


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("pages/ui/controls/a.py", "st.slider('K', 1, 8, key='k')"),
        ("pages/ui/session.py", "st.session_state['a'] = 1"),
        ("pages/ui/a.py", "st.dataframe(rows, alt='Rows')"),
        ("pages/a.py", "def f():\n  import torch"),
        ("latentcore/networks/a.py", "import torch"),
    ],
)
def test_what_is_allowed_passes(file, code):
    assert not broken(ROOT / file, ast.parse(code))
