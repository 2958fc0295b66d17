"""The tables are made, or brought to the form that is known here, one form after another."""

from sqlalchemy import Connection, Engine, insert, inspect, select, text, update
from sqlalchemy.exc import DatabaseError

from latentcore.training.store.database import attempt
from latentcore.training.store.errors import StoreError
from latentcore.training.store.schema import VERSION, metadata, version

STEPS: dict[int, tuple[str, ...]] = {}
"""Form -> what makes the next form of it."""

LOCK = 0x6C61_7465_6E74  # of PostgreSQL's advisory locks: two processes do not both make tables


def prepare(engine: Engine) -> None:
    """Make or migrate the tables.  Raises StoreError for a form that is not known."""
    try:
        attempt(lambda: _prepare(engine))
    except DatabaseError as error:
        raise StoreError(
            "The store of runs cannot be opened.",
            where=f"{error.orig}.",
            expected="Expected a database that can be written, or a SQLite file of this program.",
            do="Name another one, or move the file away.",
        ) from error


def _prepare(engine: Engine) -> None:
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
        if not inspect(connection).has_table(version.name):
            metadata.create_all(connection)
            connection.execute(insert(version), {"form": VERSION})
        forms = list(connection.execute(select(version.c.form)).scalars())
        if len(forms) != 1 or not _reachable(forms[0]):
            raise _unknown(forms)
        for form in range(forms[0], VERSION):
            _step(connection, form)


def _reachable(form: int) -> bool:
    return all(between in STEPS for between in range(form, VERSION)) and form <= VERSION


def _step(connection: Connection, form: int) -> None:
    for statement in STEPS[form]:
        connection.execute(text(statement))
    connection.execute(update(version).values(form=form + 1))


def _unknown(forms: list[int]) -> StoreError:
    found = " and ".join(map(str, forms)) or "no number"
    return StoreError(
        f"The store of runs has a form that is not known here: {found}.",
        expected=f"Expected form {VERSION}, or an older one.",
        do="Use the version of the program that wrote it, a newer one, or another store.",
    )
