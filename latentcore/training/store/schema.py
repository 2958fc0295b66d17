"""The tables, and the number of the form they have.

    latent_version      one row: the form
    latent_run          a row a run: settings, state, how far it is
    latent_attachment   bytes that a run was given: uploaded data
    latent_checkpoint   at most one a run: a row of bytes
    latent_snapshot     pictures, by step
    latent_curve        sums of losses over stretches of steps, by the first step
    latent_saved_curve  the same, as it was at the checkpoint

Times are seconds since 1970.  Texts that came as mappings are JSON in ASCII, since a database may
refuse characters that JSON escapes.  What belongs to a run goes with it.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

VERSION = 2
LARGEST = 400_000_000  # bytes of one value; PostgreSQL may take twice as many for it, up to 10^9
MOST = 2**31 - 1  # steps

metadata = MetaData()


def _of() -> Column[str]:
    """The run that a row belongs to."""
    return Column(
        "run", String(40), ForeignKey("latent_run.id", ondelete="CASCADE"), primary_key=True
    )


version = Table("latent_version", metadata, Column("form", Integer, primary_key=True))

run = Table(
    "latent_run",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("name", String(120), nullable=False),
    Column("kind", String(60), nullable=False),
    Column("recipe", Text, nullable=False),
    Column("visitor", String(200), nullable=False),
    Column("private", Boolean, nullable=False),
    Column("state", String(20), nullable=False),
    Column("wish", String(20), nullable=False),
    Column("step", Integer, nullable=False),
    Column("steps", Integer, nullable=False),
    Column("seconds", Double, nullable=False),
    Column("created", Double, nullable=False),
    Column("started", Double),
    Column("ended", Double),
    Column("message", Text, nullable=False),
    Column("versions", Text, nullable=False),
    Column("device", String(60), nullable=False),
    Column("terms", Text, nullable=False),  # names of the curves, in the order of their sums
    Column("width", Integer, nullable=False),  # steps in one row of the curves
    Column("beat", Double),  # the last sign of life
    Index("latent_run_by_visitor", "visitor", "created"),
    Index("latent_run_by_time", "created"),
)

attachment = Table(
    "latent_attachment",
    metadata,
    _of(),
    Column("name", String(120), primary_key=True),
    Column("raw", LargeBinary(LARGEST), nullable=False),
)

checkpoint = Table(
    "latent_checkpoint",
    metadata,
    _of(),
    Column("step", Integer, nullable=False),
    Column("raw", LargeBinary(LARGEST), nullable=False),
    Column("seconds", Double, nullable=False, server_default="0"),
    Column("width", Integer, nullable=False, server_default="1"),
)

snapshot = Table(
    "latent_snapshot",
    metadata,
    _of(),
    Column("step", Integer, primary_key=True, autoincrement=False),
    Column("raw", LargeBinary(LARGEST), nullable=False),
)


def _curve(name: str) -> Table:
    return Table(
        name,
        metadata,
        _of(),
        Column("first", Integer, primary_key=True, autoincrement=False),
        Column("last", Integer, nullable=False),
        Column("sums", LargeBinary, nullable=False),
    )


curve = _curve("latent_curve")
saved_curve = _curve("latent_saved_curve")
