"""A store of each kind: a SQLite file, and PostgreSQL where its programs are installed.

The PostgreSQL server is started by the tests, listens on a Unix socket in a folder of its own and
is gone with them.  Without the programs these tests are skipped; where the environment variable
CI is set they fail instead.
"""

import os
import shutil
import subprocess
import tempfile
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from latentcore.training.store import Store

NUMBERS = count()
SETTINGS = "-c listen_addresses= -c fsync=off -c shared_buffers=16MB -c max_connections=40"


def programs() -> Path | None:
    """The folder of initdb and pg_ctl: Debian keeps the real ones off the search path."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if found := shutil.which("initdb"):
        folders.append(Path(found).resolve().parent)
    return next((f for f in folders if (f / "initdb").exists() and (f / "pg_ctl").exists()), None)


def absent(reason: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(f"{reason} (CI is set, so this is not skipped)", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def server():
    """The folder of a running PostgreSQL server's socket."""
    folder = programs()
    if folder is None:
        absent("PostgreSQL is not installed: no initdb and pg_ctl")
    root = hasattr(os, "geteuid") and os.geteuid() == 0  # as whom PostgreSQL does not run
    become = ["runuser", "-u", "postgres", "--"] if root else []
    # not below tmp_path, which only the user of the tests can enter; and sockets want short paths
    home = Path(tempfile.mkdtemp(prefix="latent-store-"))
    if become:
        try:
            shutil.chown(home, "postgres")
        except LookupError:
            home.rmdir()
            absent("PostgreSQL does not run as root, and there is no user named postgres")

    def call(*command: str) -> None:
        subprocess.run([*become, *command], check=True, capture_output=True, cwd=home, timeout=120)

    data, log = str(home / "data"), str(home / "log")
    initial = ["-D", data, "-U", "latent", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    try:
        call(str(folder / "initdb"), *initial)
        control = [str(folder / "pg_ctl"), "-D", data, "-l", log, "-w"]
        call(*control, "-o", f"-k {home} {SETTINGS}", "start")
        try:
            yield home
        finally:
            call(*control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home)


@pytest.fixture
def postgresql(server):
    """The URL of a new database."""
    base = "postgresql+psycopg://latent@/{}?host=" + str(server)
    name = f"runs{next(NUMBERS)}"
    engine = create_engine(base.format("postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield base.format(name)
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


@pytest.fixture
def sqlite(tmp_path):
    """The URL of a new file."""
    return f"sqlite:///{tmp_path / 'runs.sqlite'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request):
    """A new database of each kind."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def store(url):
    store = Store(url)
    yield store
    store.close()
