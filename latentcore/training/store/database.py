"""Where the runs are kept, and how a database is talked to.

By default a SQLite file of the user's, in WAL mode: any number of processes read while one
writes, and the others wait for their turn.  A transaction that writes says so when it begins, so
it never finds half-way that another was faster.  What is deleted is overwritten with zeros.
`LATENT_STORE` names another database by its URL:

    sqlite:///runs.sqlite     postgresql://name:password@host/database
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from math import inf
from pathlib import Path
from sqlite3 import OperationalError
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    IntegrityError,
    NoSuchModuleError,
    ProgrammingError,
)

from latentcore.training.store.errors import StoreError

T = TypeVar("T")

VARIABLE = "LATENT_STORE"
WAIT = 10.0  # seconds that a writer waits for others
PAUSES = (0.05, 0.2, 0.8, 2.0)  # seconds before trying again
PASSING = ("40001", "40P01", "55P03")  # PostgreSQL: serialisation, deadlock, lock
SETTINGS = {
    "busy_timeout": int(1000 * WAIT),
    "auto_vacuum": 2,  # incremental; only heeded in a new file, before anything is written
    "journal_mode": "wal",
    "synchronous": 1,  # normal: after a crash of the machine the file is whole, if not the newest
    "foreign_keys": 1,
    "secure_delete": 1,
    "temp_store": 2,  # in memory
    "journal_size_limit": 16_777_216,
}


def home() -> Path:
    """The user's file of runs, where the system keeps what programs store for a user."""
    if sys.platform == "win32":
        folder = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local")
    elif sys.platform == "darwin":
        folder = Path.home() / "Library/Application Support"
    else:
        folder = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share")
    return folder / "latent-lab" / "runs.sqlite"


def address(url: str | None) -> URL:
    """The URL that is asked for, else of LATENT_STORE, else of the user's file."""
    text = url or os.environ.get(VARIABLE)
    if not text:
        return URL.create("sqlite", database=str(home()))
    try:
        found = make_url(text)
    except ArgumentError as error:
        raise _unusable("It is not the URL of a database.") from error
    if found.get_backend_name() == "sqlite" and found.database in (None, "", ":memory:"):
        raise _unusable("It names no file, and every process would have a store of its own.")
    return found


def connect(url: URL) -> Engine:
    """An engine for the database; the file and its folder are made, for this user only."""
    sqlite = url.get_backend_name() == "sqlite"
    if sqlite:
        _make(Path(str(url.database)))
    try:
        engine = create_engine(url, pool_size=8, max_overflow=24, hide_parameters=True)
    except (NoSuchModuleError, ImportError) as error:
        raise _unusable(
            f"It needs a driver that is not there: {error}. "
            'For PostgreSQL: pip install "psycopg[binary]".'
        ) from error
    if sqlite:
        event.listen(engine, "connect", _settle)
        event.listen(engine, "begin", _begin)
    return engine


def attempt(work: Callable[[], T], patience: float = inf) -> T:
    """Do the work; again after a pause where the database was busy or had gone away.

    After so many seconds of `patience` it is not tried again.
    """
    begun = time.monotonic()
    for pause in PAUSES:
        try:
            return work()
        except DBAPIError as error:
            if not _passing(error) or time.monotonic() - begun > patience:
                raise
            time.sleep(pause)
    return work()


@contextmanager
def explained() -> Iterator[None]:
    """Raise StoreError for what the database cannot do: it is full, locked, damaged, gone."""
    try:
        yield
    except (IntegrityError, DataError, ProgrammingError):
        raise  # a defect; and what they say may quote a value
    except DBAPIError as error:
        raise StoreError(
            "The store of runs does not answer as it should.",
            where=f"{_first_line(error)}.",
            expected="Expected a database that can be read and written, on a disk with room.",
            do="Make room or wait a moment, and try again.",
        ) from error


def scrub(engine: Engine) -> None:
    """Take what was deleted out of the files, and give the room back.

    SQLite's log of changes still holds what is zeros in the file.  It is cut to nothing once no
    reader needs it; where one does for longer than others wait, at the next deletion.
    """
    if engine.dialect.name != "sqlite":
        return
    with engine.execution_options(begin=None).connect() as connection:
        sqlite: Any = connection.connection.driver_connection
        with suppress(OperationalError):
            # as a script, because that runs it to its end: there are no rows to fetch
            sqlite.executescript("PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(truncate)")


def _make(path: Path) -> None:
    """An empty file that only this user can read, in a folder like that."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise _unusable(f"The file {path} cannot be written: {error.strerror}.") from error


def _settle(connection: Any, _: object) -> None:  # noqa: ANN401 (sqlite3's, seen by SQLAlchemy)
    connection.isolation_level = None  # transactions begin where `_begin` says
    for name, value in SETTINGS.items():
        # what is so already is not set again: some settings would wait until nobody writes
        if connection.execute(f"PRAGMA {name}").fetchall() != [(value,)]:
            connection.execute(f"PRAGMA {name} = {value}").close()


def _begin(connection: Connection) -> None:
    if how := connection.get_execution_options().get("begin", "DEFERRED"):
        connection.exec_driver_sql(f"BEGIN {how}")


def _passing(error: DBAPIError) -> bool:
    busy = "locked" in str(error.orig) or getattr(error.orig, "sqlstate", "") in PASSING
    return error.connection_invalidated or busy


def _first_line(error: DBAPIError) -> str:
    return str(error.orig).partition("\n")[0].rstrip(".")


def _unusable(where: str) -> StoreError:
    return StoreError(
        "The store of runs cannot be opened.",
        where=where,
        expected=f"Expected, in {VARIABLE}, the URL of a SQLite file or a PostgreSQL database.",
        do=f"Set {VARIABLE} to such a URL, or leave it out to use {home()}.",
    )
