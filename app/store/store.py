"""The Store keeps one document per session. SQLite in the user's data folder, unless told else."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

import platformdirs
from sqlalchemy import (
    Column,
    Engine,
    Float,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    delete,
    event,
    func,
    insert,
    make_url,
    select,
    update,
)
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, IntegrityError, SQLAlchemyError
from sqlalchemy.schema import CreateIndex, CreateTable

from app.store.errors import StoreError

URL_VARIABLE = "LOADGROUND_DATABASE_URL"
FILE_NAME = "sessions.db"
KEEP_S = 90 * 86_400.0
KEEP_MAX = 20_000
"""Documents nobody touched for this long, or beyond this many, are dropped at the next start."""

BUSY_S = 5.0
"""How long a write waits for another process that uses the same SQLite file."""

_METADATA = MetaData()
_SESSIONS = Table(
    "sessions",
    _METADATA,
    Column("id", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("document", Text, nullable=False),
    Column("saved_at", Float, nullable=False, index=True),  # seconds since 1970
)


class Store:
    """Documents by session id. Calls block: make them from a thread, one at a time.

    Every method raises StoreError when the database does not do what it is asked.
    """

    def __init__(self, url: str | None = None) -> None:
        """Open the database at `url`, the one the environment names, or the user's own file."""
        try:
            self._url = _url(url)
            self._engine = _open(self._url)
            _create_tables(self._engine)
        except (SQLAlchemyError, OSError, ImportError) as error:
            raise StoreError(_reason(error)) from error

    @property
    def place(self) -> str:
        """Where the documents are, without a password."""
        return self._url.database or "" if self._is_file else self._url.render_as_string()

    def save(self, session_id: str, name: str, document: str) -> None:
        """Keep `document` as the newest of this session."""
        values = {"name": name, "document": document, "saved_at": time.time()}
        of_session = _SESSIONS.c.id == session_id
        try:
            with self._engine.begin() as connection:
                found = connection.execute(update(_SESSIONS).where(of_session).values(values))
                if found.rowcount == 0:
                    # Another process may have inserted it since; then the next save updates it.
                    with suppress(IntegrityError):
                        connection.execute(insert(_SESSIONS).values(id=session_id, **values))
        except SQLAlchemyError as error:
            raise StoreError(_reason(error)) from error

    def load(self, session_id: str) -> str | None:
        """The newest document of a session; None when there is none."""
        query = select(_SESSIONS.c.document).where(_SESSIONS.c.id == session_id)
        try:
            with self._engine.connect() as connection:
                document: str | None = connection.execute(query).scalar_one_or_none()
        except SQLAlchemyError as error:
            raise StoreError(_reason(error)) from error
        return document

    def prune(self, keep_s: float = KEEP_S, keep_max: int = KEEP_MAX) -> int:
        """Drop documents that are too old or too many, oldest first; how many went."""
        newest = select(_SESSIONS.c.id).order_by(_SESSIONS.c.saved_at.desc()).limit(keep_max)
        old = _SESSIONS.c.saved_at < time.time() - keep_s
        surplus = _SESSIONS.c.id.not_in(newest)
        try:
            with self._engine.begin() as connection:
                before = connection.execute(
                    select(func.count()).select_from(_SESSIONS)
                ).scalar_one()
                connection.execute(delete(_SESSIONS).where(old | surplus))
                after = connection.execute(select(func.count()).select_from(_SESSIONS)).scalar_one()
        except SQLAlchemyError as error:
            raise StoreError(_reason(error)) from error
        return int(before - after)

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    @property
    def _is_file(self) -> bool:
        return self._url.get_backend_name() == "sqlite"


def _url(given: str | None) -> URL:
    named = given or os.environ.get(URL_VARIABLE, "").strip()
    if named:
        return make_url(named)
    folder = Path(platformdirs.user_data_dir("loadground", appauthor=False))
    return URL.create("sqlite", database=str(folder / FILE_NAME))


def _open(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    if url.database and url.database != ":memory:" and not url.database.startswith("file:"):
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_S})

    @event.listens_for(engine, "connect")
    def _set_up(connection: object, _: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]
        # Readers and a writer do not wait for each other, and a crash of the machine may cost
        # the last second but never the file.
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.close()

    return engine


def _create_tables(engine: Engine) -> None:
    """Create what is not there yet; two servers may do so at the same moment."""
    with engine.begin() as connection:
        connection.execute(CreateTable(_SESSIONS, if_not_exists=True))
        for index in _SESSIONS.indexes:
            connection.execute(CreateIndex(index, if_not_exists=True))


def _reason(error: Exception) -> str:
    """What went wrong in one line; never the URL, which may hold a password."""
    if isinstance(error, ArgumentError):
        return "the database URL cannot be read"
    cause = getattr(error, "orig", None) or error
    return (
        f"{type(cause).__name__}: {str(cause).splitlines()[0] if str(cause) else 'no reason given'}"
    )
