"""The tables are made, or brought to the form that is known here, one form after another."""

from sqlalchemy import Connection, Engine, insert, inspect, select, text, update
from sqlalchemy.exc import DatabaseError

from latentcore.training.store.database import WAIT, attempt
from latentcore.training.store.errors import StoreError
from latentcore.training.store.schema import VERSION, metadata, version

STEPS: dict[int, tuple[str, ...]] = {
    1: (
        "ALTER TABLE latent_run ADD COLUMN beat DOUBLE PRECISION",
        "ALTER TABLE latent_checkpoint ADD COLUMN seconds DOUBLE PRECISION DEFAULT 0 NOT NULL",
        "ALTER TABLE latent_checkpoint ADD COLUMN width INTEGER DEFAULT 1 NOT NULL",
        "UPDATE latent_checkpoint SET "
        "seconds = (SELECT seconds FROM latent_run WHERE id = run), "
        "width = (SELECT width FROM latent_run WHERE id = run)",
        "UPDATE latent_run SET beat = started",
        "CREATE TABLE latent_saved_curve (run VARCHAR(40) NOT NULL, first INTEGER NOT NULL, "
        "last INTEGER NOT NULL, sums {bytes} NOT NULL, PRIMARY KEY (run, first), "
        "FOREIGN KEY(run) REFERENCES latent_run (id) ON DELETE CASCADE)",
        "INSERT INTO latent_saved_curve SELECT * FROM latent_curve WHERE last <= "
        "(SELECT step FROM latent_checkpoint WHERE latent_checkpoint.run = latent_curve.run)",
    ),
}
"""Form -> what makes the next form of it.  Written out, since the tables here go on changing."""

LOCK = 0x6C61_7465_6E74  # of PostgreSQL's advisory locks: two processes do not both make tables


def prepare(engine: Engine) -> None:
    """Make or migrate the tables.  Raises StoreError for a form that is not known."""
    try:
        attempt(lambda: _prepare(engine), WAIT)
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
    kind = {"postgresql": "BYTEA"}.get(connection.dialect.name, "BLOB")
    for statement in STEPS[form]:
        connection.execute(text(statement.format(bytes=kind)))
    connection.execute(update(version).values(form=form + 1))


def _unknown(forms: list[int]) -> StoreError:
    found = " and ".join(map(str, forms)) or "no number"
    return StoreError(
        f"The store of runs has a form that is not known here: {found}.",
        expected=f"Expected form {VERSION}, or an older one.",
        do="Use the version of the program that wrote it, a newer one, or another store.",
    )
