"""The Store keeps sessions, their runs and journals, in any database SQLAlchemy speaks to."""

from __future__ import annotations

import time
from collections.abc import Mapping

from alembic.util import CommandError
from sqlalchemy import Connection, delete, func, insert, make_url, select, update
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from app.store.database import open_database
from app.store.errors import StoreError
from app.store.saved import Clock, SavedRun, SavedSession
from app.store.tables import JOURNAL, RUNS, SESSIONS


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
    ) -> None:
        """Keep `document` and `run` as the newest of this session.

        Entries of the journal before `first_entry` are there already; `run` has those from it on.
        """
        values = {"name": name, "document": document, "saved_at": time.time()}
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

    def load(self, session_id: str) -> SavedSession | None:
        """Return the newest of a session; None when there is none."""
        try:
            with self._reading.connect() as connection:
                document: str | None = connection.execute(
                    select(SESSIONS.c.document).where(SESSIONS.c.id == session_id)
                ).scalar_one_or_none()
                run = None if document is None else _load_run(connection, session_id)
        except SQLAlchemyError as error:
            raise StoreError(_reason(error)) from error
        return None if document is None else SavedSession(document, run)

    def prune(self, keep_s: float, keep_max: int) -> int:
        """Drop sessions not saved for `keep_s` and the oldest beyond `keep_max`; count them."""
        newest = select(SESSIONS.c.id).order_by(SESSIONS.c.saved_at.desc()).limit(keep_max)
        old = SESSIONS.c.saved_at < time.time() - keep_s
        surplus = SESSIONS.c.id.not_in(newest)
        known = select(SESSIONS.c.id)
        count = select(func.count()).select_from(SESSIONS)
        try:
            with self._writing.begin() as connection:
                before = connection.execute(count).scalar_one()
                connection.execute(delete(SESSIONS).where(old | surplus))
                connection.execute(delete(RUNS).where(RUNS.c.session_id.not_in(known)))
                connection.execute(delete(JOURNAL).where(JOURNAL.c.session_id.not_in(known)))
                after = connection.execute(count).scalar_one()
        except SQLAlchemyError as error:
            raise StoreError(_reason(error)) from error
        return int(before - after)

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
