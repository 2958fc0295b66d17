"""What a worker writes while a run trains.  One function, one transaction."""

import json
from collections.abc import Mapping

from sqlalchemy import Connection, delete, func, insert, select

from latentcore.training.events import Progress
from latentcore.training.store.curves import Rows, measured, named, read, stretch, widened, written
from latentcore.training.store.listing import change, hold, is_run
from latentcore.training.store.schema import LARGEST, checkpoint, curve, run, snapshot
from latentcore.training.store.thinning import surplus


def begin(
    connection: Connection, id: str, now: float, device: str, versions: Mapping[str, str]
) -> None:
    """A worker goes on from the checkpoint, or from nothing: what came after it goes."""
    where = {"device": device, "versions": json.dumps(dict(versions))}
    fresh = {"state": "running", "started": now, "ended": None, "message": ""}
    change(connection, id, {**fresh, **where})
    saved = select(checkpoint.c.step).where(checkpoint.c.run == id)
    step = connection.execute(saved).scalar()
    done = -1 if step is None else step  # without a checkpoint step 0 comes again, too
    connection.execute(delete(curve).where(curve.c.run == id, curve.c.last > done))
    connection.execute(delete(snapshot).where(snapshot.c.run == id, snapshot.c.step > done))
    change(connection, id, {"step": max(done, 0)})


def progress(connection: Connection, id: str, told: Progress) -> None:
    """The steps of a report, in place of what is there of them and after."""
    change(connection, id, {"step": told.step, "seconds": told.seconds})
    width, texts = connection.execute(select(run.c.width, run.c.terms).where(is_run(id))).one()
    terms = named(json.loads(texts), told)
    rows = measured(told, terms)
    mine = curve.c.run == id
    connection.execute(delete(curve).where(mine, curve.c.last >= int(rows.first[0])))
    since = int(stretch(rows.first[:1], width)[0])
    if (wide := widened(width, told.step)) != width:
        since = 0
    rows = _rows(connection, id, since, len(terms)).followed(rows).joined(wide)
    connection.execute(delete(curve).where(mine, curve.c.first >= since))
    connection.execute(insert(curve), [{"run": id, **row} for row in written(rows)])
    change(connection, id, {"terms": json.dumps(terms), "width": wide})


def picture(connection: Connection, id: str, step: int, raw: bytes) -> None:
    """A picture of a step; older ones go where there are too many."""
    hold(connection, id)
    mine = snapshot.c.run == id
    connection.execute(delete(snapshot).where(mine, snapshot.c.step == step))
    connection.execute(insert(snapshot), {"run": id, "step": step, "raw": raw})
    sizes = select(snapshot.c.step, func.length(snapshot.c.raw)).where(mine)
    kept = connection.execute(sizes.order_by(snapshot.c.step)).all()
    if gone := surplus([step for step, _ in kept], [size for _, size in kept]):
        connection.execute(delete(snapshot).where(mine, snapshot.c.step.in_(gone)))


def save(connection: Connection, id: str, step: int, raw: bytes) -> None:
    """The run's bytes after a step, in place of the older ones."""
    if len(raw) > LARGEST:
        raise ValueError(f"a checkpoint has at most {LARGEST:,} bytes, this one {len(raw):,}")
    hold(connection, id)
    connection.execute(delete(checkpoint).where(checkpoint.c.run == id))
    connection.execute(insert(checkpoint), {"run": id, "step": step, "raw": raw})


def _rows(connection: Connection, id: str, since: int, terms: int) -> Rows:
    query = select(curve.c.first, curve.c.last, curve.c.sums).where(curve.c.run == id)
    found = connection.execute(query.where(curve.c.first >= since).order_by(curve.c.first))
    return read([(first, last, sums) for first, last, sums in found], terms)
