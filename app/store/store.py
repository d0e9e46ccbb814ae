"""The Store keeps sessions, their runs and journals, in any database SQLAlchemy speaks to."""

from __future__ import annotations

import time
from collections.abc import Container, Mapping
from typing import Final

from alembic.util import CommandError
from sqlalchemy import Connection, delete, func, insert, make_url, select, update
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from app.store.database import open_database
from app.store.errors import StoreError
from app.store.saved import Clock, KeptSession, SavedRun, SavedSession
from app.store.tables import JOURNAL, RUNS, SESSIONS

RENEWED_AFTER_S: Final = 3_600.0
IDS_MAX: Final = 500
"""Sessions that one statement names: databases bound the parameters of a statement."""


class Store:
    """Documents and runs by session id. Calls block: make them from a thread, one at a time.

    Every method raises StoreError when the database does not do what it is asked.
    """

    def __init__(self, url: str) -> None:
        """Open the database at `url` and create what is not there yet."""
        try:
            self._url = make_url(url)
            self._reading, self._writing = open_database(self._url)
        except (SQLAlchemyError, CommandError, OSError, ImportError) as error:
            raise StoreError(_reason(error)) from error

    @property
    def place(self) -> str:
        """Path or address of the database, without a password."""
        return self._url.database or "" if self._is_file else self._url.render_as_string()

    def save(
        self,
        session_id: str,
        name: str,
        document: str,
        run: SavedRun | None = None,
        first_entry: int = 0,
        saved_at: float | None = None,
    ) -> None:
        """Keep `document` and `run` as the newest of this session, saved now unless said.

        Entries of the journal before `first_entry` are there already; `run` has those from it on.
        """
        now = time.time() if saved_at is None else saved_at
        values = {"name": name, "document": document, "saved_at": now}
        try:
            with self._writing.begin() as connection:
                found = connection.execute(
                    update(SESSIONS).where(SESSIONS.c.id == session_id).values(values)
                )
                if found.rowcount == 0:
                    connection.execute(insert(SESSIONS).values(id=session_id, **values))
                if run is not None:
                    _save_run(connection, session_id, run, first_entry)
        except SQLAlchemyError as error:
            raise StoreError(_reason(error)) from error

    def save_clocks(self, clocks: Mapping[str, Clock]) -> None:
        """Keep where the clocks of runs stand, by session id."""
        try:
            with self._writing.begin() as connection:
                for session_id, clock in clocks.items():
                    connection.execute(
                        update(RUNS)
                        .where(RUNS.c.session_id == session_id)
                        .values(_clock_values(clock))
                    )
        except SQLAlchemyError as error:
            raise StoreError(_reason(error)) from error

    def load(self, session_id: str, *, opens: bool = True) -> SavedSession | None:
        """Return the newest of a session; None when there is none.

        What somebody `opens` is not pruned for its age: it is as if saved now.
        """
        try:
            with self._reading.connect() as connection:
                document: str | None = connection.execute(
                    select(SESSIONS.c.document).where(SESSIONS.c.id == session_id)
                ).scalar_one_or_none()
                run = None if document is None else _load_run(connection, session_id)
            if opens and document is not None:
                self._renew(session_id)
        except SQLAlchemyError as error:
            raise StoreError(_reason(error)) from error
        return None if document is None else SavedSession(document, run)

    def _renew(self, session_id: str) -> None:
        """Have a session be as if saved now. One of the last hour is left as it is: no write."""
        now = time.time()
        old = SESSIONS.c.saved_at < now - RENEWED_AFTER_S
        with self._reading.connect() as connection:
            this = select(SESSIONS.c.id).where(SESSIONS.c.id == session_id, old)
            if connection.execute(this).first() is None:
                return
        with self._writing.begin() as connection:
            renewed = update(SESSIONS).where(SESSIONS.c.id == session_id)
            connection.execute(renewed.values(saved_at=now))

    def prune(
        self, keep_s: float, keep_max: int, bytes_max: float, spared: Container[str] = ()
    ) -> int:
        """Drop sessions not saved for `keep_s`, and the oldest beyond `keep_max` or `bytes_max`.

        Those in `spared` are counted, but stay. Return how many were dropped.
        """
        oldest = time.time() - keep_s
        doomed, size = [], 0
        for number, kept in enumerate(self.kept()):
            size += kept.bytes
            surplus = number >= keep_max or size > bytes_max
            if (surplus or kept.saved_at < oldest) and kept.id not in spared:
                doomed.append(kept.id)
        try:
            with self._writing.begin() as connection:
                for first in range(0, len(doomed), IDS_MAX):
                    some = doomed[first : first + IDS_MAX]
                    connection.execute(delete(SESSIONS).where(SESSIONS.c.id.in_(some)))
                    connection.execute(delete(RUNS).where(RUNS.c.session_id.in_(some)))
                    connection.execute(delete(JOURNAL).where(JOURNAL.c.session_id.in_(some)))
        except SQLAlchemyError as error:
            raise StoreError(_reason(error)) from error
        return len(doomed)

    def kept(self) -> list[KeptSession]:
        """Return what is kept of each session, the one saved last first."""
        entries = (
            select(
                JOURNAL.c.session_id,
                func.count().label("entries"),
                func.sum(func.length(JOURNAL.c.entry)).label("bytes"),
            )
            .group_by(JOURNAL.c.session_id)
            .subquery()
        )
        chosen = (
            select(
                SESSIONS.c.id,
                SESSIONS.c.name,
                SESSIONS.c.saved_at,
                func.coalesce(entries.c.entries, 0),
                func.length(SESSIONS.c.document) + func.coalesce(entries.c.bytes, 0),
            )
            .outerjoin(entries, entries.c.session_id == SESSIONS.c.id)
            .order_by(SESSIONS.c.saved_at.desc(), SESSIONS.c.id)
        )
        try:
            with self._reading.connect() as connection:
                return [KeptSession(*row) for row in connection.execute(chosen)]
        except SQLAlchemyError as error:
            raise StoreError(_reason(error)) from error

    def close(self) -> None:
        """Let go of the database."""
        self._reading.dispose()

    @property
    def _is_file(self) -> bool:
        return self._url.get_backend_name() == "sqlite"


