"""Older databases are brought to the form of today; others are left alone."""

import numpy as np
import pytest
from sqlalchemy import create_engine, inspect

from latentcore.training.store import Store, StoreError, arrays
from latentcore.training.store.schema import VERSION, metadata
from tests.training.store.reports import train

FIRST = """
CREATE TABLE latent_version (form INTEGER NOT NULL, PRIMARY KEY (form));
CREATE TABLE latent_run (
    id VARCHAR(40) NOT NULL, name VARCHAR(120) NOT NULL, kind VARCHAR(60) NOT NULL,
    recipe TEXT NOT NULL, visitor VARCHAR(200) NOT NULL, private BOOLEAN NOT NULL,
    state VARCHAR(20) NOT NULL, wish VARCHAR(20) NOT NULL,
    step INTEGER NOT NULL, steps INTEGER NOT NULL, seconds {double} NOT NULL,
    created {double} NOT NULL, started {double}, ended {double},
    message TEXT NOT NULL, versions TEXT NOT NULL, device VARCHAR(60) NOT NULL,
    terms TEXT NOT NULL, width INTEGER NOT NULL, PRIMARY KEY (id));
CREATE INDEX latent_run_by_time ON latent_run (created);
CREATE INDEX latent_run_by_visitor ON latent_run (visitor, created);
CREATE TABLE latent_attachment (
    run VARCHAR(40) NOT NULL, name VARCHAR(120) NOT NULL, raw {bytes} NOT NULL,
    PRIMARY KEY (run, name), FOREIGN KEY(run) REFERENCES latent_run (id) ON DELETE CASCADE);
CREATE TABLE latent_checkpoint (
    run VARCHAR(40) NOT NULL, step INTEGER NOT NULL, raw {bytes} NOT NULL,
    PRIMARY KEY (run), FOREIGN KEY(run) REFERENCES latent_run (id) ON DELETE CASCADE);
CREATE TABLE latent_snapshot (
    run VARCHAR(40) NOT NULL, step INTEGER NOT NULL, raw {bytes} NOT NULL,
    PRIMARY KEY (run, step), FOREIGN KEY(run) REFERENCES latent_run (id) ON DELETE CASCADE);
CREATE TABLE latent_curve (
    run VARCHAR(40) NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, sums {bytes} NOT NULL,
    PRIMARY KEY (run, first), FOREIGN KEY(run) REFERENCES latent_run (id) ON DELETE CASCADE);
INSERT INTO latent_version VALUES (1);
"""
"""The tables of form 1, with which the first runs were kept."""

RUN = (
    "INSERT INTO latent_run VALUES ('old', 'digits', 'VAE', '{{\"seed\": 1}}', 'me', {true}, "
    "'running', 'train', 30, 100, 3.5, 1000.0, 1001.0, NULL, '', '{{\"torch\": \"2\"}}', 'cpu', "
    '\'["total", "gradient"]\', 1)'
)


@pytest.fixture
def old(url):
    """A database of form 1 with a run at step 30, whose checkpoint is of step 20."""
    engine = create_engine(url)
    postgres = engine.dialect.name == "postgresql"
    kinds = ("DOUBLE PRECISION", "BYTEA", "TRUE") if postgres else ("DOUBLE", "BLOB", "1")
    words = dict(zip(("double", "bytes", "true"), kinds, strict=True))
    mark = "%s" if postgres else "?"
    with engine.begin() as connection:
        for statement in FIRST.format(**words).split(";\n")[:-1]:
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql(RUN.format(**words))
        picture = arrays.pack({"a": np.arange(3)})
        rows = [("snapshot", (10, picture)), ("snapshot", (30, picture))]
        rows += [("checkpoint", (20, b"saved")), ("attachment", ("data", b"\0\1"))]
        for step in range(1, 31):
            rows.append(("curve", (step, step, np.array([step, 1, 0.5, 1], "<f8").tobytes())))
        for table, row in rows:
            marks = ", ".join([mark] * (1 + len(row)))
            statement = f"INSERT INTO latent_{table} VALUES ({marks})"
            connection.exec_driver_sql(statement, ("old", *row))
    yield url
    engine.dispose()


