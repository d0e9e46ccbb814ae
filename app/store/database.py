"""The database behind the store: opened, set up and migrated to the tables of this version."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL

BUSY_S = 5.0
"""Time that a write waits for another process that uses the same SQLite file."""

MIGRATIONS = Path(__file__).parent / "migrations"
MIGRATION_LOCK = 7_210_441
"""Number of the lock that PostgreSQL gives to one process that migrates."""


def open_database(url: URL) -> tuple[Engine, Engine]:
    """Return the engine for reading and the one for writing, which share their connections.

    The tables are those of this version afterwards. Several servers may do so at the same moment:
    one migrates and the others wait for it.
    """
    reading = _open(url)
    writing = reading.execution_options(writes=True)
    with writing.begin() as connection:
        migrate(connection)
    return reading, writing


def migrate(connection: Connection) -> None:
    """Bring the tables to this version, in the transaction that the connection has begun."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _open(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    if url.database and url.database != ":memory:" and not url.database.startswith("file:"):
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_S})

    @event.listens_for(engine, "connect")
    def _set_up(connection: object, _: object) -> None:
        # Transactions begin where `_begin` says so, also around what changes tables.
        connection.isolation_level = None  # type: ignore[attr-defined]
        cursor = connection.cursor()  # type: ignore[attr-defined]
        # Readers and a writer do not wait for each other, and a crash of the machine may cost
        # the last second but never the file.
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A writer takes the file's lock at once: one that has read before cannot wait for it.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
