"""What a worker writes while a run trains.  One function, one transaction.

A checkpoint keeps the curves as they were along with the run's bytes.  Who goes on from it finds
the run as it was then: what came later is forgotten and comes again, so that no step is there
twice, and a run whose worker died ends with the curves of one that was never disturbed.
"""

import json
from collections.abc import Mapping

from sqlalchemy import Connection, Table, delete, func, insert, select

from latentcore.training.events import Progress
from latentcore.training.store import curves
from latentcore.training.store.listing import change, of_run
from latentcore.training.store.schema import (
    LARGEST,
    checkpoint,
    curve,
    run,
    saved_curve,
    snapshot,
)
from latentcore.training.store.thinning import surplus


def begin(connection: Connection, id: str, now: float, made: Mapping[str, str]) -> None:
    """The run goes on from its checkpoint, or from nothing; `made`: device and versions."""
    fresh = {"state": "running", "started": now, "ended": None, "message": "", "beat": now}
    change(connection, id, {**fresh, **made})
    saved = select(checkpoint.c.step, checkpoint.c.seconds, checkpoint.c.width)
    at = connection.execute(saved.where(checkpoint.c.run == id)).one_or_none()
    _copy_curve(connection, id, saved_curve, curve)  # without a checkpoint it has no rows
    # without one, the picture of step 0 comes again, too
    later = snapshot.c.step > (-1 if at is None else at.step)
    connection.execute(delete(snapshot).where(snapshot.c.run == id, later))
    back = {"step": 0, "seconds": 0.0, "width": 1} if at is None else at._asdict()
    change(connection, id, back)


def progress(connection: Connection, id: str, told: Progress, now: float) -> None:
    """The steps of a report, in place of what is there of them and after them."""
    change(connection, id, {"step": told.step, "seconds": told.seconds, "beat": now})
    width, texts = connection.execute(select(run.c.width, run.c.terms).where(of_run(id))).one()
    terms = curves.named(json.loads(texts), told)
    rows = curves.measured(told, terms)
    mine, begun = curve.c.run == id, int(rows.first[0])
    connection.execute(delete(curve).where(mine, curve.c.last >= begun))
    wide = curves.widened(width, told.step)
    since = int(curves.stretch(rows.first[:1], width)[0]) if wide == width else 0
    there = select(curve.c.first, curve.c.last, curve.c.sums).where(mine, curve.c.first >= since)
    found = connection.execute(there.order_by(curve.c.first))
    before = curves.read([(first, last, sums) for first, last, sums in found], len(terms))
    connection.execute(delete(curve).where(mine, curve.c.first >= since))
    written = curves.written(before.followed(rows).joined(wide))
    connection.execute(insert(curve), [{"run": id, **row} for row in written])
    if (wide, json.dumps(terms)) != (width, texts):
        change(connection, id, {"terms": json.dumps(terms), "width": wide})


def picture(connection: Connection, id: str, step: int, raw: bytes, now: float) -> None:
    """The picture of a step; older ones go where there are too many."""
    change(connection, id, {"beat": now})
    mine = snapshot.c.run == id
    connection.execute(delete(snapshot).where(mine, snapshot.c.step == step))
    connection.execute(insert(snapshot), {"run": id, "step": step, "raw": raw})
    sizes = select(snapshot.c.step, func.length(snapshot.c.raw)).where(mine)
    kept = connection.execute(sizes.order_by(snapshot.c.step)).all()
    if gone := surplus([step for step, _ in kept], [size for _, size in kept]):
        connection.execute(delete(snapshot).where(mine, snapshot.c.step.in_(gone)))


def save(connection: Connection, id: str, step: int, raw: bytes, now: float) -> None:
    """The run's bytes after a step, and its curves, in place of the older ones."""
    if len(raw) > LARGEST:
        raise ValueError(f"a checkpoint has at most {LARGEST:,} bytes, this one {len(raw):,}")
    change(connection, id, {"beat": now})
    query = select(run.c.seconds, run.c.width).where(of_run(id))
    at = connection.execute(query).one()._asdict()
    connection.execute(delete(checkpoint).where(checkpoint.c.run == id))
    connection.execute(insert(checkpoint), {"run": id, "step": step, "raw": raw, **at})
    _copy_curve(connection, id, curve, saved_curve)


def _copy_curve(connection: Connection, id: str, source: Table, target: Table) -> None:
    """The rows of one table in place of those of the other."""
    names = [column.name for column in source.c]
    connection.execute(delete(target).where(target.c.run == id))
    connection.execute(insert(target).from_select(names, select(source).where(source.c.run == id)))
