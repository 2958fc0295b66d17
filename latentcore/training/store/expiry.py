"""Which runs go by themselves: those that ended long ago, and the oldest when there are too many.

1. A run that has ended goes 30 days after it ended.
2. While everything together has more than 4 GB, the run that ended first goes.

Runs that wait or train never go.  Curves are not counted: a run's are at most 0.2 MB or so.
"""

from sqlalchemy import Connection, delete, func, select

from latentcore.training.store.kept import ENDED
from latentcore.training.store.schema import attachment, checkpoint, run, snapshot

AGE = 30 * 24 * 3600.0  # seconds
BYTES = 4_000_000_000


def expired(connection: Connection, now: float) -> list[str]:
    """Ids of the runs that are to go, the one that ended first first."""
    sizes: dict[str, int] = {}
    for table in (attachment, checkpoint, snapshot):
        query = select(table.c.run, func.sum(func.length(table.c.raw))).group_by(table.c.run)
        for id, size in connection.execute(query):
            sizes[id] = sizes.get(id, 0) + int(size)
    ended = select(run.c.id, run.c.ended).where(run.c.state.in_(ENDED)).order_by(run.c.ended)
    left, gone = sum(sizes.values()), []
    for id, when in connection.execute(ended):
        if now - when > AGE or left > BYTES:
            gone.append(id)
            left -= sizes.get(id, 0)
    return gone


def remove(connection: Connection, id: str) -> bool:
    """Remove a run unless it trains again by now; whether it went."""
    still = run.c.state.in_(ENDED)
    return connection.execute(delete(run).where(run.c.id == id, still)).rowcount > 0
