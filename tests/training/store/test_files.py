"""The SQLite file: where it is, who can read it, what is left of what was deleted."""

import os
import secrets
import sqlite3
import stat
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from latentcore.training.events import Snapshot
from latentcore.training.store import Store, StoreError, database
from tests.training.store.reports import train


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def opened():
    """Opens stores, and closes them in the end."""
    stores = []

    def opening(url=None):
        stores.append(Store(url))
        return stores[-1]

    yield opening
    for store in stores:
        store.close()


@pytest.fixture
def user(tmp_path, monkeypatch):
    """A user's home without anything."""
    for name in ("LATENT_STORE", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "linux")
    return tmp_path


def test_the_file_is_the_users_own(user, opened):
    before = os.umask(0)
    try:
        store = opened()
        store.add({}, "VAE", "a", "me", 1)
    finally:
        os.umask(before)
    folder = user / ".local/share/latent-lab"
    assert mode(folder) == 0o700
    names = {path.name for path in folder.iterdir()}
    assert names == {"runs.sqlite", "runs.sqlite-wal", "runs.sqlite-shm"}
    assert {mode(path) for path in folder.iterdir()} == {0o600}
    assert store.url == f"sqlite:///{folder / 'runs.sqlite'}"


@pytest.mark.parametrize(
    ("platform", "variable", "folder"),
    [
        ("linux", "XDG_DATA_HOME", "data/latent-lab"),
        ("darwin", "", "Library/Application Support/latent-lab"),
        ("win32", "LOCALAPPDATA", "data/latent-lab"),
        ("win32", "", "AppData/Local/latent-lab"),
    ],
)
def test_the_file_is_where_the_system_keeps_such_files(
    user, monkeypatch, platform, variable, folder
):
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    if variable:
        monkeypatch.setenv(variable, str(user / "data"))
    assert database.home() == user / folder / "runs.sqlite"


def test_an_environment_variable_names_another_store(user, monkeypatch, opened):
    monkeypatch.setenv("LATENT_STORE", f"sqlite:///{user / 'there' / 'a.db'}")
    id = opened().add({}, "VAE", "a", "me", 1)
    assert opened(f"sqlite:///{user}/there/a.db").run(id).name == "a"
    assert not (user / ".local").exists()


def test_a_folder_that_was_there_keeps_its_mode(tmp_path, opened):
    tmp_path.chmod(0o755)
    opened(f"sqlite:///{tmp_path}/a.db")
    assert mode(tmp_path) == 0o755


def test_the_file_is_set_up_for_many_readers_and_for_forgetting(sqlite, opened):
    store = opened(sqlite)
    with store._engine.connect() as connection:
        for name, wanted in database.SETTINGS.items():
            assert connection.exec_driver_sql(f"PRAGMA {name}").scalar() == wanted, name


def everything(folder):
    """The bytes of all files."""
    return b"".join(path.read_bytes() for path in folder.iterdir())


@pytest.mark.parametrize("way", ["delete", "expire"])
def test_of_a_deleted_run_no_byte_is_left(tmp_path, sqlite, opened, way):
    store, other = opened(sqlite), opened(sqlite)
    marks = [secrets.token_hex(30) for _ in range(5)]
    large = [mark.encode() + os.urandom(300_000) for mark in marks[3:]]
    neighbour = store.add({}, "VAE", "neighbour", "me", 1, attachments={"a": b"stays here"})
    id = store.add({"a": marks[0]}, "VAE", marks[1], "me", 1, attachments={marks[2]: large[0]})
    store.begin(id, "cpu", {})
    train(store, id, range(0, 50, 10))
    store.checkpoint(id, 50, large[1])
    picture = np.random.default_rng(0).bytes(50_000)
    store.snapshot(id, Snapshot(60, {"a": np.frombuffer(picture, np.uint8)}))
    part = store_bytes(store, id)[1000:1040]
    marks = [mark.encode() for mark in marks] + [large[0][-50:], large[1][5000:5050], part]
    other.picture(id)
    found = everything(tmp_path)
    assert all(mark in found for mark in marks)
    if way == "delete":
        store.delete(id)
    else:
        store.end(id, "finished")
        assert store.expire(store.run(id).ended + 1e9) == [id]
    found = everything(tmp_path)
    assert [mark for mark in marks if mark in found] == []
    assert other.attachment(neighbour, "a") == b"stays here"


def store_bytes(store, id):
    """The newest picture as it lies in the file."""
    with store._engine.connect() as connection:
        query = "SELECT raw FROM latent_snapshot WHERE run = ? ORDER BY step DESC LIMIT 1"
        return connection.exec_driver_sql(query, (id,)).scalar()


