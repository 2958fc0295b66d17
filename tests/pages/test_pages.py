"""Every page of the app, opened without a browser: as it is, and with nonsense in its link."""

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(path for path in ROOT.glob("pages/*.py") if path.stem != "__init__")
FIRST = "pages/gaussian_mixture.py"
NONSENSE = [
    "",
    "999",
    "-1",
    "0",
    "NaN",
    "inf",
    "1e308",
    "<script>alert(1)</script>",
    "a,b",
    "x" * 5000,
]
SECONDS = 60

every_page = pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)


def opened(path: Path, link: dict[str, str]) -> AppTest:
    """The page after its first run, opened by a link with these settings."""
    app = AppTest.from_file(str(path), default_timeout=SECONDS)
    for name, value in link.items():
        app.query_params[name] = value
    return app.run()


def assert_calm(app: AppTest) -> None:
    assert not app.exception, [(e.message, e.stack_trace) for e in app.exception]


@cache
def settings(path: Path) -> list[str]:
    """The keys of the page's widgets: with bind="query-params" they are the names in the link."""
    app = opened(path, {})
    found = [getattr(element, "key", None) for element in (*app.main, *app.sidebar)]
    return sorted({key for key in found if key})


def listed() -> list[Path]:
    """The files in app.py's navigation."""
    return [
        ROOT / (node.args[0].value if isinstance(node.args[0], ast.Constant) else FIRST)
        for node in ast.walk(ast.parse((ROOT / "app.py").read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "st.Page"
    ]


def test_the_navigation_lists_every_page():
    assert sorted(set(listed())) == PAGES


def test_the_app_opens_on_its_first_page():
    app = opened(ROOT / "app.py", {})
    assert_calm(app)
    assert [title.value for title in app.title] == [t.value for t in opened(listed()[0], {}).title]


@every_page
def test_page_opens_with_one_title(path):
    app = opened(path, {})
    assert_calm(app)
    assert len(app.title) == 1


@every_page
@pytest.mark.parametrize("value", NONSENSE, ids=lambda value: ascii(value[:12]))
def test_nonsense_in_a_link_is_calm(path, value):
    names = {"k", "seed", "preset", *settings(path)}
    assert_calm(opened(path, dict.fromkeys(names, value)))


@every_page
def test_nonsense_in_one_setting_is_calm(path):
    """One at a time; of settings that differ in a component's number only, one."""
    alike = {re.sub(r"\d[a-i]?$", "", name): name for name in settings(path)}
    for name in alike.values():
        assert_calm(opened(path, {name: "999"}))


def test_pages_open_without_torch():
    code = (
        "import sys\n"
        "from streamlit.testing.v1 import AppTest\n"
        "for path in sys.argv[1:]:\n"
        f"    app = AppTest.from_file(path, default_timeout={SECONDS}).run()\n"
        "    assert not app.exception, (path, app.exception)\n"
        "    assert 'torch' not in sys.modules, path\n"
    )
    command = [sys.executable, "-c", code, *map(str, PAGES)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
