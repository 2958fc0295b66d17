"""A page without a browser, as a link opens it."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

PAGES = Path(__file__).resolve().parents[2] / "pages"


def opened(page: str, **link: str) -> AppTest:
    """The page of that name after its first run, which went without a fault."""
    app = AppTest.from_file(str(PAGES / f"{page}.py"), default_timeout=60)
    for name, value in link.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception, [(e.message, e.stack_trace) for e in app.exception]
    return app
