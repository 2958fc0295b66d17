"""What is looked at while a run trains, and afterwards.  One function, one transaction."""

import json
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, and_, func, select

from latentcore.data.unreadable import short
from latentcore.training.events import Snapshot
from latentcore.training.store.arrays import unpack
from latentcore.training.store.curves import Curves, means, read
from latentcore.training.store.errors import NoSuchAttachment, NoSuchRun
from latentcore.training.store.kept import ENDED, Wish, key
from latentcore.training.store.listing import NAME, of_run
from latentcore.training.store.schema import MOST, attachment, checkpoint, curve, run, snapshot


def curves(connection: Connection, id: str, after: int) -> Curves:
    """The rows past a step; terms are read after them, so that no row has more."""
    query = select(curve.c.first, curve.c.last, curve.c.sums)
    past = of_run(id, curve.c.run) & (curve.c.last > min(after, MOST))
    query = query.where(past).order_by(curve.c.first)
    rows = [(first, last, sums) for first, last, sums in connection.execute(query)]
    texts = connection.execute(select(run.c.terms).where(of_run(id))).scalar()
    if texts is None:
        raise NoSuchRun
    terms = json.loads(texts)
    return means(read(rows, len(terms)), terms)


def steps(connection: Connection, id: str) -> tuple[int, ...]:
    """The steps of all pictures."""
    query = select(snapshot.c.step).select_from(run.outerjoin(snapshot)).where(of_run(id))
    found = connection.execute(query.order_by(snapshot.c.step)).scalars().all()
    if not found:
        raise NoSuchRun
    return tuple(step for step in found if step is not None)


def picture(connection: Connection, id: str, step: int | None) -> Snapshot | None:
    """The picture of a step, or the newest."""
    those = [] if step is None else [snapshot.c.step == max(-1, min(step, MOST))]  # from a link
    found = _newest(connection, id, snapshot, *those)
    return None if found.step is None else Snapshot(found.step, unpack(found.raw))


def saved(connection: Connection, id: str) -> tuple[int, bytes] | None:
    """The checkpoint's step and bytes."""
    found = _newest(connection, id, checkpoint)
    return None if found.step is None else (found.step, found.raw)


def saved_at(connection: Connection, id: str) -> int | None:
    """The checkpoint's step."""
    query = select(run.c.id, checkpoint.c.step).select_from(run.outerjoin(checkpoint))
    found = connection.execute(query.where(of_run(id))).one_or_none()
    if found is None:
        raise NoSuchRun
    return found.step  # type: ignore[no-any-return]


def attached(connection: Connection, id: str, name: str) -> bytes:
    """The bytes of a name."""
    those = and_(run.c.id == attachment.c.run, attachment.c.name == key(name, NAME))
    query = select(attachment.c.raw).select_from(run.outerjoin(attachment, those))
    found = connection.execute(query.where(of_run(id))).one_or_none()
    if found is None:
        raise NoSuchRun
    if found.raw is None:
        raise NoSuchAttachment(f"The run keeps nothing under the name {short(name)}.")
    raw: bytes = found.raw
    return raw


def wished(connection: Connection, id: str) -> Wish:
    """What the worker is to do."""
    found: Wish | None = connection.execute(select(run.c.wish).where(of_run(id))).scalar()
    if found is None:
        raise NoSuchRun
    return found


def lost(connection: Connection, since: float) -> list[str]:
    """Runs that wait or train without a sign of life since then."""
    silent = run.c.state.not_in(ENDED) & (func.coalesce(run.c.beat, run.c.created) < since)
    return list(connection.execute(select(run.c.id).where(silent)).scalars())


def _newest(
    connection: Connection, id: str, table: Table, *those: ColumnElement[bool]
) -> Row[Any, Any]:
    """The last row of a run in a table, its columns None where there is none."""
    both = run.outerjoin(table, and_(run.c.id == table.c.run, *those))
    query = select(table.c.step, table.c.raw).select_from(both).where(of_run(id))
    found = connection.execute(query.order_by(table.c.step.desc()).limit(1)).one_or_none()
    if found is None:
        raise NoSuchRun
    return found
