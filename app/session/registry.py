"""The Registry: every session in memory, the few resources they share, and when they leave."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import secrets
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from app.scenarios.document import Scenario
from app.session.engine_startup import Warmup
from app.session.history.kept_run import KeptRun
from app.session.limits import SAVE_AFTER_S
from app.session.persistence.saving import clock_of, take_change
from app.session.persistence.vault import Vault
from app.session.session import Session
from app.settings import Settings
from app.store.saved import Clock

LOG = logging.getLogger("loadground.session")

ID_BYTES = 16
ID = re.compile(r"[A-Za-z0-9_-]{22,64}")
"""Session ids: 128 random bits, because whoever knows one may use the session."""

ROUND_S = SAVE_AFTER_S / 2
PRUNE_EVERY_S = 3600.0


class FullError(Exception):
    """Refusal of a further session: there is no room, and all are being watched."""


@dataclass(slots=True)
class Seat:
    """A session in memory, the task that writes to it, and how much of it is in the store.

    `address` is where whoever opened it came from. `clock` is the one in the store; None until the
    run is there.
    """

    session: Session
    task: asyncio.Task[None]
    address: str = ""
    saved_s: float = 0.0
    clock: Clock | None = None

    @property
    def changed(self) -> bool:
        """True if something of the session is not in the store, be it only the clock's time."""
        return self.saved_s < self.session.changed_s or self.session.record.unsaved