def _save_run(connection: Connection, session_id: str, run: SavedRun, first_entry: int) -> None:
    values = {"origin": run.origin, "branches": run.branches, **_clock_values(run.clock)}
    found = connection.execute(update(RUNS).where(RUNS.c.session_id == session_id).values(values))
    if found.rowcount == 0:
        connection.execute(insert(RUNS).values(session_id=session_id, **values))
    connection.execute(
        delete(JOURNAL).where(JOURNAL.c.session_id == session_id, JOURNAL.c.number >= first_entry)
    )
    if run.entries:
        connection.execute(
            insert(JOURNAL),
            [
                {"session_id": session_id, "number": first_entry + index, "entry": entry}
                for index, entry in enumerate(run.entries)
            ],
        )


def _load_run(connection: Connection, session_id: str) -> SavedRun | None:
    found = connection.execute(select(RUNS).where(RUNS.c.session_id == session_id)).one_or_none()
    if found is None:
        return None
    entries = connection.execute(
        select(JOURNAL.c.entry).where(JOURNAL.c.session_id == session_id).order_by(JOURNAL.c.number)
    ).scalars()
    return SavedRun(
        origin=found.origin,
        branches=found.branches,
        clock=Clock(found.now_ns, found.head_ns, found.running, found.speed),
        entries=tuple(entries),
    )


def _clock_values(clock: Clock) -> dict[str, object]:
    return {
        "now_ns": clock.now_ns,
        "head_ns": clock.head_ns,
        "running": clock.running,
        "speed": clock.speed,
    }


def _reason(error: Exception) -> str:
    """Say what went wrong in one line; never the URL, which may hold a password."""
    if isinstance(error, ArgumentError):
        return "the database URL cannot be read"
    cause = getattr(error, "orig", None) or error
    return (
        f"{type(cause).__name__}: {str(cause).splitlines()[0] if str(cause) else 'no reason given'}"
    )
