"""Tables of the store, as its newest migration leaves them."""

from sqlalchemy import BigInteger, Boolean, Column, Float, Integer, MetaData, String, Table, Text

METADATA = MetaData()

SESSIONS = Table(
    "sessions",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("document", Text, nullable=False),
    Column("saved_at", Float, nullable=False, index=True),  # seconds since 1970
)

RUNS = Table(
    "runs",
    METADATA,
    Column("session_id", String(64), primary_key=True),
    Column("origin", Text, nullable=False),
    Column("branches", Integer, nullable=False),
    Column("now_ns", BigInteger, nullable=False),
    Column("head_ns", BigInteger, nullable=False),
    Column("running", Boolean, nullable=False),
    Column("speed", Float, nullable=True),  # none: as fast as possible
)

JOURNAL = Table(
    "journal",
    METADATA,
    Column("session_id", String(64), primary_key=True),
    Column("number", Integer, primary_key=True),  # from 0, in the order of the run
    Column("entry", Text, nullable=False),
)