class Registry:
    """Creates sessions, finds them again, saves them, and lets the idle ones go."""

    def __init__(self, vault: Vault, warmup: Warmup, settings: Settings) -> None:
        self.warmup = warmup
        self._vault = vault
        self._settings = settings
        self._max = settings.sessions_max
        self._pool = ThreadPoolExecutor(settings.workers, "engine")
        # Least recently used first.
        self._seats: dict[str, Seat] = {}
        self._opening: dict[str, asyncio.Task[Session | None]] = {}
        self._chores: list[asyncio.Task[None]] = []

    def __len__(self) -> int:
        return len(self._seats)

    @property
    def saves(self) -> bool:
        """True unless the store cannot be used right now."""
        return not self._vault.trouble

    @property
    def viewers(self) -> int:
        """Open streams of all sessions."""
        return sum(seat.session.channel.viewers for seat in self._seats.values())

    def crowded(self, session: Session) -> bool:
        """Return whether no further stream of `session` may be opened."""
        return (
            self.viewers >= self._settings.viewers_max
            or session.channel.viewers >= self._settings.viewers_per_session_max
        )

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
            try:
                await self._unseat(session_id)
            except Exception:
                # The others are to be saved all the same.
                LOG.exception("Session %s could not be saved", session_id[:6])
        await self._vault.close()
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def create(self, scenario: Scenario, address: str = "") -> Session:
        """A new session of a scenario, for somebody at an address. Raises FullError."""
        await self._make_room(address)
        return self._seat(secrets.token_urlsafe(ID_BYTES), scenario, address).session

    async def find(self, session_id: str, address: str = "") -> Session | None:
        """The session with this id, from memory or from the store. Raises FullError."""
        if seat := self._seats.pop(session_id, None):
            self._seats[session_id] = seat
            return seat.session
        if not ID.fullmatch(session_id):
            return None
        # Several requests for one page arrive together; they must not open it twice.
        opening = self._opening.get(session_id)
        if opening is None:
            opening = asyncio.create_task(self._open(session_id, address))
            self._opening[session_id] = opening
            opening.add_done_callback(lambda _: self._opening.pop(session_id, None))
        return await asyncio.shield(opening)

    async def _open(self, session_id: str, address: str) -> Session | None:
        found = await self._vault.load(session_id)
        if found is None:
            return None
        await self._make_room(address)
        seat = self._seats.get(session_id)
        if seat:
            return seat.session
        scenario, kept = found
        seat = self._seat(session_id, scenario, address, kept)
        if kept is not None:
            seat.saved_s, seat.clock = seat.session.changed_s, clock_of(seat.session)
        return seat.session

    def _seat(
        self, session_id: str, scenario: Scenario, address: str, kept: KeptRun | None = None
    ) -> Seat:
        session = Session(session_id, scenario, self._pool, self.warmup, kept)
        session.pauses_after_s = self._settings.pauses_after_s
        task = asyncio.create_task(session.live(), name=f"session {session_id[:6]}")
        seat = self._seats[session_id] = Seat(session, task, address, session.changed_s - 1.0)
        return seat

    async def _make_room(self, address: str) -> None:
        """Let the least recently used idle session go when there is no room for one more, of the
        same address if it has as many as it may. Raises FullError.
        """
        own_max = self._settings.sessions_per_address_max
        while True:
            own = [one for one, seat in self._seats.items() if seat.address == address]
            if len(own) >= own_max:
                await self._unseat(self._idlest(own))
            elif len(self._seats) >= self._max:
                await self._unseat(self._idlest(self._seats))
            else:
                return

    def _idlest(self, among: Iterable[str]) -> str:
        """Return the session that was left alone for the longest time. Raises FullError."""
        idle = [
            (self._seats[one].session.touched_s, one)
            for one in among
            if self._seats[one].session.channel.viewers == 0 and self._may_leave(self._seats[one])
        ]
        if not idle:
            raise FullError
        return min(idle)[1]

    def _may_leave(self, seat: Seat) -> bool:
        """Tell if a session nobody watches may leave: what cannot be saved stays for a while."""
        if not seat.changed or not self._vault.trouble:
            return True
        return time.monotonic() - seat.session.touched_s > self._settings.expires_after_s

    async def _unseat(self, session_id: str) -> None:
        """Save a session and take it out of memory."""
        seat = self._seats.get(session_id)
        if seat is None:
            return
        seat.session.settle()
        await self._save(seat)
        if seat.clock is not None and (clock := clock_of(seat.session)) != seat.clock:
            await self._vault.save_clocks({session_id: clock})
        self._seats.pop(session_id, None)
        seat.task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await seat.task

    async def _save(self, seat: Seat) -> None:
        """Save what changed. A save that fails is tried again, with all that came meanwhile."""
        if not seat.changed:
            return
        changed_s, record = seat.session.changed_s, seat.session.record
        try:
            change = take_change(seat.session)
        except Exception:
            # An error of the program is told once for each change, not for ever.
            seat.saved_s = changed_s
            raise
        saved = False
        try:
            saved = await self._vault.save(change)
        finally:
            if saved:
                seat.saved_s, seat.clock = changed_s, change.run.clock
            else:
                record.still_unsaved(change.first)

    async def _save_clocks(self) -> None:
        """Save where the clocks of runs stand that are in the store already."""
        clocks = {
            session_id: clock
            for session_id, seat in self._seats.items()
            if seat.clock is not None and (clock := clock_of(seat.session)) != seat.clock
        }
        if clocks and await self._vault.save_clocks(clocks):
            for session_id, clock in clocks.items():
                if seat := self._seats.get(session_id):
                    seat.clock = clock

    async def _look_after(self) -> None:
        """Save what changed, let sessions go that nobody has used for long, and prune the store."""
        pruned_s = time.monotonic()
        while True:
            await asyncio.sleep(ROUND_S)
            for seat in self._seats.values():
                seat.session.unsaved = bool(self._vault.trouble) and seat.changed
            if not self._vault.usable:
                continue
            for session_id, seat in list(self._seats.items()):
                try:
                    await self._save(seat)
                    idle_s = time.monotonic() - seat.session.touched_s
                    if (
                        seat.session.channel.viewers == 0
                        and idle_s > self._settings.expires_after_s
                    ):
                        await self._unseat(session_id)
                except Exception:
                    # One session that cannot be saved must not keep the others from it.
                    LOG.exception("Session %s could not be looked after", session_id[:6])
            await self._save_clocks()
            if time.monotonic() - pruned_s > PRUNE_EVERY_S:
                pruned_s = time.monotonic()
                await self._vault.prune(frozenset(self._seats))
