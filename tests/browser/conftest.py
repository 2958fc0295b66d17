"""A real Chromium and real Streamlit servers, for what only a browser can show.

Fixtures: `chromium` (the browser, one a session), `page` (a new tab with its own cookies, 1280 x
900), `serve` (script -> address of a server that runs it, one server a script), `app_url` (the app
itself). Without a Chromium on the machine these tests are skipped; where the environment variable
CI is set they fail instead, so that a build never passes by not looking.

An exception that no script of the tab catches fails the test that used `page`.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_SECONDS = 60.0


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder, and run them last.

    Last, because Playwright's synchronous interface leaves an event loop running in the thread;
    and very last the class of thirty, whose sessions stay with the server that others are timed on.
    """
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)
    items.sort(key=lambda item: (item.path.is_relative_to(HERE), item.path.stem == "test_class"))


def _absent(reason: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(f"{reason} (CI is set, so this is not skipped)", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def chromium() -> Iterator["Browser"]:  # noqa: F821
    """The system's Chromium, driven by Playwright's synchronous interface."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _absent("Playwright is not installed: pip install -r tests/requirements.txt")
    executable = next((path for path in map(shutil.which, NAMES) if path), None)
    if executable is None:
        _absent(f"no Chromium on the search path (looked for {', '.join(NAMES)})")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium) -> Iterator["Page"]:  # noqa: F821
    """A new tab in a context of its own; an uncaught exception in it fails the test."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    tab = context.new_page()
    thrown: list[str] = []
    tab.on("pageerror", lambda error: thrown.append(str(error)))
    yield tab
    context.close()
    serious = [line for line in thrown if "ResizeObserver loop" not in line]
    assert not serious, f"uncaught in the browser: {serious}"


@dataclass
class _Servers:
    """The servers of this session, by script."""

    logs: Path
    running: dict[Path, tuple[str, subprocess.Popen, IO[bytes]]] = field(default_factory=dict)

    def url(self, script: str | Path) -> str:
        path = Path(script).resolve()
        if path not in self.running:
            self.running[path] = self._start(path)
        return self.running[path][0]

    def _start(self, script: Path) -> tuple[str, subprocess.Popen, IO[bytes]]:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        log = (self.logs / f"{script.stem}-{port}.log").open("wb")
        options = {
            "server.headless": "true",
            "server.address": "127.0.0.1",
            "server.port": str(port),
            "server.fileWatcherType": "none",
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", str(script)]
            + [f"--{name}={value}" for name, value in options.items()],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        url = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and process.poll() is None:
            if _healthy(url):
                return url, process, log
            time.sleep(0.1)
        _stop(process, log)
        said = Path(log.name).read_text(errors="replace")[-2000:]
        pytest.fail(f"streamlit run {script} did not start; it said:\n{said}", pytrace=False)

    def close(self) -> None:
        for _, process, log in self.running.values():
            _stop(process, log)


def _healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


def _stop(process: subprocess.Popen, log: IO[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    log.close()


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str | Path], str]]:
    """serve(script) -> "http://127.0.0.1:port" of a server that runs it, from the top folder."""
    servers = _Servers(tmp_path_factory.mktemp("servers"))
    yield servers.url
    servers.close()


@pytest.fixture(scope="session")
def app_url(serve) -> str:
    """The address of the whole app."""
    return serve(ROOT / "app.py")
