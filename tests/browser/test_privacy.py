"""An upload in a real server: in memory while it is used, nowhere afterwards, never on disk.

The table's ids, taxa and classes all hold a marker, so whatever keeps any of them is found.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
MARKER = "qzmarkerqz"
LIMIT = 60_000


@dataclass
class Probed:
    """A server of its own: its address, process, log, temporary folder, and the probe's answer."""

    url: str
    process: subprocess.Popen
    log: Path
    temporary: Path
    answer: Path

    def holders(self) -> dict[str, int]:
        """What in the process holds the marker now."""
        self.answer.unlink(missing_ok=True)
        self.process.send_signal(signal.SIGUSR1)
        deadline = time.monotonic() + 60
        while not self.answer.exists():
            assert time.monotonic() < deadline and self.process.poll() is None
            time.sleep(0.1)
        return json.loads(self.answer.read_text())


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("privacy")
    temporary = folder / "temporary"
    temporary.mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = folder / "server.log"
    answer = folder / "answer.json"
    options = ["--server.headless=true", "--server.address=127.0.0.1", f"--server.port={port}"]
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, str(HERE / "apps/probe.py"), "run", str(ROOT / "app.py"), *options],
            cwd=ROOT,
            env=os.environ | {
                "PYTHONPATH": str(ROOT), "TMPDIR": str(temporary), "HOME": str(temporary),
                "PROBE_MARKER": MARKER, "PROBE_FILE": str(answer), "PYTHONUNBUFFERED": "1",
                "LATENT_STORE": f"sqlite:///{temporary}/runs.db",
            },
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
        url = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(f"{url}/_stcore/health", timeout=2).close()
                break
            except OSError:
                assert process.poll() is None and time.monotonic() < deadline, log.read_text()
                time.sleep(0.1)
        yield Probed(url, process, log, temporary, answer)
        process.terminate()
        process.wait(20)


def table_file(n=24, cell=""):
    rng = np.random.default_rng(0)
    lines = [f"id,g__{MARKER}A,g__{MARKER}B,g__C,g__D,diagnosis"]
    for i in range(n):
        counts = [rng.poisson(5 + 40 * (i % 2)), *rng.poisson([20, 9, 4])]
        if cell and i == 3:
            counts[0] = cell
        lines.append(
            f"{MARKER}{i},{','.join(map(str, counts))},{MARKER}{'sick' if i % 2 else 'well'}"
        )
    return ("\n".join(lines) + "\n").encode()


def opened(page, url):
    page.goto(f"{url}/your-table?k=1&folds=2&repeats=1&starts=1&fitk=2&again=10")
    page.get_by_role("heading", level=1, name="Your table").wait_for(timeout=LIMIT)
    page.get_by_role("radio", name="My file").click()
    page.get_by_text("Choose a file on the left").wait_for(timeout=LIMIT)


def hand_in(page, raw, name="table.csv"):
    page.get_by_test_id("stSidebar").locator("input[type=file]").first.set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": raw}
    )


def on_disk(folder):
    """Files under a folder that hold the marker."""
    return [
        str(path)
        for path in folder.rglob("*")
        if path.is_file() and MARKER.encode() in path.read_bytes()
    ]


def written_since(start):
    """Files of the project that were written after a moment and hold the marker."""
    skipped = {".git", "__pycache__", ".pytest_cache", ".ruff_cache", ".mypy_cache"}
    return [
        str(path)
        for path in ROOT.rglob("*")
        if not skipped & set(path.parts) and path.is_file() and path.stat().st_mtime > start
        and path != Path(__file__) and MARKER.encode() in path.read_bytes()
    ]  # fmt: skip


def test_an_upload_is_in_memory_while_it_is_used_and_nowhere_after_it_is_forgotten(page, server):
    start = time.time()
    opened(page, server.url)
    assert server.holders() == {}
    hand_in(page, table_file())
    page.locator(".st-key-fit button").wait_for(timeout=LIMIT)
    page.locator(".st-key-fit button").click()
    page.get_by_role("button", name="Fitted").wait_for(timeout=LIMIT)
    page.locator(".st-key-compare button").click()
    page.get_by_role("button", name="Compared").wait_for(timeout=LIMIT)
    for title in ("Report (HTML)", "Responsibilities (CSV)"):
        with page.expect_download(timeout=LIMIT) as download:
            page.get_by_role("button", name=title).click()
        assert MARKER in Path(download.value.path()).read_text()
    assert sum(server.holders().values()) > 20  # the probe sees it
    assert on_disk(server.temporary) == [] == written_since(start)
    page.get_by_role("button", name="Forget my data").click()
    page.get_by_text("Choose a file on the left").wait_for(timeout=LIMIT)
    # the click itself told where the widgets stood, and that message is kept until the next
    page.get_by_role("radio", name="Example study").click()
    page.get_by_text("171 samples").first.wait_for(timeout=LIMIT)
    deadline = time.monotonic() + 20
    while (left := server.holders()) and time.monotonic() < deadline:
        time.sleep(1)  # the last run of the script may still be clearing up
    assert left == {}
    assert on_disk(server.temporary) == [] == written_since(start)
    assert MARKER not in server.log.read_text()


@pytest.mark.parametrize("cell", ["oops", f"{MARKER}cell"])
def test_errors_with_an_upload_leave_nothing_in_the_log(page, server, cell):
    opened(page, server.url)
    hand_in(page, table_file(cell=cell), f"{MARKER}.csv")
    page.get_by_test_id("stAlert").first.wait_for(timeout=LIMIT)
    assert MARKER not in server.log.read_text()


def test_an_exception_that_nobody_caught_is_logged_without_what_it_says(page, server):
    """A fault in the program while a table is fitted: lines of code in the log, and no message."""
    server.process.send_signal(signal.SIGUSR2)  # from now on a fit fails and quotes its taxa
    opened(page, server.url)
    hand_in(page, table_file())
    page.locator(".st-key-fit button").wait_for(timeout=LIMIT)
    page.locator(".st-key-fit button").click()
    deadline = time.monotonic() + 60
    while "LookupError" not in (said := server.log.read_text()):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    page.get_by_text("encountered an error").first.wait_for(timeout=LIMIT)
    assert page.get_by_text("LookupError").count() == 0
    assert "fitting.py" in said
    assert MARKER not in said
