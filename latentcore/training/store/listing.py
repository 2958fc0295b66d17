"""What visitors do to runs: add, list, rename, wish, delete.  One function, one transaction."""

import json
import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, or_, select, update

from latentcore.training.store.errors import NoSuchRun
from latentcore.training.store.kept import ENDED, Kept, Wish, cut, is_plain, kept, key
from latentcore.training.store.schema import LARGEST, MOST, attachment, run

NAME, KIND = 120, 60  # characters
RECIPE = 1_000_000  # characters
LISTED = 500  # runs
COLUMNS = [run.c[name] for name in Kept.__dataclass_fields__]
FRESH = {"state": "waiting", "wish": "train", "step": 0, "seconds": 0.0, "message": ""}
FRESH |= {"versions": "{}", "device": "", "terms": "[]", "width": 1}


def of_run(id: str, column: ColumnElement[str] = run.c.id) -> ColumnElement[bool]:
    """The rows of the run.  An id may come from a link, so it may be any text."""
    return column == (id if is_plain(id) else "")


def described(  # noqa: PLR0913 (what a run is)
    recipe: Mapping[str, Any], kind: str, name: str, visitor: str, steps: int, private: bool
) -> dict[str, Any]:
    """The columns of a new run but its time.  Raises ValueError."""
    written = json.dumps(dict(recipe), allow_nan=False)
    if len(written) > RECIPE:
        raise ValueError(f"a recipe has at most {RECIPE:,} characters, this one {len(written):,}")
    if not 0 <= steps <= MOST:
        raise ValueError(f"a run has at most {MOST:,} steps, this one {steps:,}")
    if visitor and not is_plain(visitor):
        raise ValueError("a visitor is named by up to 200 letters, digits and signs")
    words = {"name": cut(name, NAME), "kind": cut(kind, KIND), "recipe": written}
    more = {"visitor": visitor, "private": private, "steps": steps}
    return {**FRESH, **words, **more, "id": secrets.token_hex(16)}


def add(connection: Connection, row: Mapping[str, Any], attachments: Mapping[str, bytes]) -> None:
    """A new run, and what it needs."""
    connection.execute(insert(run), dict(row))
    for name, raw in attachments.items():
        attach(connection, row["id"], name, raw)


def attach(connection: Connection, id: str, name: str, raw: bytes) -> None:
    """Bytes of the run's own, in place of those of that name."""
    if len(raw) > LARGEST:
        raise ValueError(f"an attachment has at most {LARGEST:,} bytes, this one {len(raw):,}")
    hold(connection, id)
    row = {"run": id, "name": key(name, NAME)}
    connection.execute(delete(attachment).filter_by(**row))
    connection.execute(insert(attachment), {**row, "raw": raw})


def find(connection: Connection, id: str) -> Kept:
    """The run of that id."""
    row = connection.execute(select(*COLUMNS).where(of_run(id))).one_or_none()
    if row is None:
        raise NoSuchRun
    return kept(row)


def visible(connection: Connection, visitor: str | None) -> list[Kept]:
    """Public runs and the visitor's own, the newest first."""
    seen = [~run.c.private]
    if visitor and is_plain(visitor):
        seen.append(run.c.visitor == visitor)
    query = select(*COLUMNS).where(or_(*seen)).order_by(run.c.created.desc(), run.c.id)
    return [kept(row) for row in connection.execute(query.limit(LISTED))]


def hold(connection: Connection, id: str) -> None:
    """The run is there, and nobody else changes it until the transaction ends."""
    query = select(run.c.id).where(of_run(id)).with_for_update()
    if connection.execute(query).one_or_none() is None:
        raise NoSuchRun


def change(connection: Connection, id: str, values: Mapping[str, Any]) -> None:
    """New values in the run's row, held from then on."""
    if connection.execute(update(run).where(of_run(id)).values(dict(values))).rowcount == 0:
        raise NoSuchRun


def wish(connection: Connection, id: str, wished: Wish, now: float) -> None:
    """What is to happen.  A run that has ended waits again when it is to train."""
    change(connection, id, {"wish": wished})
    if wished == "train":
        ended = of_run(id) & run.c.state.in_(ENDED)
        fresh = {"state": "waiting", "ended": None, "message": "", "beat": now}
        connection.execute(update(run).where(ended).values(fresh))


def remove(connection: Connection, id: str) -> None:
    """The run, and by its foreign keys everything of it."""
    if connection.execute(delete(run).where(of_run(id))).rowcount == 0:
        raise NoSuchRun