def form(url):
    """The number in the database."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT form FROM latent_version").scalars().all()
    engine.dispose()
    return found


def tables(url):
    """Columns, keys and indexes of every table."""
    engine, found = create_engine(url), {}
    with engine.connect() as connection:
        seen = inspect(connection)
        for table in seen.get_table_names():
            columns = seen.get_columns(table)
            found[table] = (
                sorted((c["name"], c["type"].python_type.__name__, c["nullable"]) for c in columns),
                seen.get_pk_constraint(table)["constrained_columns"],
                [(k["referred_table"], k["options"]) for k in seen.get_foreign_keys(table)],
                sorted((i["name"], *i["column_names"]) for i in seen.get_indexes(table)),
            )
    engine.dispose()
    return found


def test_a_run_of_the_first_form_is_read_and_trained_on(old):
    store = Store(old)
    assert form(old) == [VERSION]
    run = store.run("old")
    assert (run.name, run.step, run.seconds, run.private) == ("digits", 30, 3.5, True)
    assert run.recipe == {"seed": 1}
    assert store.curves("old").values["total"].tolist() == list(range(1, 31))
    assert store.steps("old") == (10, 30)
    assert store.picture("old").arrays["a"].tolist() == [0, 1, 2]
    assert store.attachment("old", "data") == b"\0\1"
    assert store.lost(1002.0, silence=0.5) == ["old"]
    store.begin("old", "cpu", {})
    assert store.run("old").step == 20
    assert store.curves("old").step[-1] == 20
    assert store.steps("old") == (10,)
    train(store, "old", range(20, 100, 10))
    assert store.curves("old").values["total"].tolist() == list(range(1, 101))
    assert store.saved("old") == (100, b"100")
    store.delete("old")
    store.close()


def test_migrated_tables_are_those_of_a_new_database(old):
    Store(old).close()
    migrated = tables(old)
    engine = create_engine(old)
    metadata.drop_all(engine)
    engine.dispose()
    assert tables(old) == {}
    Store(old).close()
    assert migrated == tables(old)


def test_a_store_is_opened_again_as_it_was(url):
    store = Store(url)
    id = store.add({}, "VAE", "a", "me", 1)
    store.close()
    again = Store(url)
    assert again.run(id).name == "a"
    assert form(url) == [VERSION]
    again.close()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (f"UPDATE latent_version SET form = {VERSION + 1}", f"not known here: {VERSION + 1}"),
        ("UPDATE latent_version SET form = 0", "not known here: 0"),
        ("UPDATE latent_version SET form = -1", "not known here: -1"),
        ("DELETE FROM latent_version", "no number"),
        ("INSERT INTO latent_version VALUES (77)", " and 77"),
    ],
)
def test_forms_that_are_not_known_are_refused_and_left_alone(url, change, said):
    store = Store(url)
    id = store.add({}, "VAE", "a", "me", 1)
    with store._engine.begin() as connection:
        connection.exec_driver_sql(change)
    before = form(url)
    with pytest.raises(StoreError, match=said) as caught:
        Store(url)
    assert "Use the version of the program that wrote it" in str(caught.value)
    assert form(url) == before
    assert store.run(id).name == "a"
    store.close()


def test_a_step_that_fails_changes_nothing(old, monkeypatch):
    before = tables(old)
    steps = {1: ("ALTER TABLE latent_run ADD COLUMN beat FLOAT", "SELECT * FROM latent_nothing")}
    monkeypatch.setattr("latentcore.training.store.migration.STEPS", steps)
    with pytest.raises(StoreError, match="latent_nothing"):
        Store(old)
    assert tables(old) == before
    assert form(old) == [1]
