"""The Registry: every session in memory, the few resources they share, and when they leave."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from app.scenarios.document import Scenario
from app.session.limits import (
    EXPIRES_AFTER_S,
    SAVE_AFTER_S,
    SESSIONS_MAX,
    VIEWERS_MAX,
    WORKERS,
)
from app.session.session import Session
from app.session.vault import Vault
from app.session.warmup import Warmup

LOG = logging.getLogger("loadground.session")

ID_BYTES = 16
ID = re.compile(r"[A-Za-z0-9_-]{22,64}")
"""Whoever knows an id may use the session, so ids have 128 random bits."""

ROUND_S = SAVE_AFTER_S / 2


class FullError(Exception):
    """There is no room for another session: all are being watched."""


@dataclass(slots=True)
class Seat:
    """A session in memory, the task that writes to it, and how much of it is in the store."""

    session: Session
    task: asyncio.Task[None]
    saved_s: float = 0.0


class Registry:
    """Creates sessions, finds them again, saves them, and lets the idle ones go."""

    def __init__(self, vault: Vault, warmup: Warmup, sessions_max: int = SESSIONS_MAX) -> None:
        self.warmup = warmup
        self._vault = vault
        self._max = sessions_max
        self._pool = ThreadPoolExecutor(WORKERS, "engine")
        # Least recently used first.
        self._seats: dict[str, Seat] = {}
        self._opening: dict[str, asyncio.Task[Session | None]] = {}
        self._chores: list[asyncio.Task[None]] = []

    def __len__(self) -> int:
        return len(self._seats)

    @property
    def viewers(self) -> int:
        """Open streams of all sessions."""
        return sum(seat.session.channel.viewers for seat in self._seats.values())

    @property
    def crowded(self) -> bool:
        """Whether no further stream should be opened."""
        return self.viewers >= VIEWERS_MAX

    async def start(self, warm_up: bool = True, after_s: float = 0.0) -> None:
        """Begin to connect to the store, to warm the engine up, and to look after sessions.

        The first two keep the interpreter busy, so they may begin a little later: whoever opens a
        page at once gets it first.
        """
        self._chores = [self._vault.open(after_s), asyncio.create_task(self._look_after())]
        if warm_up:
            self._chores.append(asyncio.create_task(self.warmup.prepare(after_s)))

    async def stop(self) -> None:
        """Save what is not saved yet and stop every task."""
        for chore in self._chores[1:]:
            chore.cancel()
        await asyncio.gather(*self._chores, return_exceptions=True)
        for session_id in list(self._seats):
            await self._unseat(session_id)
        await self._vault.close()
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def create(self, scenario: Scenario) -> Session:
        """A new session of a scenario. Raises FullError."""
        await self._make_room()
        return self._seat(secrets.token_urlsafe(ID_BYTES), scenario)

    async def find(self, session_id: str) -> Session | None:
        """The session with this id, from memory or from the store. Raises FullError."""
        if seat := self._seats.pop(session_id, None):
            self._seats[session_id] = seat
            return seat.session
        if not ID.fullmatch(session_id):
            return None
        # Several requests for one page arrive together; they must not open it twice.
        opening = self._opening.get(session_id)
        if opening is None:
            opening = asyncio.create_task(self._open(session_id))
            self._opening[session_id] = opening
            opening.add_done_callback(lambda _: self._opening.pop(session_id, None))
        return await asyncio.shield(opening)

    async def _open(self, session_id: str) -> Session | None:
        scenario = await self._vault.load(session_id)
        if scenario is None:
            return None
        await self._make_room()
        seat = self._seats.get(session_id)
        return seat.session if seat else self._seat(session_id, scenario, saved=True)

    def _seat(self, session_id: str, scenario: Scenario, saved: bool = False) -> Session:
        session = Session(session_id, scenario, self._pool, self.warmup)
        task = asyncio.create_task(session.live(), name=f"session {session_id[:6]}")
        saved_s = session.changed_s if saved else session.changed_s - 1.0
        self._seats[session_id] = Seat(session, task, saved_s)
        return session

    async def _make_room(self) -> None:
        """Let the least recently used idle session go when there is no room. Raises FullError."""
        while len(self._seats) >= self._max:
            idle = [
                (seat.session.touched_s, session_id)
                for session_id, seat in self._seats.items()
                if seat.session.channel.viewers == 0
            ]
            if not idle:
                raise FullError
            await self._unseat(min(idle)[1])

    async def _unseat(self, session_id: str) -> None:
        """Save a session and take it out of memory."""
        seat = self._seats.get(session_id)
        if seat is None:
            return
        await self._save(seat)
        self._seats.pop(session_id, None)
        seat.task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await seat.task

    async def _save(self, seat: Seat) -> None:
        changed_s = seat.session.changed_s
        if seat.saved_s >= changed_s:
            return
        try:
            await self._vault.save(seat.session.id, seat.session.scenario())
        except asyncio.CancelledError:
            # The server stops, and then saves what is not noted as saved.
            raise
        except Exception:
            seat.saved_s = changed_s
            raise
        # Also when there is no usable store: it is asked once per change, not for ever.
        seat.saved_s = changed_s

    async def _look_after(self) -> None:
        """Save what changed, and let sessions go that nobody has used for long."""
        while True:
            await asyncio.sleep(ROUND_S)
            for session_id, seat in list(self._seats.items()):
                try:
                    await self._save(seat)
                    idle_s = time.monotonic() - seat.session.touched_s
                    if seat.session.channel.viewers == 0 and idle_s > EXPIRES_AFTER_S:
                        await self._unseat(session_id)
                except Exception:
                    # One session that cannot be saved must not keep the others from it.
                    LOG.exception("Session %s could not be looked after", session_id[:6])