def test_room_is_given_back(tmp_path, sqlite, opened):
    store = opened(sqlite)
    id = store.add({}, "VAE", "a", "me", 1, attachments={"a": os.urandom(3_000_000)})
    store.delete(id)
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 200_000


def test_of_what_was_replaced_no_byte_is_left(tmp_path, sqlite, opened):
    store = opened(sqlite)
    marks = [secrets.token_hex(30) for _ in range(3)]
    id = store.add({}, "VAE", marks[0], "me", 1, attachments={"a": marks[1].encode()})
    store.checkpoint(id, 1, marks[2].encode())
    store.rename(id, "b")
    store.attach(id, "a", b"")
    store.checkpoint(id, 2, b"")
    database.scrub(store._engine)
    left = everything(tmp_path)
    assert [mark for mark in marks if mark[-20:].encode() in left] == []


def test_another_file_is_left_alone(tmp_path, opened):
    path = tmp_path / "letter.txt"
    path.write_bytes(b"Dear all, " * 500)
    with pytest.raises(StoreError, match="file is not a database"):
        opened(f"sqlite:///{path}")
    assert path.read_bytes() == b"Dear all, " * 500


def test_a_database_of_somebody_else_gets_the_tables_beside_its_own(sqlite, tmp_path, opened):
    there = sqlite3.connect(tmp_path / "runs.sqlite")
    there.executescript("CREATE TABLE version (form); INSERT INTO version VALUES (99)")
    there.close()
    id = opened(sqlite).add({}, "VAE", "a", "me", 1)
    assert opened(sqlite).run(id).name == "a"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("runs.sqlite", "not the URL"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("oracle9i://me:SECRET@host/a", "driver"),
        ("postgresql+nothing://me:SECRET@host/a", "driver"),
        ("postgresql+psycopg://me:SECRET@/a?host=/nowhere/at/all", "cannot be opened"),
    ],
)
def test_a_url_that_cannot_be_used_says_so_and_keeps_the_password(url, said, opened):
    with pytest.raises(StoreError, match=said) as caught:
        opened(url)
    assert "SECRET" not in str(caught.value)
    assert len(caught.value.sentences) >= 3


def test_a_path_that_cannot_be_written_says_so(tmp_path, opened):
    (tmp_path / "file").write_text("a")
    with pytest.raises(StoreError, match="cannot be written"):
        opened(f"sqlite:///{tmp_path}/file/runs.sqlite")


def test_an_error_of_the_database_tells_nothing_of_what_was_kept(sqlite, opened):
    store = opened(sqlite)
    with store._engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE latent_attachment")
    with pytest.raises(Exception, match="latent_attachment") as caught:
        store.add({}, "VAE", "a", "me", 1, attachments={"a": b"a secret"})
    assert "a secret" not in str(caught.value)


def test_the_store_loads_no_pytorch():
    code = "import sys, latentcore.training.store as s; s.Store; sys.exit('torch' in sys.modules)"
    root = Path(__file__).resolve().parents[3]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, timeout=60).returncode == 0


def test_a_full_disk_is_a_sentence_and_nothing_is_half_written(tmp_path, opened):
    store = opened(f"sqlite:///{tmp_path / 'runs.sqlite'}")
    id = store.add({}, "VAE", "a", "me", 1)
    with store._engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 50")
        store._engine.pool._creator = None  # no other connection, which would know no limit
    for write in (
        lambda: store.add({}, "VAE", "b", "me", 1, attachments={"x": bytes(10**6)}),
        lambda: store.checkpoint(id, 1, bytes(10**6)),
    ):
        with pytest.raises(StoreError, match="disk is full.*Make room"):
            write()
    assert [run.name for run in store.runs()] == ["a"]
    assert store.saved(id) is None


def test_a_locked_file_is_not_waited_for_again_and_again(tmp_path, opened, monkeypatch):
    url = f"sqlite:///{tmp_path / 'runs.sqlite'}"
    opened(url)
    monkeypatch.setitem(database.SETTINGS, "busy_timeout", 300)
    monkeypatch.setattr("latentcore.training.store.migration.WAIT", 0.2)
    with sqlite3.connect(tmp_path / "runs.sqlite", isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        begun = time.monotonic()
        with pytest.raises(StoreError, match="locked"):
            opened(url)
        assert time.monotonic() - begun < 3
        other.execute("ROLLBACK")
    other.close()
