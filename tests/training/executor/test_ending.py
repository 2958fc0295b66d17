"""Nothing is left behind, however a server ends; a server that lost its workers gets new ones."""

import os
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import CancelledError
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import psutil
import pytest

from latentcore.training.executor import Executor, Lost, NoWorkers
from tests.training.executor import jobs
from tests.training.executor.watching import lines, until

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("how", ["killed", "left"])
def test_nothing_is_left_of_a_server(how, tmp_path):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    with subprocess.Popen(
        [sys.executable, "-m", "tests.training.executor.server", tmp_path],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(scratch)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        said = "RuntimeError('OutOfMemoryError: tried to allocate 80 GiB') loaded\n"
        assert server.stdout.readline() == said
        children = psutil.Process(server.pid).children(recursive=True)
        assert len(children) >= 3  # the cluster, and a worker at least, which holds a job
        assert any(scratch.iterdir())
        if how == "killed":
            server.kill()
        else:
            server.stdin.write("leave\n")
            server.stdin.flush()
        _, left = psutil.wait_procs(children, timeout=10)
        assert server.wait(10) == (-9 if how == "killed" else 0)
        assert not left
        assert not server.stderr.read()
    assert until(lambda: not any(scratch.iterdir()), 5)


def test_new_workers_come_when_all_are_lost_and_closing_cancels_everything(tmp_path):
    others = psutil.Process().children()
    executor = Executor(workers=1)
    runs = executor.submit("runs", jobs.hold, tmp_path / "log", "x", tmp_path / "never")
    assert until(lambda: lines(tmp_path / "log"))
    (cluster,) = set(psutil.Process().children()) - set(others)
    workers = cluster.children(recursive=True)
    cluster.kill()
    with pytest.raises(Lost, match="connection to the workers was lost"):
        runs.result(20)
    assert not psutil.wait_procs(workers, timeout=10)[1]

    assert executor.submit("next", jobs.double, 1).result(60) == 2
    held = [executor.submit(f"held{i}", jobs.deaf, tmp_path / "deaf") for i in range(3)]
    assert until(lambda: lines(tmp_path / "deaf"))
    executor.close()
    executor.close()
    for future in held:
        with pytest.raises(CancelledError):
            future.result(0)
    with pytest.raises(NoWorkers, match="takes no more"):
        executor.submit("late", jobs.double, 1)


@pytest.fixture
def other_servers():
    """Addresses at which something listens that is no scheduler: one mute, one that speaks HTTP."""
    web = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    web.RequestHandlerClass.log_message = lambda *_: None
    threading.Thread(target=web.serve_forever, daemon=True).start()
    with socket.create_server(("127.0.0.1", 0)) as mute:
        yield [f"127.0.0.1:{port}" for port in (mute.getsockname()[1], web.server_port)]
    web.shutdown()
    web.server_close()


def test_a_scheduler_that_is_not_there(monkeypatch, other_servers):
    monkeypatch.setattr("latentcore.training.executor.dispatch.PATIENCE", 0.5)
    nobody, web = "tcp://127.0.0.1:9", other_servers[1]
    for addresses in ([nobody, nobody], [f"tcp://{web}"], [f"http://{web}"]):
        monkeypatch.setenv("LATENT_SCHEDULER", addresses[0])
        executor = Executor()
        for address in addresses:  # a second time, too
            failed = executor.submit("a", jobs.double, 1).exception(20)
            assert isinstance(failed, NoWorkers), address
            assert "address in LATENT_SCHEDULER" in str(failed)
            assert "leave the variable out" in str(failed)
        executor.close()


def test_closing_does_not_wait_for_a_scheduler_that_is_mute(other_servers):
    executor = Executor(f"tcp://{other_servers[0]}")
    asked = executor.submit("a", jobs.double, 1)
    assert until(lambda: executor._dispatch is not None)
    begun = time.monotonic()
    executor.close()
    assert time.monotonic() - begun < 5
    with pytest.raises(CancelledError):
        asked.result(0)
