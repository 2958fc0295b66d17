"""Let AppTest say what went wrong; visitors of the app are told less (.streamlit/config.toml)."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit import config

from latentcore.training.store import Store


@pytest.fixture(autouse=True)
def no_first_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """No browser is waiting here for the first picture."""
    monkeypatch.setattr("pages.ui.mixture.FIRST_LOOK_SECONDS", 0)
    monkeypatch.setattr("pages.ui.mixture.LOOK_SECONDS", 0)


@pytest.fixture(autouse=True)
def own_main(monkeypatch: pytest.MonkeyPatch) -> None:
    """AppTest leaves the page as `__main__`, which processes that are spawned later would run."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store of this test, which the page's desk opens."""
    from pages.ui.server import only_desk

    monkeypatch.setenv("LATENT_STORE", f"sqlite:///{tmp_path / 'runs.sqlite'}")
    only_desk.cache_clear()
    opened = Store()
    yield opened
    only_desk.cache_clear()
    opened.close()


@pytest.fixture(autouse=True, scope="session")
def full_error_details() -> Iterator[None]:
    before = config.get_option("client.showErrorDetails")
    config.set_option("client.showErrorDetails", "full")
    yield
    config.set_option("client.showErrorDetails", before)
